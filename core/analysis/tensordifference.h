#pragma once

#include <string>

#include "core/graph/tensor.h"

namespace tenscope {

// How far apart numbers may be: |actual − expected| ≤ absolute + relative · |expected|. NaN equals NaN, infinity itself.
struct Tolerance {
    double relative = 1e-3;
    double absolute = 1e-5;
};

// Why the tensors differ, in a few words for people; empty where they do not: type, shape, then elements.
std::string difference(const Tensor& actual, const Tensor& expected, const Tolerance& tolerance);

}  // namespace tenscope

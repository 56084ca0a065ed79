#pragma once

#include <optional>

#include "core/graph/tensor.h"
#include "core/graph/type.h"

namespace tenscope {

// What a quantization annotation (onnx.proto, "TensorAnnotation") says of a value of type `type`: its scales, and its zero
// points where there are any (else 0), as stored in those tensors. With several scales the axis is the first dimension of
// that size. Nothing where the numbers cannot be had or do not fit together.
std::optional<Quantization> quantizationFrom(const Tensor& scales, const Tensor* zeroPoints, const Type& type);

}  // namespace tenscope

#pragma once

#include <cstdint>
#include <string>

#include "core/base/result.h"
#include "core/graph/tensor.h"

namespace tenscope {

// How far two computed tensors are apart.
struct ValueDifference {
    double maxAbs = 0, meanAbs = 0, maxRel = 0, cosine = 1;
    double scale = 0;         // the largest magnitude of either: what noise is measured by
    std::uint64_t worst = 0;  // where maxAbs is, as an element of b
    std::string layout;       // how a's dimensions lie in b: "" as they are, "0, 2, 3, 1" permuted, "reshaped"

    double relative() const { return scale > 0 ? maxAbs / scale : 0; }
};

// Compares element by element. Where shapes differ but hold equally many elements, the permutation of dimensions under which
// they are closest is taken (NCHW and NHWC), else both are read flat. Fails (ErrorKind::Run) where they cannot be compared.
Result<ValueDifference> compareValues(const Tensor& a, const Tensor& b);

}  // namespace tenscope

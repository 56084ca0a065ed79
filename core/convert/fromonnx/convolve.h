#pragma once

#include "core/convert/lowering.h"

namespace tenscope {

// A convolution by the attributes of the node (group, strides, pads …): of `x` [N, C, D1, …] by `weights`, which stand in
// for inputs 0 and `weightInput`; `bias` may be None.
Term convolved(Lowering& l, const Term& x, const Term& weights, const Term& bias, std::size_t weightInput = 1);

}  // namespace tenscope

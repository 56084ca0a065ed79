#pragma once

#include <optional>

#include "core/convert/lowering.h"

namespace tenscope {

// 1 ÷ sqrt(variance + epsilon).
Term inverseDeviation(Lowering& l, const Term& variance, double epsilon);

// The dimensions of `x` from `axis` on, as an int[] counted from the back.
Term lastDimensions(Lowering& l, const Term& x, const Term& axis, std::optional<std::int64_t> rank);

}  // namespace tenscope

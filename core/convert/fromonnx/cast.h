#pragma once

#include "core/convert/lowering.h"

namespace tenscope {

// A tensor of one ONNX type as one of another, as Cast says it. `saturate` is for 8-bit floats: whether what is too large
// becomes the largest number instead of NaN or infinity.
Term converted(Lowering& l, const Term& x, ElementType from, ElementType to, bool saturate = true);

}  // namespace tenscope

#pragma once

#include "core/graph/type.h"

namespace tenscope {

// What holds elements of an ONNX type in LibTorch 1.13, which lacks many: uint16 is held as int32, uint32 and uint64 as
// int64, 8-bit and smaller floats as float32, 4-bit integers as int8 or uint8, strings as int64 (numbers of a table in the
// worker). Every other type as itself. Inputs are converted on their way in, outputs on their way out; results of
// arithmetic that can leave the range are brought back with Lowering::wrapped().
ElementType heldAs(ElementType type);

// The type of what holds a value of an ONNX type.
Type heldType(const Type& type);

}  // namespace tenscope

#pragma once

#include "core/edit/edit.h"

namespace tenscope {

// Makes an ONNX model compute in float16: stored float32 numbers become float16 (those too large become the largest), and so
// do the types in between. Inputs and outputs of the model keep their names and types: Cast nodes stand behind and before
// them. Where an operator knows no float16, in the opset that the model imports, Cast nodes stand around it.
//
// Which values are float32 is told by the operators' schemas; operators without one are taken to compute in float16 as
// well. Fails (ErrorKind::Usage) for models with functions, and where nothing is float32.
Result<Edit> toFloat16(const Model& model);

}  // namespace tenscope

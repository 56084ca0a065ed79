#pragma once

#include <string_view>

#include "core/base/result.h"
#include "core/worker/inferredtypes.h"

namespace tenscope {

// Infers the types and shapes of all values of a serialized ONNX model, bodies included, as far as the ONNX library knows
// the operators. Problems of single nodes end neither this nor each other. Fails (ErrorKind::Read) where the bytes are no
// model.
Result<InferredTypes> inferTypes(std::string_view model);

}  // namespace tenscope

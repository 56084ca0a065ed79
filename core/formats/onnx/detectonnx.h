#pragma once

#include <optional>

#include "core/formats/detect.h"

namespace tenscope {

// Protobuf has no signature: whether the file is an ONNX model is told from the fields of its outermost message. Also
// tells other protobuf files that people take for models: single tensors, TensorFlow's graphs. Nothing for the rest.
std::optional<Detected> detectOnnx(const MappedFile& file);

}  // namespace tenscope

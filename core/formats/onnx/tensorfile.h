#pragma once

#include <filesystem>

#include "core/base/result.h"
#include "core/graph/tensor.h"

namespace tenscope {

// A file that holds one ONNX TensorProto, as ONNX's test data has them (input_0.pb). Data stays in the mapped file where it
// can. Fails (ErrorKind::Read) in one sentence with the path.
Result<Tensor> readOnnxTensor(const std::filesystem::path& path);

}  // namespace tenscope

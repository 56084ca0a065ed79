#pragma once

#include <filesystem>
#include <vector>

#include "core/base/result.h"
#include "core/graph/tensor.h"

namespace tenscope {

// A file that holds one ONNX TensorProto, as ONNX's test data has them (input_0.pb). Data stays in the mapped file where it
// can. Fails (ErrorKind::Read) in one sentence with the path.
Result<Tensor> readOnnxTensor(const std::filesystem::path& path);

// What a file of ONNX's test data holds for a value.
struct OnnxFileValue {
    bool isList = false;
    std::vector<Tensor> tensors;  // one; or the list's members; none for an optional that holds nothing
};

// The same for a value of any type: a TensorProto, SequenceProto or OptionalProto, as the type says. Lists of lists are not
// read. Fails as readOnnxTensor() does.
Result<OnnxFileValue> readOnnxValue(const std::filesystem::path& path, const Type& type);

}  // namespace tenscope

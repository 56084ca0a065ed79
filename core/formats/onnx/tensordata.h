#pragma once

#include "core/formats/onnx/wiremessage.h"
#include "core/graph/tensor.h"

namespace tenscope {

// Whether two tensors hold the same data, to the last bit. Data in files is the same where it is the same place in the same
// file; it is not read for this.
bool sameData(const Tensor& a, const Tensor& b);

// The tensor's elements as ONNX stores them, dense and row-major, without copying what lies so already. Fails
// (ErrorKind::Write) for data that is missing, for strings and sparse data, and for strides that leave the stored bytes.
Result<WireMessage> denseData(const Tensor& tensor);

}  // namespace tenscope

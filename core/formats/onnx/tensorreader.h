#pragma once

#include "core/base/result.h"
#include "core/formats/onnx/readcontext.h"

namespace tenscope {

// One TensorProto. Data in raw_data, and in packed float_data and double_data (the same bytes), stays where it is; the other
// typed fields are decoded. Where the data is not to be had, or its size contradicts the shape, the tensor holds
// MissingData: whoever knows its place tells the user. Fails only where the message cannot be parsed.
Result<Tensor> readTensor(OnnxReadContext& context, ByteRange message);

// One SparseTensorProto: its values and indices are added to the model, and the tensor that refers to them is given back
// with the name of the values. Missing data of either makes all of it MissingData.
Result<Tensor> readSparseTensor(OnnxReadContext& context, ByteRange message);

}  // namespace tenscope

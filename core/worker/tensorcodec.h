#pragma once

#include <cstdint>
#include <memory>

#include "core/base/mappedfile.h"
#include "core/base/result.h"
#include "core/graph/model.h"
#include "core/graph/tensor.h"
#include "core/graph/type.h"
#include "core/worker/blob.h"

namespace tenscope {

namespace protocol {
class Quantization;
class Tensor;
class Type;
}  // namespace protocol

// Tensors and types as messages. Small data is in the message, large data in the file that travels with it, and data of
// the model's own files stays where it is.
//
// Decoding trusts nothing: a tensor whose data does not hold what its shape, strides and type promise becomes a tensor
// with MissingData that says so.

// `model` names the files that slices may refer to; slices of other files are copied. Null: all are. Fails (ErrorKind::Run)
// where shared memory is short.
Result<void> encode(const Tensor& tensor, const Model* model, BlobWriter& attached, protocol::Tensor& message);

// `model` has the files that slices refer to (null: none), and the tensors that sparse data refers to are those with an
// id below `tensorCount`. `attached` may be null.
Tensor decode(const protocol::Tensor& message, const Model* model, std::size_t tensorCount,
              const std::shared_ptr<const MappedFile>& attached);

void encode(const Type& type, protocol::Type& message);
Type decode(const protocol::Type& message);

void encode(const Quantization& quantization, protocol::Quantization& message);
Quantization decode(const protocol::Quantization& message);

// Undefined for numbers that are no element type.
ElementType elementTypeFromNumber(std::uint32_t number);

}  // namespace tenscope

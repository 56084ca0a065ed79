#pragma once

#include "core/edit/edit.h"

// Edits of stored tensors that compute their numbers anew. They fail with a sentence: ErrorKind::Usage where they cannot be
// done, ErrorKind::Read where the data cannot be read.
namespace tenscope {

// The numbers in another type, each the nearest that there is. With `isClamped` finite numbers stay finite: those too large
// for the type become its largest. Numbers that an integer type cannot hold are an error.
Result<Tensor> cast(const Model& model, const Tensor& tensor, ElementType to, bool isClamped = false);

Result<Edit> castTensor(const Model& model, TensorId tensor, ElementType to);
// All elements the same number.
Result<Edit> fillTensor(const Model& model, TensorId tensor, double value);
// One element, counted in row-major order.
Result<Edit> setElement(const Model& model, TensorId tensor, std::uint64_t element, double value);

// What reads the stored value `copy` reads `original`, which holds the same numbers, and `copy` goes.
Result<Edit> shareTensor(const Model& model, ValueId original, ValueId copy);
// The node's input, a stored value that others read too, becomes a stored value of its own with the same numbers.
Result<Edit> unshareTensor(const Model& model, NodeId node, std::uint32_t input);

}  // namespace tenscope

#pragma once

#include "core/graph/attribute.h"
#include "core/torch/libtorch.h"

namespace tenscope {

// An attribute's value as a constant of TorchScript. Throws Failure (ErrorKind::Run) on what is none: tensors, which have to be
// stored somewhere, and what is only shown.
c10::IValue constantValue(const AttributeValue& value);

}  // namespace tenscope

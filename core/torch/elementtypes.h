#pragma once

#include "core/graph/model.h"
#include "core/torch/operatortable.h"

namespace tenscope {

// A type of elements is an integer in TorchScript. Where a constant is used as nothing else, it is shown as a type.
void showElementTypes(Model& model, OperatorTable& operators);

}  // namespace tenscope

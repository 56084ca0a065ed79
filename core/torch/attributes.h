#pragma once

#include <string>

#include "core/graph/model.h"
#include "core/torch/libtorch.h"
#include "core/torch/tensors.h"

namespace tenscope {

// The attribute of prim::GetAttr and prim::SetAttr, which stand for what the code assigns, that says what a run begins with.
inline constexpr char initialState[] = "initial";

// A constant of TorchScript as the value of an attribute; its tensors are added to the model. Containers of containers and
// objects become OpaqueText. None is std::monostate.
AttributeValue attributeValue(Model& model, const c10::IValue& value, const std::string& name, const WeightFile* weights);

// What a value is, as text of at most about `limit` characters: "[1, 2, 3]", "float32 2×3", "Config".
std::string textOf(const c10::IValue& value, std::size_t limit = 200);

}  // namespace tenscope

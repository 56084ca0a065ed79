#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/graph/model.h"

namespace tenscope {

// The types of a node's outputs as far as ONNX's schema tells them from the types of its inputs: output "T" has the type
// of the inputs that are "T". What depends on an attribute or a value is Unknown.
std::vector<Type> schemaOutputTypes(const Operator& op, std::int64_t opset, const std::vector<Type>& inputs, std::size_t outputs);

// "tensor(float)", "seq(tensor(int64))", "optional(seq(tensor(float)))"; Unknown for what is no type but a constraint.
Type typeFromSchemaText(std::string_view text);

}  // namespace tenscope

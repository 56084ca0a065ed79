#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/graph/attribute.h"
#include "core/graph/operator.h"
#include "core/graph/tensor.h"

namespace tenscope {

class Model;

// Numbers that are equal for what is equal but for weights, and differ (by all likelihood) for the rest. The same in every
// run and on every machine.
std::uint64_t mixTokens(std::uint64_t a, std::uint64_t b);
std::uint64_t structureToken(std::string_view text);
std::uint64_t structureToken(const Operator& op);
std::uint64_t structureToken(const Tensor& tensor);  // element type and shape
std::uint64_t structureToken(const Model& model, const std::vector<Attribute>& attributes);

}  // namespace tenscope

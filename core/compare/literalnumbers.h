#pragma once

#include <optional>
#include <vector>

#include "core/graph/model.h"

namespace tenscope {

// Whether the operator of TorchScript's makes a list, a tuple or a dictionary of what it is given.
bool isList(const Operator& op);

// What a constant holds, as a number; nothing where it is no constant, or no number.
std::optional<double> number(const Model& model, ValueId value);

// The same of a literal list, a number (as a list of one), or a stored tensor of at most 64 elements.
std::optional<std::vector<double>> numbers(const Model& model, ValueId value);

}  // namespace tenscope

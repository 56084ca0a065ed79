#pragma once

#include <optional>
#include <vector>

#include "core/torch/libtorch.h"

namespace tenscope {

// What a node computes from inputs that are known before the model runs: constants, comparisons of numbers, strings and
// None, and parts of tuples. Scripted models decide by such tests which of their branches a module's settings ask for
// (F.relu: inplace or not), and only the branch that is left says what the model does.
//
// `inputs` holds the known ones; the node's input types tell that a value cannot be None. Nothing where the result is not
// known. One value for each output.
std::optional<std::vector<c10::IValue>> evaluated(const torch::jit::Node& node,
                                                  const std::vector<std::optional<c10::IValue>>& inputs,
                                                  const std::vector<c10::TypePtr>& types);

// Whether a value never changes once it is known: numbers, strings, None, and tuples of them.
bool isImmutable(const c10::IValue& value);

}  // namespace tenscope

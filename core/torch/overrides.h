#pragma once

#include <functional>
#include <unordered_map>
#include <vector>

#include "core/torch/builtmodel.h"
#include "core/worker/run.h"

namespace tenscope {

using Replacements = std::unordered_map<const torch::jit::Value*, std::function<c10::IValue(const c10::IValue&)>>;

// What a run's overrides are for the graph as it is built (Probes::replaced). Throws Failure (ErrorKind::Run) that names a value
// that no node computes; what is returned throws one where the tensor does not fit the value that it meets.
Replacements replacements(const BuiltModel& built, const std::vector<Override>& overrides);

}  // namespace tenscope

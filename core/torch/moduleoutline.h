#pragma once

#include <torch/csrc/jit/api/module.h>

#include <string>
#include <unordered_map>
#include <vector>

#include "core/torch/libtorch.h"

namespace tenscope {

// Which module each node of a graph belongs to: the names of attributes on the way there from the root.
using NodeModules = std::unordered_map<const torch::jit::Node*, std::vector<std::string>>;

// Moves the nodes of a method of `root` into methods of the modules that they belong to, one behind the other as long as
// they belong to the same, so that the file shows the hierarchy that the model has: the first becomes the module's forward,
// what follows after other modules' nodes forward1, forward2 … What is computed, and in which order, stays.
//
// `graph` takes the root as its first input, and reads stored tensors from there by GetAttr at its beginning.
// O(nodes × depth of modules).
void outlineModules(torch::jit::Graph& graph, const torch::jit::Module& root, NodeModules modules);

}  // namespace tenscope

#pragma once

#include <vector>

#include "core/torch/libtorch.h"

namespace tenscope {

// The function of the file that a call leads to; null for other nodes and for calls through an interface.
torch::jit::Function* calledFunction(const torch::jit::Node* node, const c10::ClassTypePtr& objectType);

// A method that tells an object of the file's own classes from one of LibTorch's. An object without methods has nothing to
// run, and counts as the file's.
torch::jit::Function* anyMethod(const c10::IValue& object);

// A copy of the node without its blocks, at the end of `block`.
torch::jit::Node* cloneNode(torch::jit::Graph& graph, const torch::jit::Node* node, const std::vector<torch::jit::Value*>& inputs,
                            torch::jit::Block* block);

}  // namespace tenscope

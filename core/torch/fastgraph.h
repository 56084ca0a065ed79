#pragma once

#include <memory>
#include <string>

#include "core/torch/libtorch.h"

namespace tenscope {

// The graph as LibTorch computes it fastest: what is constant is computed now, batch normalization and scaling are folded
// into the weights before them, operators are exchanged for oneDNN's. What torch.jit.optimize_for_inference does to a
// frozen module. Results may differ in the last bits. `graph` has its weights as constants, and stays as it is.
//
// Takes about as long as a run; throws what LibTorch's passes throw.
std::shared_ptr<torch::jit::Graph> fastGraph(torch::jit::Graph& graph);

// The same of a method of a module, whose attributes are taken to be constants. Null where the method changes attributes:
// those are none. The graph's first input is a module all the same.
std::shared_ptr<torch::jit::Graph> fastGraph(const c10::intrusive_ptr<c10::ivalue::Object>& module, const std::string& method);

}  // namespace tenscope

#pragma once

#include <vector>

#include "core/graph/model.h"

namespace tenscope {

// Which nodes of the model's own graph give the same results whatever the model is given, by node index: those that read
// stored tensors and each other only. Operators that are random, or of which ONNX says nothing, and nodes with bodies are
// not among them, nor is what reads stored tensors that a caller may override. All false for other dialects than ONNX.
std::vector<bool> constantNodes(const Model& model);

}  // namespace tenscope

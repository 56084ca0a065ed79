#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/graph/id.h"

namespace tenscope {

class Model;

// What a model amounts to, in numbers.
struct ModelSummary {
    std::uint64_t nodes = 0;                   // of all graphs, bodies and functions included
    std::map<std::string, std::uint64_t> ops;  // qualified operator (core/graph/text.h) → how many of those nodes
    std::uint64_t parameters = 0;              // elements of all stored weights
    std::uint64_t parameterBytes = 0;          // what they take as their type says; sparse ones: values and indices
    std::uint64_t tensors = 0;                 // stored weights
    std::uint64_t scopes = 0;                  // modules
    std::uint64_t bodies = 0;                  // graphs inside nodes
    std::uint64_t functions = 0;
};

// O(model). Nothing is read from the weights.
ModelSummary summarize(const Model& model);

// The values that hold stored weights (parameters and buffers, initializers), the main graph's first, each once. Constants
// in the graph (Constant nodes, TorchScript's constants) are not among them.
std::vector<ValueId> storedValues(const Model& model);

// The main graph's inputs that a run must be given: without those that have a stored default, as old ONNX files list all
// of their initializers. Empty where there is no main graph.
std::vector<ValueId> requiredInputs(const Model& model);

}  // namespace tenscope

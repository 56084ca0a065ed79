#pragma once

#include <torch/csrc/jit/api/module.h>

#include <optional>

#include "core/graph/model.h"
#include "core/torch/atengraph.h"
#include "core/torch/storedtensors.h"

namespace tenscope {

// A TorchScript module made of a model of the ATen dialect: its forward is the main graph, with the names of the graph's
// inputs as its arguments (an input that may be None has None as its default). Stored values of the main graph become
// parameters and buffers under their names, in modules that the dots in the names ask for (ModuleTree), whether the graph
// uses them or not. Parameters of floating-point numbers can be trained. Nodes become code of the module that they belong to
// (moduleoutline.h).
//
// Throws Failure (ErrorKind::Run) that names the node that TorchScript cannot hold. O(nodes + bytes that lie in no file).
torch::jit::Module scriptModule(const Model& model, StoredTensors& tensors);

// A graph to be run whose code assigns attributes: its first input is an object that holds them.
struct StatefulGraph {
    torch::jit::Module state;  // as every run begins: runs take a copy
    AtenGraph graph;
};

// As buildAtenGraph(). Nothing where the code assigns nothing.
std::optional<StatefulGraph> statefulGraph(const Model& model, StoredTensors& tensors, const StoredValueMaker& stored);

}  // namespace tenscope

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "core/graph/model.h"
#include "core/torch/libtorch.h"

namespace tenscope {

// A graph that LibTorch runs or saves, and what in it stands for which part of our model.
struct AtenGraph {
    // The nodes that were made for one of ours, one behind the other in the same block.
    struct Range {
        const torch::jit::Node* first = nullptr;
        const torch::jit::Node* last = nullptr;
    };

    std::shared_ptr<torch::jit::Graph> graph;
    std::unordered_map<NodeId, Range> nodes;  // constants too; nodes that need none have no entry
    std::unordered_map<ValueId, torch::jit::Value*> values;
};

// Puts a stored tensor of the model into the graph, at its insertion point: as a constant, or as an attribute of a module.
using StoredValueMaker = std::function<torch::jit::Value*(torch::jit::Graph&, TensorId)>;

// Where an attribute lives that the code reads and assigns: the object, as a value of the graph, and the attribute's name there.
struct StateAttribute {
    torch::jit::Value* object = nullptr;
    std::string name;
};
// Finds the place of an attribute by its path, at the graph's insertion point, before anything is computed.
using StateFinder = std::function<StateAttribute(torch::jit::Graph&, const std::string& path)>;

// Builds the main graph of a model in the ATen dialect. Overloads, implicit conversions and types of results are found as
// TorchScript's compiler finds them, from the types of the arguments. The graph's inputs are the main graph's, behind
// `self` where that is given; several outputs become a tuple.
//
// Throws Failure (ErrorKind::Run) that names the node that LibTorch has no operator for, or that reads or assigns an attribute
// where no `state` is given. O(nodes).
AtenGraph buildAtenGraph(const Model& model, const StoredValueMaker& stored, const c10::TypePtr& self = nullptr,
                         const StateFinder& state = {});

// The attributes that the code reads and assigns: the paths of all prim::GetAttr and prim::SetAttr, each with one of its nodes, one
// that says what a run begins with where there is one (initialState).
std::map<std::string, NodeId> stateAttributes(const Model& model);

// LibTorch's type for one of ours; what is not known counts as a tensor.
c10::TypePtr torchType(const Type& type);

}  // namespace tenscope

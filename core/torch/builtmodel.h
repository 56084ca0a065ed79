#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "core/graph/model.h"
#include "core/torch/libtorch.h"

namespace tenscope {

// What LibTorch executes for one node of our graph: one node, or several one behind the other in the same block, for an
// operator of ONNX.
struct RunStep {
    NodeId node;
    const torch::jit::Node* last = nullptr;
    // What holds the node's outputs once `last` was executed, one for each; null: nothing does.
    std::vector<const torch::jit::Value*> outputs;
};

// A model as our graph, and the same graph once more for LibTorch to run: each part of the one knows its counterpart in
// the other.
struct BuiltModel {
    Model model;
    std::shared_ptr<torch::jit::Graph> graph;  // null where there is nothing to run
    std::unordered_map<const torch::jit::Node*, RunStep> steps;  // by their first node
    std::unordered_map<ValueId, const torch::jit::Value*> values;

    // A node that has one counterpart with the same outputs.
    void addStep(const torch::jit::Node* running, NodeId node)
    {
        steps.emplace(running, RunStep{node, running, {running->outputs().begin(), running->outputs().end()}});
    }
};

}  // namespace tenscope

#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "core/graph/model.h"
#include "core/torch/builtmodel.h"

namespace tenscope {

// Callbacks that an instrumented graph makes while it runs. What they throw ends the run.
struct Probes {
    std::function<void(NodeId)> before;                                                        // each operator
    std::function<void(NodeId, const std::vector<c10::IValue>& outputs, bool isInLoop)> after;  // each operator; may be empty
    ValueId watched;                                                                           // may be invalid
    std::function<void(const c10::IValue&)> seen;                                              // each time `watched` is computed
    // What goes on in place of an output of a node, each time it is computed; by values of the model's graph.
    std::unordered_map<const torch::jit::Value*, std::function<c10::IValue(const c10::IValue&)>> replaced;
};

// A copy of the model's graph that calls the probes; plumbing (constants, lists, tuples) is not probed, but watched.
// `probes` must outlive every run of the copy.
std::shared_ptr<torch::jit::Graph> instrumented(const BuiltModel& built, const Probes& probes);

}  // namespace tenscope

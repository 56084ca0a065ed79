#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/graph/id.h"

namespace tenscope {

class Model;

// A stored tensor that a unit computes with, directly or behind operators that compute on stored tensors only.
struct UnitWeight {
    TensorId tensor;
    std::string name;       // as the file calls it
    bool isDirect = false;  // nothing but transposing in between
};

// A step of a model's computation: one operator on data, with what only prepares it (arithmetic on sizes, on stored tensors,
// on conditions), or several operators that together are what other formats write as one (batch norm behind a convolution,
// the nine operators of a layer norm).
struct Unit {
    std::string cls;  // core/compare/operatorclass.h
    NodeId main;      // the node that stands for it; invalid for the model's inputs and outputs
    std::vector<NodeId> core;      // the nodes that work on data, in order of execution
    std::vector<NodeId> absorbed;  // all others, that work for it
    std::vector<std::vector<std::uint32_t>> slots;  // the units that each input on data comes from: several behind an If
    std::vector<std::uint32_t> before;              // all of those, each once, in the order of slots
    std::vector<std::uint32_t> after;
    std::vector<UnitWeight> weights;
    std::vector<double> constants;  // numbers that it computes with, in order
    std::string scope;              // the path of its module
    std::uint32_t block = 0;        // 0: runs whenever the model does; else the body of an If or Loop that it is in
    bool isMerged() const { return core.size() > 1; }
};

// A model reduced to what it computes: no constants, plumbing, conditions or arithmetic on sizes, bodies of If and Loop laid
// out in line. Both dialects look alike here, and names play no part.
class ComputeGraph {
public:
    // O(model). Error::cancelled() after progress.cancel().
    static Result<ComputeGraph> reduce(const Model& model, Progress& progress);

    const std::vector<Unit>& units() const { return m_units; }
    const Unit& unit(std::uint32_t index) const { return m_units[index]; }
    // The compute nodes: all nodes that are neither constants nor plumbing, bodies included.
    std::size_t nodeCount() const { return m_nodeCount; }
    // Every unit once, what a unit needs before it where there is no loop: by depth first from the outputs along the inputs,
    // so that it is the same however the file orders its nodes.
    const std::vector<std::uint32_t>& order() const { return m_order; }
    // By block: the block around it.
    const std::vector<std::uint32_t>& blockParents() const { return m_blockParent; }

private:
    friend class ComputeGraphBuilder;
    std::vector<Unit> m_units;
    std::vector<std::uint32_t> m_order;
    std::vector<std::uint32_t> m_blockParent;
    std::size_t m_nodeCount = 0;
};

}  // namespace tenscope

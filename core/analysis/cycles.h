#pragma once

#include <utility>
#include <vector>

#include "core/graph/id.h"

namespace tenscope {

class Model;

// What is wrong with the order of a model's nodes. A node needs what it reads, and what its bodies read from outside.
struct OrderFaults {
    std::vector<std::pair<NodeId, ValueId>> early;        // in its graph it stands before the node that makes the value
    std::vector<std::pair<NodeId, ValueId>> unreachable;  // the value belongs to no graph around the node
    std::vector<std::vector<NodeId>> cycles;  // strongly connected nodes; edges inside them are not in `early`
};

// O(nodes + uses × depth of nesting). Cycles are found by Tarjan's algorithm (R. Tarjan, "Depth-First Search and Linear
// Graph Algorithms", 1972), only where the order has faults at all, and without recursion.
OrderFaults orderFaults(const Model& model);

}  // namespace tenscope

#pragma once

#include <vector>

#include "core/graph/model.h"

namespace tenscope {

// Whether every node of the graph stands behind the nodes of that graph whose outputs it, or a node in its bodies, reads.
bool isInOrder(const Model& model, GraphId graph);

// The graph's nodes, each behind those that it needs, and otherwise in the order they are in: a node is moved only as far as
// another one needs it earlier. Nodes in a circle, which have no order, keep theirs.
std::vector<NodeId> inOrder(const Model& model, GraphId graph);

}  // namespace tenscope

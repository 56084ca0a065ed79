#pragma once

#include <vector>

#include "core/layout/layoutgraph.h"

namespace tenscope {

// Says of each edge whether it must be turned round so that no directed cycle is left (self-loops are never turned; leave
// them out). The edges turned are the back edges of a depth-first search that starts at boxes nothing leads to, then at
// the rest by index: boxes come in execution order, so that what points back in it is what is turned. O(V + E), no recursion.
std::vector<bool> edgesToReverse(const LayoutGraph& graph);

}  // namespace tenscope

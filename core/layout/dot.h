#pragma once

#include <vector>

#include "core/layout/layeredgraph.h"
#include "core/layout/propergraph.h"

namespace tenscope {

// Graphviz' dot, asked for what it does best: which order the boxes of a layer have, and where they stand in it. It keeps the
// layers that they have, and knows where on its box an edge attaches. `x`: the left edge of each box.
//
// False: it could not, as where a box is wider than 65,000. Its libraries keep global state, so one call runs at a time; it cannot be stopped.
bool placeWithDot(const ProperGraph& proper, const LayeredGraph& layered, const LayoutOptions& options, std::vector<double>& x);

}  // namespace tenscope

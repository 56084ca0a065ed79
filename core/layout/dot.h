#pragma once

#include <mutex>
#include <vector>

#include "core/layout/layeredgraph.h"
#include "core/layout/propergraph.h"

namespace tenscope {

// Graphviz' dot, asked for what it does best: in which order the boxes of a layer stand, so that few edges cross. It keeps their
// layers, and knows in which order edges leave and settled ends arrive. `places`: of each box, from the left of its layer.
//
// False: it could not. Its libraries keep global state, so one call runs at a time; it cannot be stopped.
bool orderWithDot(const ProperGraph& proper, const LayeredGraph& layered, std::vector<std::uint32_t>& places);

// Held by whoever calls Graphviz' libraries.
std::mutex& graphvizMutex();

}  // namespace tenscope

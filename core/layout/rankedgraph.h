#pragma once

#include <cstdint>
#include <vector>

#include "core/base/progress.h"
#include "core/layout/layoutgraph.h"

namespace tenscope {

// A connected graph whose boxes have layers: what both engines begin with. Every edge leads downward, by a layer at least, or
// is reversed and leads upward; self-loops do neither.
struct RankedGraph {
    const LayoutGraph* graph = nullptr;
    std::vector<bool> reversed;          // of each edge
    std::vector<std::int32_t> layers;    // of each box; the first layer is 0, none is empty

    // The layers that all edges together lead over: about as many virtual nodes does an engine need that takes long edges
    // for chains of them.
    std::uint64_t virtualNodes() const;
};

// `graph` must outlive the result. Boxes that are kept in the first or last layer have it for themselves. False: cancelled.
bool rankBoxes(const LayoutGraph& graph, Progress& progress, RankedGraph& ranked);

}  // namespace tenscope

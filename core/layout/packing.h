#pragma once

#include <cstdint>
#include <vector>

#include "core/layout/layoutgraph.h"

namespace tenscope {

// A part of a graph that no edge connects with the rest.
struct LayoutPart {
    LayoutGraph graph;
    std::vector<std::uint32_t> boxes, edges;  // its boxes and edges, as indices of the whole
};

// By their first box; one part only where boxes are kept in the first or last layer. O(V + E).
std::vector<LayoutPart> connectedParts(const LayoutGraph& graph);

// Puts the parts, each laid out from (0, 0), side by side in rows whose width makes the whole about as wide as a screen is,
// keeping their order, and adds the margin.
Layout packParts(const LayoutGraph& graph, const std::vector<LayoutPart>& parts, std::vector<Layout> layouts,
                 const LayoutOptions& options);

}  // namespace tenscope

#pragma once

#include <cstdint>

#include "core/layout/layoutgraph.h"

namespace tenscope {

// How good a layout is, from its geometry alone, so that engines can be compared.
struct LayoutMetrics {
    // Points where two lines cross. What edges of one tensor (same box and port) draw over each other is one line.
    std::uint64_t crossings = 0;
    // The same, every edge counted for itself: a line of three edges that crosses another counts three.
    std::uint64_t edgeCrossings = 0;
    double edgeLength = 0;             // of all routes, every edge counted for itself
    std::uint64_t bends = 0;
    std::uint64_t boxOverlaps = 0;     // pairs of boxes
    std::uint64_t edgesThroughBoxes = 0;  // edges that enter a box that is not one of their ends
};

// O(n log n) for orthogonal routes; oblique segments are compared in pairs where their heights overlap.
LayoutMetrics measureLayout(const LayoutGraph& graph, const Layout& layout);

}  // namespace tenscope

#pragma once

#include <vector>

#include "core/base/progress.h"
#include "core/layout/layeredgraph.h"
#include "core/layout/layoutgraph.h"

namespace tenscope {

// Stacks the layers with as much space between them as the edges there need, and routes every edge: down from its
// box, sideways in the space between two layers on a track of its own, down along its trunk, sideways, down. Only
// verticals pass a layer, at an x that ordering and coordinates keep clear of boxes. `x` is of every element (coordinates.h);
// the result's left and top are 0, without a margin. False: cancelled.
bool routeEdges(const LayoutGraph& graph, const LayeredGraph& layered, const std::vector<double>& x,
                const LayoutOptions& options, Progress& progress, Layout& result);

// The room at the right of a box's own width that its self-loops and labels take.
std::vector<double> roomAtRight(const LayoutGraph& graph, const LayeredGraph& layered, const LayoutOptions& options);

}  // namespace tenscope

#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/layout/layeredgraph.h"
#include "core/layout/layoutgraph.h"
#include "core/layout/ordering.h"
#include "core/layout/rankedgraph.h"

namespace tenscope {

// The two engines, each for one connected part of a graph. Both give each box the layer that it has; the result begins at
// (0, 0), without a margin. Error::cancelled(); of Graphviz also ErrorKind::Run.
Result<Layout> layoutLayered(const RankedGraph& ranked, const LayoutOptions& options, Progress& progress);
Result<Layout> layoutGraphviz(const RankedGraph& ranked, const LayoutOptions& options, Progress& progress);

// What both end with, once the layers are ordered: coordinates and routes. False: cancelled.
bool finishLayout(const LayoutGraph& graph, LayeredGraph& layered, LayerOrder& order, const LayoutOptions& options, Progress& progress,
                  Layout& result);

// Whether dot is done with it in some milliseconds, as far as that can be told beforehand: its time grows with the boxes and
// the virtual nodes that long edges take. A chain, where there is nothing to order, is not worth the call.
bool isForGraphviz(const RankedGraph& ranked);

}  // namespace tenscope

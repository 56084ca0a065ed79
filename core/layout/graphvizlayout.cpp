#include <algorithm>

#include "core/layout/coordinates.h"
#include "core/layout/dot.h"
#include "core/layout/engines.h"
#include "core/layout/ordering.h"
#include "core/layout/propergraph.h"
#include "core/layout/routing.h"

// Graphviz behind the same contract: dot orders the boxes in their layers (dot), and coordinates and routes are found as for the
// layered layout, so that people cannot tell which engine drew a module. dot's own coordinates make the sum of all lengths small and
// let chains run down in stairs.

namespace tenscope {

namespace {

// The order of the layers, checked: every place of a layer is taken once.
bool takeOrder(const LayeredGraph& layered, const std::vector<std::uint32_t>& places, LayerOrder& order)
{
    order.box = places;
    std::vector<bool> isTaken;
    for (std::uint32_t layer = 0; layer < layered.layerCount; ++layer) {
        const auto boxes = layered.boxesIn(layer);
        isTaken.assign(boxes.size(), false);
        for (const std::uint32_t box : boxes) {
            if (places[box] >= boxes.size() || isTaken[places[box]])
                return false;
            isTaken[places[box]] = true;
        }
    }
    return true;
}

}  // namespace

Result<Layout> layoutGraphviz(const RankedGraph& ranked, const LayoutOptions& options, Progress& progress)
{
    const ProperGraph proper(ranked, options.edgeGap);
    const LayoutGraph& graph = proper.graph();
    LayeredGraph layered = makeLayeredGraph(graph, std::vector<bool>(graph.edges.size(), false), proper.layers());
    // What is not settled may arrive where it likes.
    for (std::size_t edge = 0; edge < graph.edges.size(); ++edge)
        if (graph.edges[edge].toX < 0)
            layered.edgeEnd[edge] = 0.5;
    if (progress.cancelled())
        return fail(Error::cancelled());
    std::vector<std::uint32_t> places;
    LayerOrder order;
    if (!orderWithDot(proper, layered, places) || !takeOrder(layered, places, order))
        return fail(Error::run("Graphviz could not lay out this graph; choose the layered layout instead."));
    Layout layout;
    if (!finishLayout(graph, layered, order, options, progress, layout))
        return fail(Error::cancelled());
    return proper.join(layout);
}

bool isForGraphviz(const RankedGraph& ranked)
{
    constexpr std::uint64_t most = 200;
    const std::size_t boxes = ranked.graph->boxes.size();
    const std::uint64_t virtualNodes = ranked.virtualNodes();
    const bool isChain = virtualNodes == 0 && std::size_t(*std::max_element(ranked.layers.begin(), ranked.layers.end())) + 1 == boxes;
    return boxes + virtualNodes <= most && !isChain;
}

}  // namespace tenscope

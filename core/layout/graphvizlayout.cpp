#include <algorithm>
#include <cmath>

#include "core/layout/dot.h"
#include "core/layout/engines.h"
#include "core/layout/layeredgraph.h"
#include "core/layout/propergraph.h"
#include "core/layout/routing.h"

// Graphviz behind the same contract: boxes have their layers, dot orders and places them (dot), and the edges are routed as the
// layered layout's are, so that people cannot tell which engine drew a module.

namespace tenscope {

namespace {

// dot's coordinates are whole numbers: lines are straight where ports are so too.
void roundPorts(const LayoutGraph& graph, LayeredGraph& layered)
{
    const auto toWhole = [](double fraction, double width) { return width > 0 ? std::min(1.0, std::round(fraction * width) / width) : fraction; };
    for (std::size_t edge = 0; edge < graph.edges.size(); ++edge) {
        layered.edgeStart[edge] = toWhole(layered.edgeStart[edge], graph.boxes[graph.edges[edge].from].width);
        layered.edgeEnd[edge] = toWhole(layered.edgeEnd[edge], graph.boxes[graph.edges[edge].to].width);
    }
    for (LayeredGraph::Link& link : layered.links) {
        link.upperFraction = layered.edgeStart[link.edge];
        link.lowerFraction = layered.edgeEnd[link.edge];
    }
}

}  // namespace

Result<Layout> layoutGraphviz(const RankedGraph& ranked, const LayoutOptions& options, Progress& progress)
{
    const ProperGraph proper(ranked, options.edgeGap);
    const LayoutGraph& graph = proper.graph();
    LayeredGraph layered = makeLayeredGraph(graph, std::vector<bool>(graph.edges.size(), false), proper.layers());
    // First every edge may arrive where it likes; then, for straight lines, it has a place there.
    for (std::size_t edge = 0; edge < graph.edges.size(); ++edge)
        if (graph.edges[edge].toX < 0)
            layered.edgeEnd[edge] = 0.5;
    std::vector<double> x;
    for (int pass = 0; pass < 2; ++pass) {
        if (progress.cancelled())
            return fail(Error::cancelled());
        if (!placeWithDot(proper, layered, options, x))
            return fail(Error::run("Graphviz could not lay out this graph; choose the layered layout instead."));
        // Where each edge comes from, so that those that arrive at one box do not cross above it.
        std::vector<double> position;
        position.reserve(graph.edges.size());
        for (std::size_t edge = 0; edge < graph.edges.size(); ++edge)
            position.push_back(x[graph.edges[edge].from] + graph.boxes[graph.edges[edge].from].width * layered.edgeStart[edge]);
        const std::vector<double> before = layered.edgeEnd;
        spreadPorts(graph, layered, position);
        roundPorts(graph, layered);
        if (layered.edgeEnd == before)
            break;
    }
    Layout layout;
    if (!routeEdges(graph, layered, x, options, progress, layout))
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

#include <algorithm>

#include "core/layout/coordinates.h"
#include "core/layout/engines.h"
#include "core/layout/ordering.h"
#include "core/layout/routing.h"

// The layered layout, after Sugiyama: cycles are broken (cycleremoval), boxes get layers (layering), long edges become
// trunks (layeredgraph), layers are ordered (ordering), boxes get coordinates (coordinates) and edges their bends (routing).

namespace tenscope {

bool finishLayout(const LayoutGraph& graph, LayeredGraph& layered, LayerOrder& order, const LayoutOptions& options, Progress& progress,
                  Layout& result)
{
    OrderDetails details;
    if (!describeOrder(layered, order, progress, details))
        return false;

    // Where each edge comes from, for spreading what arrives at the ports of one number.
    std::vector<double> position(graph.edges.size(), 0);
    for (std::size_t i = 0; i < layered.links.size(); ++i)
        if (!layered.isTrunk(layered.links[i].lower))
            position[layered.links[i].edge] = details.links[i].upper + layered.links[i].upperFraction;
    for (const auto& trunk : layered.trunks)
        if (trunk.isAnchored)
            position[trunk.edge] = double(layered.elementCount());
    spreadPorts(graph, layered, position);

    Spacing spacing;
    spacing.boxGap = std::max(options.boxGap, 0.0);
    spacing.lineGap = std::max(options.edgeGap, 8.0);
    spacing.width.reserve(graph.boxes.size());
    for (const auto& box : graph.boxes)
        spacing.width.push_back(box.width);
    spacing.extraRight = roomAtRight(graph, layered, options);
    std::vector<double> x;
    return assignCoordinates(layered, order, details, spacing, progress, x) && routeEdges(graph, layered, x, options, progress, result);
}

Result<Layout> layoutLayered(const RankedGraph& ranked, const LayoutOptions& options, Progress& progress)
{
    const LayoutGraph& graph = *ranked.graph;
    LayeredGraph layered = makeLayeredGraph(graph, ranked.reversed, ranked.layers);
    LayerOrder order;
    Layout result;
    if (!orderLayers(layered, progress, order) || !finishLayout(graph, layered, order, options, progress, result))
        return fail(Error::cancelled());
    return result;
}

}  // namespace tenscope

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/layout/coordinates.h"
#include "core/layout/cycleremoval.h"
#include "core/layout/layering.h"
#include "core/layout/layoutgraph.h"
#include "core/layout/ordering.h"
#include "core/layout/packing.h"
#include "core/layout/routing.h"

// The layered layout, after Sugiyama: cycles are broken (cycleremoval), boxes get layers (layering), long edges become
// trunks (layeredgraph), layers are ordered (ordering), boxes get coordinates (coordinates) and edges their bends (routing).
// Parts that nothing connects are laid out alone and packed into rows (packing).

namespace tenscope {

namespace {

// One connected part. False: cancelled.
bool layoutPart(const LayoutGraph& graph, const LayoutOptions& options, Progress& progress, Layout& result)
{
    const std::vector<bool> reversed = edgesToReverse(graph);
    std::vector<RankEdge> edges;
    edges.reserve(graph.edges.size());
    for (std::size_t e = 0; e < graph.edges.size(); ++e) {
        const auto& edge = graph.edges[e];
        if (edge.from != edge.to)
            edges.push_back(reversed[e] ? RankEdge{edge.to, edge.from, 1, 1} : RankEdge{edge.from, edge.to, 1, 1});
    }
    std::vector<std::int32_t> layers;
    if (!assignLayers(std::uint32_t(graph.boxes.size()), std::move(edges), progress, layers))
        return false;
    LayeredGraph layered = makeLayeredGraph(graph, reversed, layers);
    LayerOrder order;
    OrderDetails details;
    if (!orderLayers(layered, progress, order) || !describeOrder(layered, order, progress, details))
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
    return assignCoordinates(layered, order, details, spacing, progress, x) &&
           routeEdges(graph, layered, x, options, progress, result);
}

}  // namespace

Result<Layout> layoutLayered(const LayoutGraph& graph, const LayoutOptions& options, Progress& progress)
{
    const std::vector<LayoutPart> parts = connectedParts(graph);
    std::vector<Layout> layouts(parts.size());
    for (std::size_t i = 0; i < parts.size(); ++i)
        if (!layoutPart(parts[i].graph, options, progress, layouts[i]))
            return fail(Error::cancelled());
    return packParts(graph, parts, std::move(layouts), options);
}

Result<Layout> layout(const LayoutGraph& graph, const LayoutOptions& options, Progress& progress)
{
    return layoutLayered(graph, options, progress);
}

}  // namespace tenscope

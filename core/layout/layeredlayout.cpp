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

// Boxes that are kept in the first layer are one node above all others, those in the last layer one below.
bool layersOf(const LayoutGraph& graph, const std::vector<bool>& reversed, Progress& progress,
              std::vector<std::int32_t>& layers)
{
    using Layer = LayoutGraph::Box::Layer;
    const std::uint32_t count = std::uint32_t(graph.boxes.size());
    // What has something above it cannot be first, what has something below it cannot be last.
    std::vector<Layer> kept(count);
    for (std::uint32_t box = 0; box < count; ++box)
        kept[box] = graph.boxes[box].layer;
    for (const auto& edge : graph.edges) {
        if (kept[edge.to] == Layer::First)
            kept[edge.to] = Layer::Free;
        if (kept[edge.from] == Layer::Last)
            kept[edge.from] = Layer::Free;
    }
    std::uint32_t nodes = count, first = LayeredGraph::none, last = LayeredGraph::none;
    for (const Layer layer : kept) {
        if (layer == Layer::First && first == LayeredGraph::none)
            first = nodes++;
        else if (layer == Layer::Last && last == LayeredGraph::none)
            last = nodes++;
    }
    auto nodeOf = [&](std::uint32_t box) {
        return kept[box] == Layer::First ? first : kept[box] == Layer::Last ? last : box;
    };
    std::vector<RankEdge> edges;
    edges.reserve(graph.edges.size());
    for (std::size_t e = 0; e < graph.edges.size(); ++e) {
        const auto& edge = graph.edges[e];
        const std::uint32_t from = nodeOf(reversed[e] ? edge.to : edge.from);
        const std::uint32_t to = nodeOf(reversed[e] ? edge.from : edge.to);
        if (from != to)
            edges.push_back({from, to, 1, 1});
    }
    if (nodes > count) {
        // What has no neighbour above or below must still keep clear of the two layers; this also connects everything.
        // Boxes kept in a layer are represented by its node and hang on it, so that the graph stays connected.
        for (std::uint32_t box = 0; box < count; ++box) {
            const bool isFree = kept[box] == Layer::Free;
            if (first != LayeredGraph::none)
                edges.push_back({first, box, isFree ? 1 : 0, 0});
            if (last != LayeredGraph::none)
                edges.push_back({box, last, isFree ? 1 : 0, 0});
        }
        if (first != LayeredGraph::none && last != LayeredGraph::none)
            edges.push_back({first, last, 1, 0});
    }
    if (!assignLayers(nodes, std::move(edges), progress, layers))
        return false;
    for (std::uint32_t box = 0; box < count; ++box)
        layers[box] = layers[nodeOf(box)];
    layers.resize(count);
    // Without a box in the first place, no layer is empty: ranks begin where the boxes do.
    const std::int32_t least = count ? *std::min_element(layers.begin(), layers.end()) : 0;
    for (std::int32_t& layer : layers)
        layer -= least;
    return true;
}

// One connected part. False: cancelled.
bool layoutPart(const LayoutGraph& graph, const LayoutOptions& options, Progress& progress, Layout& result)
{
    const std::vector<bool> reversed = edgesToReverse(graph);
    std::vector<std::int32_t> layers;
    if (!layersOf(graph, reversed, progress, layers))
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
    return options.engine == LayoutEngine::Graphviz ? layoutGraphviz(graph, options, progress)
                                                    : layoutLayered(graph, options, progress);
}

}  // namespace tenscope

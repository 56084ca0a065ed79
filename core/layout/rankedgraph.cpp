#include "core/layout/rankedgraph.h"

#include <algorithm>
#include <cstdlib>

#include "core/layout/cycleremoval.h"
#include "core/layout/layering.h"

namespace tenscope {

namespace {

constexpr std::uint32_t none = 0xffffffffu;

// Boxes that are kept in the first layer are one node above all others, those in the last layer one below.
bool assignBoxLayers(const LayoutGraph& graph, const std::vector<bool>& reversed, Progress& progress,
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
    std::uint32_t nodes = count, first = none, last = none;
    for (const Layer layer : kept) {
        if (layer == Layer::First && first == none)
            first = nodes++;
        else if (layer == Layer::Last && last == none)
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
            if (first != none)
                edges.push_back({first, box, isFree ? 1 : 0, 0});
            if (last != none)
                edges.push_back({box, last, isFree ? 1 : 0, 0});
        }
        if (first != none && last != none)
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

}  // namespace

std::uint64_t RankedGraph::virtualNodes() const
{
    std::uint64_t sum = 0;
    for (const auto& edge : graph->edges)
        if (edge.from != edge.to)
            sum += std::uint64_t(std::abs(layers[edge.to] - layers[edge.from])) - 1;
    return sum;
}

bool rankBoxes(const LayoutGraph& graph, Progress& progress, RankedGraph& ranked)
{
    ranked.graph = &graph;
    ranked.reversed = edgesToReverse(graph);
    return assignBoxLayers(graph, ranked.reversed, progress, ranked.layers);
}

}  // namespace tenscope

#include "core/layout/propergraph.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

namespace tenscope {

ProperGraph::ProperGraph(const RankedGraph& ranked, double turn)
    : m_original(*ranked.graph), m_boxes(std::uint32_t(ranked.graph->boxes.size())), m_layers(ranked.layers)
{
    m_graph.boxes = m_original.boxes;
    m_paths.resize(m_original.edges.size());
    addLongEdges(ranked);
    for (std::uint32_t edge = 0; edge < m_original.edges.size(); ++edge)
        if (ranked.reversed[edge])
            addReversed(ranked, edge, turn);
    // A turn above the first layer makes one.
    const std::int32_t first = m_layers.empty() ? 0 : *std::min_element(m_layers.begin(), m_layers.end());
    for (std::int32_t& layer : m_layers)
        layer -= first;
}

std::uint32_t ProperGraph::addPlace(std::int32_t layer, double width)
{
    m_graph.boxes.push_back({width, 0});
    m_layers.push_back(layer);
    return std::uint32_t(m_graph.boxes.size() - 1);
}

std::uint32_t ProperGraph::addStep(std::uint32_t from, std::uint32_t to)
{
    m_graph.edges.push_back({from, to});
    return std::uint32_t(m_graph.edges.size() - 1);
}

// Edges downward, and self-loops, which are left as they are.
void ProperGraph::addLongEdges(const RankedGraph& ranked)
{
    std::vector<std::uint32_t> order;
    for (std::uint32_t e = 0; e < m_original.edges.size(); ++e)
        if (!ranked.reversed[e])
            order.push_back(e);
    const auto port = [this](std::uint32_t e) { return std::tuple(m_original.edges[e].from, m_original.edges[e].fromPort); };
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return std::tuple(port(a), a) < std::tuple(port(b), b); });
    std::vector<std::uint32_t> places;  // of the port, from the layer below its box on
    std::vector<Step> steps;            // to each of these
    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto& edge = m_original.edges[order[i]];
        if (i == 0 || port(order[i]) != port(order[i - 1])) {
            places.clear();
            steps.clear();
        }
        const std::int32_t from = m_layers[edge.from], to = m_layers[edge.to];
        const std::size_t passed = to > from ? std::size_t(to - from - 1) : 0;
        while (places.size() < passed) {
            const std::uint32_t place = addPlace(from + 1 + std::int32_t(places.size()));
            steps.push_back({addStep(places.empty() ? edge.from : places.back(), place)});
            if (places.empty())
                std::tie(m_graph.edges.back().fromPort, m_graph.edges.back().fromX) = std::tie(edge.fromPort, edge.fromX);
            places.push_back(place);
        }
        auto& path = m_paths[order[i]];
        path.assign(steps.begin(), steps.begin() + std::ptrdiff_t(passed));
        path.push_back({addStep(passed ? places[passed - 1] : edge.from, edge.to)});
        auto& last = m_graph.edges.back();
        if (passed == 0)
            std::tie(last.fromPort, last.fromX) = std::tie(edge.fromPort, edge.fromX);
        std::tie(last.toPort, last.toX) = std::tie(edge.toPort, edge.toX);
        // The label stands where the line begins, which several edges may share.
        auto& first = m_graph.edges[path.front().edge];
        first.labelWidth = std::max(first.labelWidth, edge.labelWidth);
        first.labelHeight = std::max(first.labelHeight, edge.labelHeight);
    }
}

void ProperGraph::addReversed(const RankedGraph& ranked, std::uint32_t index, double turn)
{
    const auto& edge = m_original.edges[index];
    const std::int32_t lower = ranked.layers[edge.from], upper = ranked.layers[edge.to];
    auto& path = m_paths[index];
    std::uint32_t below = addPlace(lower + 1, turn);
    path.push_back({addStep(edge.from, below)});
    std::tie(m_graph.edges.back().fromPort, m_graph.edges.back().fromX) = std::tie(edge.fromPort, edge.fromX);
    std::tie(m_graph.edges.back().labelWidth, m_graph.edges.back().labelHeight) = std::tie(edge.labelWidth, edge.labelHeight);
    std::uint32_t toPort = 1;  // beside what comes down
    for (std::int32_t layer = lower; layer >= upper - 1; --layer) {
        const std::uint32_t above = addPlace(layer, layer < upper ? turn : 0);
        path.push_back({addStep(above, below), true});
        m_graph.edges.back().toPort = std::exchange(toPort, 0);
        below = above;
    }
    path.push_back({addStep(below, edge.to)});
    auto& last = m_graph.edges.back();
    last.fromPort = 1;
    std::tie(last.toPort, last.toX) = std::tie(edge.toPort, edge.toX);
}

Layout ProperGraph::join(const Layout& proper) const
{
    Layout result;
    result.width = proper.width;
    result.height = proper.height;
    result.boxes.assign(proper.boxes.begin(), proper.boxes.begin() + m_boxes);
    result.routes.resize(m_paths.size());
    result.labels.resize(m_paths.size());
    for (std::size_t e = 0; e < m_paths.size(); ++e) {
        auto& route = result.routes[e];
        for (const Step& step : m_paths[e]) {
            const auto& piece = proper.routes[step.edge];
            const auto add = [&route](Point point) {
                const std::size_t n = route.size();
                // The same place, computed in two ways.
                if (n > 0 && std::abs(route[n - 1].x - point.x) < 0.01)
                    point.x = route[n - 1].x;
                if (n > 1 && ((route[n - 1].x == point.x && route[n - 2].x == point.x) || (route[n - 1].y == point.y && route[n - 2].y == point.y)))
                    route.back() = point;
                else if (n == 0 || route.back() != point)
                    route.push_back(point);
            };
            if (step.isUpward)
                std::for_each(piece.rbegin(), piece.rend(), add);
            else
                std::for_each(piece.begin(), piece.end(), add);
        }
        const std::uint32_t first = m_paths[e].front().edge;
        result.labels[e] = proper.labels[first];
        result.labels[e].x += (m_original.edges[e].labelWidth - m_graph.edges[first].labelWidth) / 2;
        result.labels[e].y += (m_original.edges[e].labelHeight - m_graph.edges[first].labelHeight) / 2;
    }
    return result;
}

}  // namespace tenscope

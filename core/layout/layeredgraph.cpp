#include "core/layout/layeredgraph.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace tenscope {

namespace {

// Counting sort of ids by key: `list` is grouped, group k is [start[k], start[k + 1]).
void group(std::uint32_t groups, const std::vector<std::uint32_t>& keys, const std::vector<std::uint32_t>& ids,
           std::vector<std::uint32_t>& list, std::vector<std::uint32_t>& start)
{
    start.assign(groups + 1, 0);
    for (std::uint32_t key : keys)
        ++start[key + 1];
    std::partial_sum(start.begin(), start.end(), start.begin());
    list.resize(ids.size());
    std::vector<std::uint32_t> fill(start.begin(), start.end() - 1);
    for (std::size_t i = 0; i < ids.size(); ++i)
        list[fill[keys[i]]++] = ids[i];
}

// Bottom ports: one place for each port number in use, whatever the number of edges that leave there.
void placeStarts(const LayoutGraph& graph, LayeredGraph& layered)
{
    std::vector<std::pair<std::uint32_t, std::uint32_t>> ports;  // box, port
    for (const auto& edge : graph.edges)
        ports.push_back({edge.from, edge.fromPort});
    std::sort(ports.begin(), ports.end());
    ports.erase(std::unique(ports.begin(), ports.end()), ports.end());
    std::vector<std::uint32_t> first(graph.boxes.size() + 1, 0);
    for (const auto& port : ports)
        ++first[port.first + 1];
    std::partial_sum(first.begin(), first.end(), first.begin());
    layered.edgeStart.resize(graph.edges.size());
    for (std::size_t e = 0; e < graph.edges.size(); ++e) {
        const auto& edge = graph.edges[e];
        const auto begin = ports.begin() + first[edge.from], end = ports.begin() + first[edge.from + 1];
        const auto at = std::lower_bound(begin, end, std::pair(edge.from, edge.fromPort));
        layered.edgeStart[e] = double(at - begin + 1) / double(end - begin + 1);
        if (edge.fromX >= 0 && graph.boxes[edge.from].width > 0)
            layered.edgeStart[e] = std::min(1.0, edge.fromX / graph.boxes[edge.from].width);
    }
}

}  // namespace

void spreadPorts(const LayoutGraph& graph, LayeredGraph& layered, const std::vector<double>& position)
{
    std::vector<std::uint32_t> order, start(graph.boxes.size() + 1, 0);
    for (std::uint32_t e = 0; e < graph.edges.size(); ++e)
        if (graph.edges[e].from != graph.edges[e].to)
            order.push_back(e);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        const auto &x = graph.edges[a], &y = graph.edges[b];
        const double p = position.empty() ? 0 : position[a], q = position.empty() ? 0 : position[b];
        return std::tie(x.to, p, x.toPort, a) < std::tie(y.to, q, y.toPort, b);
    });
    layered.edgeEnd.assign(graph.edges.size(), 0.5);
    for (std::size_t i = 0; i < order.size();) {
        std::size_t end = i;
        while (end < order.size() && graph.edges[order[end]].to == graph.edges[order[i]].to)
            ++end;
        for (std::size_t k = i; k < end;) {
            std::size_t last = k;
            while (last < end && graph.edges[order[last]].toPort == graph.edges[order[k]].toPort)
                ++last;
            for (std::size_t j = k; j < last; ++j) {
                // Without positions a whole group of equal ports shares its middle.
                const double slot = position.empty() ? double(k + last - 1) / 2 : double(j);
                layered.edgeEnd[order[j]] = (slot - double(i) + 1) / double(end - i + 1);
            }
            k = last;
        }
        i = end;
    }
    for (std::size_t e = 0; e < graph.edges.size(); ++e)
        if (graph.edges[e].toX >= 0 && graph.boxes[graph.edges[e].to].width > 0)
            layered.edgeEnd[e] = std::min(1.0, graph.edges[e].toX / graph.boxes[graph.edges[e].to].width);
    for (auto& link : layered.links) {
        if (layered.isTrunk(link.lower))
            continue;
        link.lowerFraction = layered.edgeEnd[link.edge];
        link.isLowerFixed = graph.edges[link.edge].toX >= 0;
    }
}

LayeredGraph makeLayeredGraph(const LayoutGraph& graph, const std::vector<bool>& reversed,
                              const std::vector<std::int32_t>& layers)
{
    LayeredGraph result;
    const std::uint32_t count = std::uint32_t(graph.boxes.size());
    result.boxCount = count;
    result.layer.assign(layers.begin(), layers.end());
    for (std::uint32_t i : result.layer)
        result.layerCount = std::max(result.layerCount, i + 1);
    placeStarts(graph, result);

    std::vector<std::uint32_t> longEdges;
    result.edgeTrunk.assign(graph.edges.size(), LayeredGraph::none);
    std::vector<LayeredGraph::Link> links;
    for (std::uint32_t e = 0; e < graph.edges.size(); ++e) {
        const auto& edge = graph.edges[e];
        const std::uint32_t from = result.layer[edge.from], to = result.layer[edge.to];
        if (edge.from == edge.to)
            continue;
        if (reversed[e]) {
            result.edgeTrunk[e] = count + std::uint32_t(result.trunks.size());
            result.trunks.push_back({to, from, edge.to, edge.from, true, e});
        } else if (to == from + 1) {
            links.push_back({edge.from, edge.to, result.edgeStart[e], 0.5, false, e});
        } else {
            longEdges.push_back(e);
        }
    }
    std::sort(longEdges.begin(), longEdges.end(), [&](std::uint32_t a, std::uint32_t b) {
        const auto &x = graph.edges[a], &y = graph.edges[b];
        return std::tie(x.from, x.fromPort, a) < std::tie(y.from, y.fromPort, b);
    });
    for (std::size_t i = 0; i < longEdges.size(); ++i) {
        const std::uint32_t e = longEdges[i];
        const auto& edge = graph.edges[e];
        const bool isFirst = i == 0 || graph.edges[longEdges[i - 1]].from != edge.from ||
                             graph.edges[longEdges[i - 1]].fromPort != edge.fromPort;
        if (isFirst) {
            const std::uint32_t top = result.layer[edge.from] + 1;
            links.push_back({edge.from, result.elementCount(), result.edgeStart[e], 0.5, false, e});
            result.trunks.push_back({top, top, edge.from, edge.to, false, e});
        }
        const std::uint32_t trunk = result.elementCount() - 1;
        result.trunks.back().bottom = std::max(result.trunks.back().bottom, result.layer[edge.to] - 1);
        result.edgeTrunk[e] = trunk;
        links.push_back({trunk, edge.to, 0.5, 0.5, false, e});
    }

    // Links by layer.
    std::vector<std::uint32_t> keys(links.size()), ids(links.size()), sorted;
    std::iota(ids.begin(), ids.end(), 0u);
    for (std::size_t i = 0; i < links.size(); ++i) {
        const auto& link = links[i];
        keys[i] = result.isTrunk(link.lower) ? result.trunk(link.lower).top - 1 : result.layer[link.lower] - 1;
    }
    group(result.layerCount, keys, ids, sorted, result.linkStart);
    result.links.reserve(links.size());
    for (std::uint32_t i : sorted)
        result.links.push_back(links[i]);

    ids.resize(count);
    std::iota(ids.begin(), ids.end(), 0u);
    group(result.layerCount, result.layer, ids, result.boxes, result.boxStart);
    ids.resize(result.trunks.size());
    std::iota(ids.begin(), ids.end(), count);
    keys.resize(ids.size());
    std::transform(result.trunks.begin(), result.trunks.end(), keys.begin(), [](const auto& t) { return t.top; });
    group(result.layerCount, keys, ids, result.starts, result.startStart);
    std::transform(result.trunks.begin(), result.trunks.end(), keys.begin(), [](const auto& t) { return t.bottom; });
    group(result.layerCount, keys, ids, result.ends, result.endStart);
    spreadPorts(graph, result, {});
    return result;
}

}  // namespace tenscope

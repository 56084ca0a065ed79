#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/layout/layoutgraph.h"

namespace tenscope {

namespace {

// Longest-path layers; edges that close a cycle (found by an iterative depth-first search) do not count.
std::vector<std::uint32_t> layersOf(const LayoutGraph& graph)
{
    const std::size_t n = graph.boxes.size();
    std::vector<std::uint32_t> start(n + 1, 0), order(graph.edges.size());
    for (const auto& edge : graph.edges)
        ++start[edge.from + 1];
    std::partial_sum(start.begin(), start.end(), start.begin());
    std::vector<std::uint32_t> fill(start.begin(), start.end() - 1);
    for (std::uint32_t e = 0; e < graph.edges.size(); ++e)
        order[fill[graph.edges[e].from]++] = e;

    std::vector<std::uint8_t> state(n, 0);
    std::vector<std::uint32_t> next(start.begin(), start.end() - 1), finished, stack;
    std::vector<bool> back(graph.edges.size(), false);
    for (std::uint32_t root = 0; root < n; ++root) {
        if (state[root])
            continue;
        state[root] = 1;
        stack.push_back(root);
        while (!stack.empty()) {
            const std::uint32_t box = stack.back();
            if (next[box] == start[box + 1]) {
                state[box] = 2;
                finished.push_back(box);
                stack.pop_back();
                continue;
            }
            const std::uint32_t e = order[next[box]++];
            const std::uint32_t to = graph.edges[e].to;
            if (state[to] == 1)
                back[e] = true;
            else if (state[to] == 0) {
                state[to] = 1;
                stack.push_back(to);
            }
        }
    }
    std::vector<std::uint32_t> layer(n, 0);
    for (auto it = finished.rbegin(); it != finished.rend(); ++it)
        for (std::uint32_t k = start[*it]; k < start[*it + 1]; ++k)
            if (!back[order[k]])
                layer[graph.edges[order[k]].to] = std::max(layer[graph.edges[order[k]].to], layer[*it] + 1);
    return layer;
}

}  // namespace

Result<Layout> layoutLayered(const LayoutGraph& graph, const LayoutOptions& options, Progress& progress)
{
    const std::size_t n = graph.boxes.size();
    Layout result;
    result.boxes.resize(n);
    result.routes.resize(graph.edges.size());
    result.labels.resize(graph.edges.size());
    if (n == 0)
        return result;
    const std::vector<std::uint32_t> layer = layersOf(graph);
    std::vector<std::vector<std::uint32_t>> layers(*std::max_element(layer.begin(), layer.end()) + 1);
    std::vector<std::uint32_t> inPorts(n, 0), outPorts(n, 0);
    for (std::uint32_t box = 0; box < n; ++box)
        layers[layer[box]].push_back(box);
    for (const auto& edge : graph.edges) {
        outPorts[edge.from] = std::max(outPorts[edge.from], edge.fromPort + 1);
        inPorts[edge.to] = std::max(inPorts[edge.to], edge.toPort + 1);
    }
    std::vector<double> position(n, 0);
    for (auto& boxes : layers)
        for (std::size_t i = 0; i < boxes.size(); ++i)
            position[boxes[i]] = double(i) - double(boxes.size()) / 2;
    for (int sweep = 0; sweep < 4; ++sweep) {
        if (progress.cancelled())
            return fail(Error::cancelled());
        std::vector<double> sum(n, 0), count(n, 0);
        for (const auto& edge : graph.edges) {
            const auto into = sweep % 2 ? edge.from : edge.to, from = sweep % 2 ? edge.to : edge.from;
            sum[into] += position[from];
            count[into] += 1;
        }
        for (auto& boxes : layers) {
            for (auto box : boxes)
                sum[box] = count[box] > 0 ? sum[box] / count[box] : position[box];
            std::stable_sort(boxes.begin(), boxes.end(), [&](auto a, auto b) { return sum[a] < sum[b]; });
            for (std::size_t i = 0; i < boxes.size(); ++i)
                position[boxes[i]] = double(i) - double(boxes.size()) / 2;
        }
    }
    // Layers are centred; edges longer than one layer run in lanes to the right of everything.
    double widest = 0, y = options.margin;
    std::vector<double> rowWidth(layers.size()), top(layers.size()), bottom(layers.size());
    std::vector<std::uint32_t> bends(layers.size() + 1, 0);
    for (const auto& edge : graph.edges) {
        ++bends[layer[edge.from] + 1];
        ++bends[layer[edge.to]];
    }
    for (std::size_t i = 0; i < layers.size(); ++i) {
        for (auto box : layers[i])
            rowWidth[i] += graph.boxes[box].width + options.boxGap;
        widest = std::max(widest, rowWidth[i] - options.boxGap);
    }
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const double gap = std::max(options.layerGap, std::min(400.0, options.edgeGap * (bends[i] + 1)));
        top[i] = y + (i ? gap : 0);
        double x = options.margin + (widest - rowWidth[i] + options.boxGap) / 2, height = 0;
        for (auto box : layers[i]) {
            result.boxes[box] = {x, top[i], graph.boxes[box].width, graph.boxes[box].height};
            x += graph.boxes[box].width + options.boxGap;
            height = std::max(height, graph.boxes[box].height);
        }
        y = bottom[i] = top[i] + height;
    }
    double lane = options.margin + widest + options.boxGap;
    std::vector<std::uint32_t> used(layers.size() + 1, 0);
    auto track = [&](std::size_t channel) {
        const double from = channel ? bottom[channel - 1] : 0;
        const double to = channel < layers.size() ? top[channel] : y + 2 * options.margin;
        return from + (to - from) * (++used[channel]) / (bends[channel] + 1);
    };
    for (std::size_t e = 0; e < graph.edges.size(); ++e) {
        if (e % 4096 == 0 && progress.cancelled())
            return fail(Error::cancelled());
        const auto& edge = graph.edges[e];
        const Rect &a = result.boxes[edge.from], &b = result.boxes[edge.to];
        const Point start{a.x + a.width * (edge.fromPort + 1) / (outPorts[edge.from] + 1), a.bottom()};
        const Point end{b.x + b.width * (edge.toPort + 1) / (inPorts[edge.to] + 1), b.y};
        auto& route = result.routes[e];
        if (layer[edge.to] == layer[edge.from] + 1) {
            const double level = track(layer[edge.to]);
            route = {start, {start.x, level}, {end.x, level}, end};
            if (std::abs(start.x - end.x) < 0.5)
                route = {start, {start.x, end.y}};
        } else {
            const double out = track(layer[edge.from] + 1), in = track(layer[edge.to]);
            route = {start, {start.x, out}, {lane, out}, {lane, in}, {end.x, in}, end};
            lane += options.edgeGap;
        }
        result.labels[e] = {start.x + edge.labelWidth / 2 + 4, start.y + edge.labelHeight / 2 + 4};
    }
    result.width = lane + options.margin;
    result.height = y + 3 * options.margin;
    return result;
}

Result<Layout> layout(const LayoutGraph& graph, const LayoutOptions& options, Progress& progress)
{
    return layoutLayered(graph, options, progress);
}

}  // namespace tenscope

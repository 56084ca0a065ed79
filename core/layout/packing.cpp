#include "core/layout/packing.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tenscope {

std::vector<LayoutPart> connectedParts(const LayoutGraph& graph)
{
    std::vector<std::uint32_t> root(graph.boxes.size());
    std::iota(root.begin(), root.end(), 0u);
    auto find = [&](std::uint32_t i) {
        while (root[i] != i)
            i = root[i] = root[root[i]];
        return i;
    };
    // Boxes that are kept in the first or last layer share it: then everything is one part.
    const bool isFramed = std::any_of(graph.boxes.begin(), graph.boxes.end(),
                                      [](const auto& box) { return box.layer != LayoutGraph::Box::Layer::Free; });
    if (isFramed)
        std::fill(root.begin(), root.end(), 0u);
    // The smaller index stays the root, so that parts come in the order of their first boxes.
    for (const auto& edge : graph.edges) {
        const std::uint32_t a = find(edge.from), b = find(edge.to);
        root[std::max(a, b)] = std::min(a, b);
    }
    std::vector<LayoutPart> parts;
    std::vector<std::uint32_t> partOf(graph.boxes.size()), indexIn(graph.boxes.size());
    for (std::uint32_t box = 0; box < graph.boxes.size(); ++box) {
        const std::uint32_t first = find(box);
        if (first == box) {
            partOf[box] = std::uint32_t(parts.size());
            parts.emplace_back();
        }
        partOf[box] = partOf[first];
        LayoutPart& part = parts[partOf[box]];
        indexIn[box] = std::uint32_t(part.boxes.size());
        part.boxes.push_back(box);
        part.graph.boxes.push_back(graph.boxes[box]);
    }
    for (std::uint32_t e = 0; e < graph.edges.size(); ++e) {
        LayoutPart& part = parts[partOf[graph.edges[e].from]];
        part.edges.push_back(e);
        part.graph.edges.push_back(graph.edges[e]);
        part.graph.edges.back().from = indexIn[graph.edges[e].from];
        part.graph.edges.back().to = indexIn[graph.edges[e].to];
    }
    return parts;
}

Layout packParts(const LayoutGraph& graph, const std::vector<LayoutPart>& parts, std::vector<Layout> layouts,
                 const LayoutOptions& options)
{
    constexpr double aspect = 1.6;
    Layout result;
    result.boxes.resize(graph.boxes.size());
    result.routes.resize(graph.edges.size());
    result.labels.resize(graph.edges.size());
    const double gap = 2 * options.boxGap;
    double area = 0, widest = 0;
    for (const Layout& layout : layouts) {
        area += (layout.width + gap) * (layout.height + gap);
        widest = std::max(widest, layout.width);
    }
    const double rowWidth = std::max(widest, std::sqrt(area * aspect));
    double x = 0, y = 0, rowHeight = 0, right = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        Layout& layout = layouts[i];
        if (x > 0 && x + layout.width > rowWidth) {
            x = 0;
            y += rowHeight + gap;
            rowHeight = 0;
        }
        const double dx = x + options.margin, dy = y + options.margin;
        for (std::size_t k = 0; k < parts[i].boxes.size(); ++k) {
            Rect& box = result.boxes[parts[i].boxes[k]];
            box = layout.boxes[k];
            box.x += dx;
            box.y += dy;
        }
        for (std::size_t k = 0; k < parts[i].edges.size(); ++k) {
            auto& route = result.routes[parts[i].edges[k]];
            route = std::move(layout.routes[k]);
            for (Point& point : route) {
                point.x += dx;
                point.y += dy;
            }
            result.labels[parts[i].edges[k]] = {layout.labels[k].x + dx, layout.labels[k].y + dy};
        }
        x += layout.width + gap;
        right = std::max(right, x - gap);
        rowHeight = std::max(rowHeight, layout.height);
    }
    result.width = right + 2 * options.margin;
    result.height = y + rowHeight + 2 * options.margin;
    return result;
}

}  // namespace tenscope

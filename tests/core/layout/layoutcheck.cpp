#include "tests/core/layout/layoutcheck.h"

#include <algorithm>
#include <cmath>

namespace tenscope {

namespace {

constexpr double slack = 0.01;

bool overlap(const Rect& a, const Rect& b)
{
    return a.x < b.right() - slack && b.x < a.right() - slack && a.y < b.bottom() - slack && b.y < a.bottom() - slack;
}

// Whether some of the piece lies inside the box and not only on its border: clipped to it (Liang and Barsky), anything is left.
bool enters(Point a, Point b, const Rect& box)
{
    double from = 0, to = 1;
    const auto clip = [&](double start, double step, double low, double high) {
        if (std::abs(step) < 1e-12)
            return start > low && start < high;
        const double first = (low - start) / step, second = (high - start) / step;
        from = std::max(from, std::min(first, second));
        to = std::min(to, std::max(first, second));
        return from < to;
    };
    return clip(a.x, b.x - a.x, box.x + slack, box.right() - slack) && clip(a.y, b.y - a.y, box.y + slack, box.bottom() - slack);
}

double turn(Point a, Point b, Point c)
{
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

bool cross(Point a, Point b, Point c, Point d)
{
    const double first = turn(a, b, c), second = turn(a, b, d), third = turn(c, d, a), fourth = turn(c, d, b);
    const double least = slack;
    const auto differ = [least](double p, double q) { return (p > least && q < -least) || (p < -least && q > least); };
    return differ(first, second) && differ(third, fourth);
}

std::string edgeName(const LayoutGraph& graph, std::size_t edge)
{
    return "edge " + std::to_string(edge) + " (" + std::to_string(graph.edges[edge].from) + " to " + std::to_string(graph.edges[edge].to) + ")";
}

std::string faultInBoxes(const LayoutGraph& graph, const Layout& layout)
{
    for (std::size_t i = 0; i < layout.boxes.size(); ++i) {
        const Rect& box = layout.boxes[i];
        const std::string name = "box " + std::to_string(i);
        if (std::abs(box.width - graph.boxes[i].width) > slack || std::abs(box.height - graph.boxes[i].height) > slack)
            return name + " has another size";
        if (!(box.x >= -slack && box.y >= -slack && box.right() <= layout.width + slack && box.bottom() <= layout.height + slack))
            return name + " is not in the picture";
        for (std::size_t j = 0; j < i; ++j)
            if (overlap(box, layout.boxes[j]))
                return name + " overlaps box " + std::to_string(j);
    }
    return {};
}

std::string faultInRoute(const LayoutGraph& graph, const Layout& layout, std::size_t edge, bool isOrthogonal)
{
    const auto& route = layout.routes[edge];
    const auto& ends = graph.edges[edge];
    const Rect &from = layout.boxes[ends.from], &to = layout.boxes[ends.to];
    if (route.size() < 2)
        return edgeName(graph, edge) + " has no route";
    const auto isOnEdge = [](Point point, const Rect& box, double y) {
        return std::abs(point.y - y) < 1 && point.x >= box.x - 1 && point.x <= box.right() + 1;
    };
    if (ends.from != ends.to && !isOnEdge(route.front(), from, from.bottom()))
        return edgeName(graph, edge) + " does not leave at the bottom";
    if (ends.from != ends.to && !isOnEdge(route.back(), to, to.y))
        return edgeName(graph, edge) + " does not arrive at the top";
    for (std::size_t i = 1; i < route.size(); ++i) {
        const Point a = route[i - 1], b = route[i];
        if (isOrthogonal && std::abs(a.x - b.x) > slack && std::abs(a.y - b.y) > slack)
            return edgeName(graph, edge) + " has an oblique piece";
        for (std::size_t box = 0; box < layout.boxes.size(); ++box)
            if (enters(a, b, layout.boxes[box]) && (isOrthogonal || (box != ends.from && box != ends.to)))
                return edgeName(graph, edge) + " runs through box " + std::to_string(box);
    }
    return {};
}

}  // namespace

std::string faultIn(const LayoutGraph& graph, const Layout& layout, bool isOrthogonal)
{
    if (layout.boxes.size() != graph.boxes.size() || layout.routes.size() != graph.edges.size() || layout.labels.size() != graph.edges.size())
        return "something is missing";
    if (std::string fault = faultInBoxes(graph, layout); !fault.empty())
        return fault;
    for (std::size_t edge = 0; edge < graph.edges.size(); ++edge)
        if (std::string fault = faultInRoute(graph, layout, edge, isOrthogonal); !fault.empty())
            return fault;
    return {};
}

std::uint64_t countCrossings(const LayoutGraph& graph, const Layout& layout)
{
    std::uint64_t count = 0;
    for (std::size_t a = 0; a < layout.routes.size(); ++a) {
        for (std::size_t b = 0; b < a; ++b) {
            if (graph.edges[a].from == graph.edges[b].from && graph.edges[a].fromPort == graph.edges[b].fromPort)
                continue;
            for (std::size_t i = 1; i < layout.routes[a].size(); ++i)
                for (std::size_t j = 1; j < layout.routes[b].size(); ++j)
                    count += cross(layout.routes[a][i - 1], layout.routes[a][i], layout.routes[b][j - 1], layout.routes[b][j]);
        }
    }
    return count;
}

double lengthOf(const Layout& layout)
{
    double length = 0;
    for (const auto& route : layout.routes)
        for (std::size_t i = 1; i < route.size(); ++i)
            length += std::hypot(route[i].x - route[i - 1].x, route[i].y - route[i - 1].y);
    return length;
}

bool isSame(const Layout& a, const Layout& b)
{
    const auto isSameRect = [](const Rect& p, const Rect& q) { return p.x == q.x && p.y == q.y && p.width == q.width && p.height == q.height; };
    return a.width == b.width && a.height == b.height && a.routes == b.routes && a.labels == b.labels &&
           std::equal(a.boxes.begin(), a.boxes.end(), b.boxes.begin(), b.boxes.end(), isSameRect);
}

}  // namespace tenscope

#include "core/layout/routing.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/layout/channel.h"

namespace tenscope {

namespace {

constexpr std::uint32_t none = LayeredGraph::none;
constexpr double labelGap = 4;         // between a line and its label
constexpr double clearance = 10;       // between a horizontal line and a box
constexpr double tallestChannel = 1200;  // beyond this tracks come closer: a fan of thousands would be a hundred screens

class Router {
public:
    Router(const LayoutGraph& graph, const LayeredGraph& layered, const std::vector<double>& x,
           const LayoutOptions& options, Layout& result)
        : m_graph(graph), m_layered(layered), m_x(x), m_options(options), m_result(result)
    {
    }

    bool run(Progress& progress)
    {
        m_channels.resize(m_layered.layerCount + 1);
        m_linkWire.assign(m_layered.links.size(), none);
        m_trunkWires.assign(m_layered.trunks.size(), {none, none});
        for (std::uint32_t i = 0; i <= m_layered.layerCount; ++i) {
            if (progress.cancelled())
                return false;
            collectWires(i);
            m_channels[i].tracks = assignTracks(m_channels[i].wires, 8);
        }
        placeLayers();
        m_edgeLink.assign(m_graph.edges.size(), none);
        m_trunkLink.assign(m_layered.trunks.size(), none);
        for (std::uint32_t i = 0; i < m_layered.links.size(); ++i) {
            const auto& link = m_layered.links[i];
            if (m_layered.isTrunk(link.lower))
                m_trunkLink[link.lower - m_layered.boxCount] = i;
            else
                m_edgeLink[link.edge] = i;
        }
        m_result.routes.resize(m_graph.edges.size());
        m_result.labels.resize(m_graph.edges.size());
        for (std::uint32_t e = 0; e < m_graph.edges.size(); ++e) {
            if (e % 1024 == 0 && progress.cancelled())
                return false;
            route(e);
            simplify(m_result.routes[e]);
        }
        return true;
    }

private:
    struct Channel {
        std::vector<Wire> wires;
        std::uint32_t tracks = 0;
        double first = 0, step = 0;  // y of the first track, distance between tracks
    };

    double portX(std::uint32_t element, double fraction) const
    {
        return m_layered.isTrunk(element) ? m_x[element] : m_x[element] + m_graph.boxes[element].width * fraction;
    }

    // Channel i is above layer i; the last one is below the last layer.
    void collectWires(std::uint32_t channel)
    {
        auto& wires = m_channels[channel].wires;
        if (channel > 0 && channel < m_layered.layerCount) {
            // Links that leave at one place are one wire to each side. Equal ends have equal coordinates: they are
            // computed the same way.
            std::vector<std::pair<std::pair<std::uint32_t, double>, std::uint32_t>> byStart;
            const std::uint32_t first = m_layered.linkStart[channel - 1], last = m_layered.linkStart[channel];
            for (std::uint32_t i = first; i < last; ++i)
                byStart.push_back({{m_layered.links[i].upper, m_layered.links[i].upperFraction}, i});
            std::sort(byStart.begin(), byStart.end());
            std::uint32_t right = none, left = none;
            for (std::size_t k = 0; k < byStart.size(); ++k) {
                if (k == 0 || byStart[k].first != byStart[k - 1].first)
                    right = left = none;
                const std::uint32_t i = byStart[k].second;
                const auto& link = m_layered.links[i];
                const double from = portX(link.upper, link.upperFraction), to = portX(link.lower, link.lowerFraction);
                if (std::abs(from - to) < 0.5)
                    continue;
                std::uint32_t& wire = to > from ? right : left;
                if (wire == none) {
                    wire = std::uint32_t(wires.size());
                    wires.push_back({to > from ? Wire::Kind::Right : Wire::Kind::Left, from, from, from, {from}, {}, 0});
                }
                wires[wire].low = std::min(wires[wire].low, to);
                wires[wire].high = std::max(wires[wire].high, to);
                wires[wire].lowers.push_back(to);
                m_linkWire[i] = wire;
            }
        }
        auto turn = [&](std::uint32_t element, bool atTop) {
            const auto& trunk = m_layered.trunk(element);
            if (!trunk.isAnchored)
                return;
            // At its bottom a trunk against the flow meets its source, whose edge hangs in the channel's top; above its
            // top it bends down to its target.
            const double a = m_x[element];
            const double b = atTop ? portX(trunk.below, m_layered.edgeStart[trunk.edge])
                                   : portX(trunk.above, m_layered.edgeEnd[trunk.edge]);
            Wire wire{atTop ? Wire::Kind::TurnsAtTop : Wire::Kind::TurnsAtBottom, b, std::min(a, b), std::max(a, b), {}, {}, 0};
            (atTop ? wire.uppers : wire.lowers) = {a, b};
            auto& own = m_trunkWires[element - m_layered.boxCount];
            (atTop ? own.second : own.first) = std::uint32_t(wires.size());
            wires.push_back(std::move(wire));
        };
        if (channel > 0)
            for (std::uint32_t element : m_layered.endsIn(channel - 1))
                turn(element, true);
        if (channel < m_layered.layerCount)
            for (std::uint32_t element : m_layered.startsIn(channel))
                turn(element, false);
    }

    void placeLayers()
    {
        const std::uint32_t layers = m_layered.layerCount;
        std::vector<double> height(layers, 0), label(layers + 1, 0);
        for (std::uint32_t box = 0; box < m_layered.boxCount; ++box)
            height[m_layered.layer[box]] = std::max(height[m_layered.layer[box]], m_graph.boxes[box].height);
        for (const auto& edge : m_graph.edges) {
            double& room = label[m_layered.layer[edge.from] + 1];
            if (edge.labelHeight > 0)
                room = std::max(room, edge.labelHeight + 2 * labelGap);
        }
        m_result.boxes.resize(m_layered.boxCount);
        double y = 0;
        for (std::uint32_t i = 0; i <= layers; ++i) {
            Channel& channel = m_channels[i];
            const bool isInner = i > 0 && i < layers;
            // Between a frame's ports and its boxes half of the space will do.
            const double space = isInner && (height[i - 1] <= 0 || height[i] <= 0) ? m_options.layerGap / 2 : m_options.layerGap;
            const double span = channel.tracks ? (channel.tracks - 1) * m_options.edgeGap : 0;
            channel.step = span > tallestChannel ? tallestChannel / (channel.tracks - 1) : m_options.edgeGap;
            const double tracks = channel.tracks ? std::min(span, tallestChannel) + 2 * clearance : 0;
            const double gap = std::max(isInner ? space : 0, tracks + label[i]);
            channel.first = y + label[i] + (gap - label[i] - tracks) / 2 + clearance;
            y += gap;
            if (i == layers)
                break;
            for (std::uint32_t box : m_layered.boxesIn(i)) {
                const auto& size = m_graph.boxes[box];
                m_result.boxes[box] = {m_x[box], y + (height[i] - size.height) / 2, size.width, size.height};
            }
            y += height[i];
        }
        m_result.height = y;
    }

    double trackY(std::uint32_t channel, std::uint32_t wire) const
    {
        return m_channels[channel].first + m_channels[channel].wires[wire].track * m_channels[channel].step;
    }

    // Sideways to x on the link's track, in the channel below `layer`.
    void jog(std::vector<Point>& route, std::uint32_t layer, std::uint32_t link, double x) const
    {
        if (m_linkWire[link] == none) {
            route.back().x = std::abs(route.back().x - x) < 0.5 ? route.back().x : x;
            return;
        }
        const double y = trackY(layer + 1, m_linkWire[link]);
        route.push_back({route.back().x, y});
        route.push_back({x, y});
    }

    void route(std::uint32_t e)
    {
        const auto& edge = m_graph.edges[e];
        const Rect &from = m_result.boxes[edge.from], &to = m_result.boxes[edge.to];
        auto& points = m_result.routes[e];
        const Point start{portX(edge.from, m_layered.edgeStart[e]), from.bottom()};
        m_result.labels[e] = {start.x + labelGap + edge.labelWidth / 2, start.y + labelGap + edge.labelHeight / 2};
        if (edge.from == edge.to) {
            selfLoop(e);
            return;
        }
        const Point end{portX(edge.to, m_layered.edgeEnd[e]), to.y};
        points.push_back(start);
        if (const std::uint32_t element = m_layered.edgeTrunk[e]; element == none) {
            jog(points, m_layered.layer[edge.from], m_edgeLink[e], end.x);
        } else if (const auto& trunk = m_layered.trunk(element); trunk.isAnchored) {
            const auto [top, bottom] = m_trunkWires[element - m_layered.boxCount];
            const double low = trackY(trunk.bottom + 1, bottom), high = trackY(trunk.top, top);
            points.insert(points.end(), {{start.x, low}, {m_x[element], low}, {m_x[element], high}, {end.x, high}});
        } else {
            jog(points, m_layered.layer[edge.from], m_trunkLink[element - m_layered.boxCount], m_x[element]);
            jog(points, m_layered.layer[edge.to] - 1, m_edgeLink[e], end.x);
        }
        // A straight line stays exactly vertical, though its ends may differ by a rounding.
        points.push_back({std::abs(points.back().x - end.x) < 0.5 ? points.back().x : end.x, end.y});
    }

    // At the right of the box, out at the lower and in at the upper part of its side.
    void selfLoop(std::uint32_t e)
    {
        const auto& edge = m_graph.edges[e];
        const Rect& box = m_result.boxes[edge.from];
        m_loops.resize(m_layered.boxCount, 0);
        const std::uint32_t index = m_loops[edge.from]++;
        const double out = box.right() + m_options.edgeGap * (index + 1);
        const double inset = box.height / 4 / (index + 1);
        m_result.routes[e] = {{box.right(), box.bottom() - inset}, {out, box.bottom() - inset}, {out, box.y + inset}, {box.right(), box.y + inset}};
        m_result.labels[e] = {out + labelGap + edge.labelWidth / 2, box.y + box.height / 2};
    }

    static void simplify(std::vector<Point>& points)
    {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < points.size(); ++i) {
            if (kept > 0 && points[kept - 1] == points[i])
                continue;
            if (kept > 1 && ((points[kept - 1].x == points[i].x && points[kept - 2].x == points[i].x) ||
                             (points[kept - 1].y == points[i].y && points[kept - 2].y == points[i].y)))
                --kept;
            points[kept++] = points[i];
        }
        points.resize(kept);
    }

    const LayoutGraph& m_graph;
    const LayeredGraph& m_layered;
    const std::vector<double>& m_x;
    const LayoutOptions& m_options;
    Layout& m_result;
    std::vector<Channel> m_channels;
    std::vector<std::uint32_t> m_linkWire, m_edgeLink, m_trunkLink;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> m_trunkWires;  // of trunks against the flow: above, below
    std::vector<std::uint32_t> m_loops;
};

}  // namespace

bool routeEdges(const LayoutGraph& graph, const LayeredGraph& layered, const std::vector<double>& x,
                const LayoutOptions& options, Progress& progress, Layout& result)
{
    Router router(graph, layered, x, options, result);
    if (!router.run(progress))
        return false;
    double left = std::numeric_limits<double>::infinity(), right = -left;
    const auto room = roomAtRight(graph, layered, options);
    for (std::size_t i = 0; i < result.boxes.size(); ++i) {
        left = std::min(left, result.boxes[i].x);
        right = std::max(right, result.boxes[i].right() + room[i]);
    }
    for (std::uint32_t i = layered.boxCount; i < layered.elementCount(); ++i) {
        left = std::min(left, x[i]);
        right = std::max(right, x[i]);
    }
    for (Rect& box : result.boxes)
        box.x -= left;
    for (auto& route : result.routes)
        for (Point& point : route)
            point.x -= left;
    for (Point& label : result.labels)
        label.x -= left;
    result.width = right - left;
    return true;
}

std::vector<double> roomAtRight(const LayoutGraph& graph, const LayeredGraph& layered, const LayoutOptions& options)
{
    std::vector<double> room(graph.boxes.size(), 0), loops(graph.boxes.size(), 0);
    for (std::size_t e = 0; e < graph.edges.size(); ++e) {
        const auto& edge = graph.edges[e];
        const double label = edge.labelWidth > 0 ? labelGap + edge.labelWidth : 0;
        if (edge.from == edge.to)
            room[edge.from] = std::max(room[edge.from], options.edgeGap * ++loops[edge.from] + label);
        else if (label > 0)
            room[edge.from] = std::max(room[edge.from],
                                       label - graph.boxes[edge.from].width * (1 - layered.edgeStart[e]));
    }
    return room;
}

}  // namespace tenscope

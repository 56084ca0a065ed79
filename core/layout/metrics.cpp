#include "core/layout/metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <tuple>

namespace tenscope {

namespace {

constexpr double touch = 0.01;  // closer than this is touching, not crossing

struct Segment {
    Point from, to;
    std::uint32_t line = 0;  // edges of one tensor are one line

    double left() const { return std::min(from.x, to.x); }
    double right() const { return std::max(from.x, to.x); }
    double top() const { return std::min(from.y, to.y); }
    double bottom() const { return std::max(from.y, to.y); }
};

struct Segments {
    std::vector<Segment> horizontal, vertical, oblique;
};

Segments segmentsOf(const LayoutGraph& graph, const Layout& layout)
{
    std::vector<std::uint32_t> order(graph.edges.size()), line(graph.edges.size(), 0);
    for (std::uint32_t e = 0; e < order.size(); ++e)
        order[e] = e;
    auto key = [&](std::uint32_t e) { return std::tuple(graph.edges[e].from, graph.edges[e].fromPort); };
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return key(a) < key(b); });
    for (std::size_t i = 1; i < order.size(); ++i)
        line[order[i]] = line[order[i - 1]] + (key(order[i]) == key(order[i - 1]) ? 0 : 1);
    Segments result;
    for (std::uint32_t e = 0; e < layout.routes.size(); ++e) {
        const auto& route = layout.routes[e];
        for (std::size_t i = 1; i < route.size(); ++i) {
            const Segment segment{route[i - 1], route[i], line[e]};
            if (segment.from == segment.to)
                continue;
            if (std::abs(segment.from.y - segment.to.y) < touch)
                result.horizontal.push_back(segment);
            else if (std::abs(segment.from.x - segment.to.x) < touch)
                result.vertical.push_back(segment);
            else
                result.oblique.push_back(segment);
        }
    }
    return result;
}

// Merges what lies in one straight line, overlaps or touches, and belongs to the same tensor.
void merge(std::vector<Segment>& segments, bool horizontal)
{
    for (Segment& segment : segments)
        if (horizontal ? segment.from.x > segment.to.x : segment.from.y > segment.to.y)
            std::swap(segment.from, segment.to);
    auto across = [&](const Segment& s) { return horizontal ? s.from.y : s.from.x; };
    auto begin = [&](const Segment& s) { return horizontal ? s.from.x : s.from.y; };
    auto end = [&](Segment& s) -> double& { return horizontal ? s.to.x : s.to.y; };
    std::sort(segments.begin(), segments.end(), [&](const Segment& a, const Segment& b) {
        return std::tuple(a.line, across(a), begin(a)) < std::tuple(b.line, across(b), begin(b));
    });
    std::size_t kept = 0;
    for (Segment& segment : segments) {
        Segment* last = kept ? &segments[kept - 1] : nullptr;
        if (last && last->line == segment.line && std::abs(across(*last) - across(segment)) < touch &&
            begin(segment) <= end(*last) + touch)
            end(*last) = std::max(end(*last), end(segment));
        else
            segments[kept++] = segment;
    }
    segments.resize(kept);
}

// Sweeps downward over the horizontals; a Fenwick tree over x holds the verticals that pass.
std::uint64_t crossOrthogonal(const std::vector<Segment>& horizontal, const std::vector<Segment>& vertical)
{
    std::vector<double> places;
    for (const Segment& segment : vertical)
        places.push_back(segment.from.x);
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    std::vector<std::int64_t> tree(places.size() + 1, 0);
    auto count = [&](std::size_t n) {
        std::int64_t sum = 0;
        for (; n; n &= n - 1)
            sum += tree[n];
        return sum;
    };
    struct Event {
        double y;
        int kind;  // 0: a vertical ends, 1: a horizontal asks, 2: a vertical begins
        const Segment* segment;
    };
    std::vector<Event> events;
    for (const Segment& segment : vertical) {
        if (segment.bottom() - segment.top() <= 2 * touch)
            continue;
        events.push_back({segment.top() + touch, 2, &segment});
        events.push_back({segment.bottom() - touch, 0, &segment});
    }
    for (const Segment& segment : horizontal)
        events.push_back({segment.from.y, 1, &segment});
    std::sort(events.begin(), events.end(),
              [](const Event& a, const Event& b) { return std::tie(a.y, a.kind) < std::tie(b.y, b.kind); });
    std::uint64_t crossings = 0;
    for (const Event& event : events) {
        if (event.kind == 1) {
            const auto first = std::upper_bound(places.begin(), places.end(), event.segment->left() + touch);
            const auto last = std::lower_bound(places.begin(), places.end(), event.segment->right() - touch);
            if (last > first)
                crossings += std::uint64_t(count(std::size_t(last - places.begin())) -
                                           count(std::size_t(first - places.begin())));
            continue;
        }
        const auto place = std::lower_bound(places.begin(), places.end(), event.segment->from.x);
        for (std::size_t i = std::size_t(place - places.begin()) + 1; i < tree.size(); i += i & (~i + 1))
            tree[i] += event.kind == 2 ? 1 : -1;
    }
    return crossings;
}

double side(const Point& a, const Point& b, const Point& p)
{
    return (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
}

bool cross(const Segment& a, const Segment& b)
{
    if (a.line == b.line || a.left() >= b.right() || b.left() >= a.right() || a.top() >= b.bottom() || b.top() >= a.bottom()) {
        // Axis-parallel segments have no extent one way; the exact test below is for all others.
        if (a.line == b.line || a.left() > b.right() || b.left() > a.right() || a.top() > b.bottom() || b.top() > a.bottom())
            return false;
    }
    const double p = side(a.from, a.to, b.from), q = side(a.from, a.to, b.to);
    const double r = side(b.from, b.to, a.from), s = side(b.from, b.to, a.to);
    return ((p > 0 && q < 0) || (p < 0 && q > 0)) && ((r > 0 && s < 0) || (r < 0 && s > 0));
}

std::uint64_t crossOblique(const Segments& segments)
{
    if (segments.oblique.empty())
        return 0;
    struct Item {
        const Segment* segment;
        bool isOblique;
    };
    std::vector<Item> all;
    for (const Segment& segment : segments.oblique)
        all.push_back({&segment, true});
    for (const auto* list : {&segments.horizontal, &segments.vertical})
        for (const Segment& segment : *list)
            all.push_back({&segment, false});
    std::sort(all.begin(), all.end(), [](const Item& a, const Item& b) { return a.segment->top() < b.segment->top(); });
    std::vector<Item> active;
    std::uint64_t crossings = 0;
    for (const Item& item : all) {
        std::erase_if(active, [&](const Item& other) { return other.segment->bottom() < item.segment->top(); });
        for (const Item& other : active)
            if ((item.isOblique || other.isOblique) && cross(*item.segment, *other.segment))
                ++crossings;
        active.push_back(item);
    }
    return crossings;
}

std::uint64_t crossings(const Segments& segments)
{
    return crossOrthogonal(segments.horizontal, segments.vertical) + crossOblique(segments);
}

std::uint64_t overlaps(const std::vector<Rect>& boxes)
{
    std::vector<const Rect*> order;
    for (const Rect& box : boxes)
        order.push_back(&box);
    std::sort(order.begin(), order.end(), [](const Rect* a, const Rect* b) { return a->y < b->y; });
    // Boxes that pass the sweep line, by left edge. As long as none overlap, neighbours suffice to find the first overlap.
    std::multiset<std::pair<double, const Rect*>> active;
    std::multiset<std::pair<double, const Rect*>> byBottom;
    double widest = 0;
    for (const Rect& box : boxes)
        widest = std::max(widest, box.width);
    std::uint64_t count = 0;
    for (const Rect* box : order) {
        while (!byBottom.empty() && byBottom.begin()->first <= box->y + touch) {
            const Rect* done = byBottom.begin()->second;
            active.erase(active.find({done->x, done}));
            byBottom.erase(byBottom.begin());
        }
        for (auto it = active.lower_bound({box->x - widest, nullptr}); it != active.end() && it->first < box->right() - touch; ++it)
            if (it->second->right() > box->x + touch)
                ++count;
        active.insert({box->x, box});
        byBottom.insert({box->bottom(), box});
    }
    return count;
}

// Whether the segment passes the inside of the box (Liang and Barsky's clipping).
bool enters(const Point& a, const Point& b, const Rect& box)
{
    const double inset = 0.5;
    double first = 0, last = 1;
    auto clip = [&](double start, double delta, double low, double high) {
        if (std::abs(delta) < 1e-12)
            return start > low && start < high;
        double in = (low - start) / delta, out = (high - start) / delta;
        if (in > out)
            std::swap(in, out);
        first = std::max(first, in);
        last = std::min(last, out);
        return first < last;
    };
    return clip(a.x, b.x - a.x, box.x + inset, box.right() - inset) &&
           clip(a.y, b.y - a.y, box.y + inset, box.bottom() - inset);
}

std::uint64_t throughBoxes(const LayoutGraph& graph, const Layout& layout)
{
    std::vector<std::uint32_t> order(layout.boxes.size());
    for (std::uint32_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return layout.boxes[a].y < layout.boxes[b].y; });
    // How far down the boxes up to here reach: where a search upward may end.
    std::vector<double> reach(order.size());
    double deepest = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < order.size(); ++i)
        reach[i] = deepest = std::max(deepest, layout.boxes[order[i]].bottom());
    std::uint64_t count = 0;
    for (std::size_t e = 0; e < layout.routes.size(); ++e) {
        const auto& route = layout.routes[e];
        bool found = false;
        for (std::size_t k = 1; k < route.size() && !found; ++k) {
            const double top = std::min(route[k - 1].y, route[k].y), bottom = std::max(route[k - 1].y, route[k].y);
            const auto end = std::partition_point(order.begin(), order.end(),
                                                  [&](auto i) { return layout.boxes[i].y < bottom; });
            for (auto i = end - order.begin() - 1; i >= 0 && reach[std::size_t(i)] > top && !found; --i) {
                const std::uint32_t box = order[std::size_t(i)];
                found = box != graph.edges[e].from && box != graph.edges[e].to &&
                        enters(route[k - 1], route[k], layout.boxes[box]);
            }
        }
        count += found ? 1 : 0;
    }
    return count;
}

}  // namespace

LayoutMetrics measureLayout(const LayoutGraph& graph, const Layout& layout)
{
    LayoutMetrics metrics;
    for (const auto& route : layout.routes) {
        for (std::size_t i = 1; i < route.size(); ++i)
            metrics.edgeLength += std::hypot(route[i].x - route[i - 1].x, route[i].y - route[i - 1].y);
        metrics.bends += route.size() > 2 ? route.size() - 2 : 0;
    }
    Segments segments = segmentsOf(graph, layout);
    metrics.edgeCrossings = crossings(segments);
    merge(segments.horizontal, true);
    merge(segments.vertical, false);
    metrics.crossings = crossings(segments);
    metrics.boxOverlaps = overlaps(layout.boxes);
    metrics.edgesThroughBoxes = throughBoxes(graph, layout);
    return metrics;
}

}  // namespace tenscope

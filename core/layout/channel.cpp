#include "core/layout/channel.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <queue>
#include <set>

namespace tenscope {

namespace {

// The lowest track in use over intervals of a fixed set of places: raise an interval, ask for the maximum of one.
class Skyline {
public:
    explicit Skyline(std::size_t places) : m_leaves(std::bit_ceil(std::max<std::size_t>(places, 1)))
    {
        m_all.assign(2 * m_leaves, 0);
        m_max.assign(2 * m_leaves, 0);
    }

    std::uint32_t highest(std::size_t first, std::size_t last) const
    {
        return highest(1, 0, m_leaves - 1, first, last);
    }
    void raise(std::size_t first, std::size_t last, std::uint32_t value)
    {
        raise(1, 0, m_leaves - 1, first, last, value);
    }

private:
    std::uint32_t highest(std::size_t node, std::size_t from, std::size_t to, std::size_t first, std::size_t last) const
    {
        if (last < from || to < first)
            return 0;
        if (first <= from && to <= last)
            return m_max[node];
        const std::size_t middle = (from + to) / 2;
        return std::max({m_all[node], highest(2 * node, from, middle, first, last),
                         highest(2 * node + 1, middle + 1, to, first, last)});
    }
    void raise(std::size_t node, std::size_t from, std::size_t to, std::size_t first, std::size_t last,
               std::uint32_t value)
    {
        if (last < from || to < first)
            return;
        m_max[node] = std::max(m_max[node], value);
        if (first <= from && to <= last) {
            m_all[node] = std::max(m_all[node], value);
            return;
        }
        const std::size_t middle = (from + to) / 2;
        raise(2 * node, from, middle, first, last, value);
        raise(2 * node + 1, middle + 1, to, first, last, value);
    }

    std::size_t m_leaves;
    std::vector<std::uint32_t> m_all, m_max;  // of what covers the node's whole range; of anything in it
};

// Which wires must be above which.
class Precedence {
public:
    explicit Precedence(std::size_t count) : m_after(count), m_waiting(count, 0) {}

    void add(std::uint32_t upper, std::uint32_t lower)
    {
        m_after[upper].push_back(lower);
        ++m_waiting[lower];
    }

    // Wires of one direction keep their order as far as they touch each other, directly or through others.
    void chain(const std::vector<Wire>& wires, std::vector<std::uint32_t> list, bool descending)
    {
        std::sort(list.begin(), list.end(), [&](auto a, auto b) { return wires[a].low < wires[b].low; });
        std::vector<std::vector<std::uint32_t>> parts;
        double end = 0;
        for (std::uint32_t i : list) {
            if (parts.empty() || wires[i].low > end) {
                parts.emplace_back();
                end = wires[i].high;
            }
            end = std::max(end, wires[i].high);
            parts.back().push_back(i);
        }
        for (auto& part : parts) {
            std::stable_sort(part.begin(), part.end(), [&](auto a, auto b) {
                return descending ? wires[a].origin > wires[b].origin : wires[a].origin < wires[b].origin;
            });
            for (std::size_t i = 1; i < part.size(); ++i)
                add(part[i - 1], part[i]);
        }
    }

    // A vertical from above and one from below in the same place: the wire of the first has to run higher.
    void separateVerticals(const std::vector<Wire>& wires, double tolerance)
    {
        std::vector<std::pair<double, std::uint32_t>> uppers, lowers;
        for (std::uint32_t i = 0; i < wires.size(); ++i) {
            for (double x : wires[i].uppers)
                uppers.push_back({x, i});
            for (double x : wires[i].lowers)
                lowers.push_back({x, i});
        }
        std::sort(uppers.begin(), uppers.end());
        std::sort(lowers.begin(), lowers.end());
        std::size_t first = 0;
        for (const auto& [x, lower] : lowers) {
            while (first < uppers.size() && uppers[first].first < x - tolerance)
                ++first;
            for (std::size_t k = first; k < uppers.size() && uppers[k].first <= x + tolerance; ++k)
                if (uppers[k].second != lower)
                    add(uppers[k].second, lower);
        }
    }

    // All wires, in an order that holds what was asked; where that contradicts itself, the first one left goes first.
    std::vector<std::uint32_t> order(const std::vector<Wire>& wires)
    {
        using Item = std::pair<std::uint32_t, std::uint32_t>;
        std::vector<std::uint32_t> rank(wires.size()), order, placed(wires.size(), 0);
        std::vector<std::uint32_t> byKind(wires.size());
        std::iota(byKind.begin(), byKind.end(), 0u);
        std::stable_sort(byKind.begin(), byKind.end(),
                         [&](auto a, auto b) { return wires[a].kind < wires[b].kind; });
        for (std::uint32_t i = 0; i < byKind.size(); ++i)
            rank[byKind[i]] = i;
        std::set<Item> ready, blocked;
        for (std::uint32_t i = 0; i < wires.size(); ++i)
            (m_waiting[i] ? blocked : ready).insert({rank[i], i});
        while (order.size() < wires.size()) {
            auto& from = ready.empty() ? blocked : ready;
            const std::uint32_t wire = from.begin()->second;
            from.erase(from.begin());
            placed[wire] = 1;
            order.push_back(wire);
            for (std::uint32_t next : m_after[wire]) {
                if (--m_waiting[next] == 0 && !placed[next]) {
                    blocked.erase({rank[next], next});
                    ready.insert({rank[next], next});
                }
            }
        }
        return order;
    }

private:
    std::vector<std::vector<std::uint32_t>> m_after;
    std::vector<std::uint32_t> m_waiting;
};

}  // namespace

std::uint32_t assignTracks(std::vector<Wire>& wires, double gap)
{
    if (wires.empty())
        return 0;
    std::vector<std::uint32_t> rights, lefts;
    std::vector<double> places;
    for (std::uint32_t i = 0; i < wires.size(); ++i) {
        if (wires[i].kind == Wire::Kind::Right)
            rights.push_back(i);
        else if (wires[i].kind == Wire::Kind::Left)
            lefts.push_back(i);
        places.push_back(wires[i].low - gap / 2);
        places.push_back(wires[i].high + gap / 2);
    }
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    Precedence precedence(wires.size());
    precedence.chain(wires, rights, true);
    precedence.chain(wires, lefts, false);
    precedence.separateVerticals(wires, 2);

    Skyline skyline(places.size());
    auto place = [&](double x) {
        return std::size_t(std::lower_bound(places.begin(), places.end(), x) - places.begin());
    };
    std::uint32_t tracks = 0;
    for (std::uint32_t i : precedence.order(wires)) {
        const std::size_t first = place(wires[i].low - gap / 2), last = place(wires[i].high + gap / 2);
        wires[i].track = skyline.highest(first, last);
        skyline.raise(first, last, wires[i].track + 1);
        tracks = std::max(tracks, wires[i].track + 1);
    }
    return tracks;
}

}  // namespace tenscope

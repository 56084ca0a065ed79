#include "core/layout/layerrefiner.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace tenscope {

namespace {

constexpr std::int64_t impossible = std::numeric_limits<std::int64_t>::max() / 4;

}  // namespace

LayerRefiner::LayerRefiner(const LayeredGraph& graph, const LayerOrder& order) : m_graph(graph)
{
    m_boxPosition = order.box;
    m_trunkStart.assign(graph.trunks.size() + 1, 0);
    for (std::size_t i = 0; i < graph.trunks.size(); ++i)
        m_trunkStart[i + 1] = m_trunkStart[i] + graph.trunks[i].bottom - graph.trunks[i].top + 1;
    m_trunkPosition.assign(m_trunkStart.back(), 0);
    // Trunks that go on keep their order; what begins says where it stands, and they fill the places between.
    m_rows.resize(graph.layerCount);
    std::vector<std::uint32_t> passing;
    for (std::uint32_t layer = 0; layer < graph.layerCount; ++layer) {
        const auto starts = graph.startsIn(layer);
        const auto boxes = graph.boxesIn(layer);
        auto& row = m_rows[layer];
        row.assign(passing.size() + starts.size() + boxes.size(), LayeredGraph::none);
        for (std::uint32_t box : boxes)
            row[order.box[box]] = box;
        for (std::uint32_t trunk : starts)
            row[order.trunkTop[trunk - graph.boxCount]] = trunk;
        std::size_t next = 0;
        for (std::uint32_t& place : row)
            if (place == LayeredGraph::none)
                place = passing[next++];
        for (std::uint32_t i = 0; i < row.size(); ++i)
            position(row[i], layer) = i;
        passing.clear();
        for (std::uint32_t element : row)
            if (graph.isTrunk(element) && graph.trunk(element).bottom > layer)
                passing.push_back(element);
    }
    auto index = [&](std::vector<std::uint32_t>& start, std::vector<std::uint32_t>& list, auto key) {
        start.assign(graph.elementCount() + 1, 0);
        for (const auto& link : graph.links)
            ++start[key(link) + 1];
        std::partial_sum(start.begin(), start.end(), start.begin());
        list.resize(graph.links.size());
        std::vector<std::uint32_t> fill(start.begin(), start.end() - 1);
        for (std::uint32_t i = 0; i < graph.links.size(); ++i)
            list[fill[key(graph.links[i])]++] = i;
    };
    index(m_downStart, m_down, [](const auto& link) { return link.upper; });
    index(m_upStart, m_up, [](const auto& link) { return link.lower; });
}

std::uint64_t LayerRefiner::size(const LayeredGraph& graph)
{
    std::uint64_t size = graph.boxCount;
    for (const auto& trunk : graph.trunks)
        size += trunk.bottom - trunk.top + 1;
    return size;
}

bool LayerRefiner::settle(std::uint64_t budget, Progress& progress)
{
    m_steps = 0;
    settle(0, m_graph.layerCount, budget, progress);
    return !progress.cancelled();
}

// Until nothing between the two layers gets better. Returns the crossings saved.
std::int64_t LayerRefiner::settle(std::uint32_t first, std::uint32_t last, std::uint64_t budget, Progress& progress)
{
    std::int64_t saved = 0;
    for (bool isBetter = true; isBetter && m_steps < budget;) {
        const std::int64_t before = saved;
        const auto canGoOn = [&] { return m_steps < budget && !progress.cancelled(); };
        const auto tryReroute = [&](std::uint32_t element) {
            if (canGoOn() && !m_graph.trunk(element).isAnchored)
                saved += reroute(element);
        };
        for (std::uint32_t layer = first; layer < last; ++layer)
            for (std::uint32_t box : m_graph.boxesIn(layer))
                if (canGoOn())
                    saved += sift(layer, box);
        for (std::uint32_t layer = first; layer < last && canGoOn(); ++layer) {
            for (std::uint32_t element : m_graph.startsIn(layer))
                tryReroute(element);
            for (std::uint32_t element : m_graph.endsIn(layer))
                if (m_graph.trunk(element).top < first)
                    tryReroute(element);
        }
        isBetter = saved > before && !progress.cancelled();
    }
    return saved;
}

// Disturbs a few layers at a time where lines cross, settles them again, and keeps what is no worse. The disturbances are a
// fixed sequence of pseudo-random numbers: the same graph always gets the same picture.
bool LayerRefiner::shake(std::uint64_t budget, Progress& progress)
{
    std::vector<std::uint32_t> crossed = crossedLayers();
    std::uint64_t random = 0x9e3779b97f4a7c15u;
    auto below = [&random](std::size_t limit) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        return std::uint32_t((random >> 33) % limit);
    };
    std::uint32_t tries = 0;
    m_steps = 0;
    while (!crossed.empty() && m_steps < budget) {
        if (progress.cancelled())
            return false;
        const auto rows = m_rows;
        const auto boxes = m_boxPosition, trunks = m_trunkPosition;
        const std::uint32_t middle = crossed[below(crossed.size())];
        const std::uint32_t first = middle > 3 ? middle - 3 : 0, last = std::min(m_graph.layerCount, middle + 5);
        std::int64_t saved = 0;
        const std::uint32_t moves = 1 + below(4);
        for (std::uint32_t i = 0; i < moves; ++i) {
            const std::uint32_t layer = first + below(last - first);
            const auto inLayer = m_graph.boxesIn(layer);
            if (inLayer.empty() || m_rows[layer].size() < 2)
                continue;
            saved += move(layer, inLayer[below(inLayer.size())], below(m_rows[layer].size()));
        }
        saved += settle(first, last, budget, progress);
        m_steps += rows.size() + boxes.size() + trunks.size();
        if (saved < 0) {
            m_rows = rows;
            m_boxPosition = boxes;
            m_trunkPosition = trunks;
        }
        if (++tries % 64 == 0)
            crossed = crossedLayers();
    }
    return !progress.cancelled();
}

std::vector<std::uint32_t> LayerRefiner::crossedLayers()
{
    std::vector<std::uint32_t> result;
    for (std::uint32_t boundary = 0; boundary + 1 < m_graph.layerCount; ++boundary) {
        gatherLines(boundary, LayeredGraph::none);
        std::sort(m_lines.begin(), m_lines.end(), [](const Line& a, const Line& b) {
            return a.upper != b.upper ? a.upper < b.upper : a.lower < b.lower;
        });
        double rightmost = -1, before = -1;
        for (std::size_t i = 0; i < m_lines.size(); ++i) {
            if (i > 0 && m_lines[i].upper != m_lines[i - 1].upper)
                before = rightmost;
            if (m_lines[i].lower < before) {
                result.push_back(boundary);
                break;
            }
            rightmost = std::max(rightmost, m_lines[i].lower);
        }
    }
    return result;
}

void LayerRefiner::store(LayerOrder& order) const
{
    order.box = m_boxPosition;
    for (std::size_t i = 0; i < m_graph.trunks.size(); ++i) {
        order.trunkTop[i] = m_trunkPosition[m_trunkStart[i]];
        order.trunkBottom[i] = m_trunkPosition[m_trunkStart[i + 1] - 1];
    }
}

void LayerRefiner::gatherEnds(std::uint32_t element, std::uint32_t layer, Ends& ends)
{
    ends.upper.clear();
    ends.lower.clear();
    const bool isTrunk = m_graph.isTrunk(element);
    if (isTrunk && m_graph.trunk(element).top < layer)
        ends.upper.push_back(position(element, layer - 1) + 0.5);
    else
        for (std::uint32_t k = m_upStart[element]; k < m_upStart[element + 1]; ++k)
            ends.upper.push_back(upperKey(m_graph.links[m_up[k]], layer - 1));
    if (isTrunk && m_graph.trunk(element).bottom > layer)
        ends.lower.push_back(position(element, layer + 1) + 0.5);
    for (std::uint32_t k = m_downStart[element]; k < m_downStart[element + 1]; ++k) {
        const auto& link = m_graph.links[m_down[k]];
        // A trunk has links in every layer it passes.
        const std::uint32_t below = m_graph.isTrunk(link.lower) ? m_graph.trunk(link.lower).top : m_graph.layer[link.lower];
        if (below == layer + 1)
            ends.lower.push_back(lowerKey(link, layer + 1));
    }
    std::sort(ends.upper.begin(), ends.upper.end());
    std::sort(ends.lower.begin(), ends.lower.end());
    m_steps += ends.upper.size() + ends.lower.size() + 1;
}

// How many crossings fewer there are when two neighbours change places.
std::int64_t LayerRefiner::swapGain(const Ends& left, const Ends& right)
{
    std::int64_t gain = 0;
    auto count = [&](const std::vector<double>& a, const std::vector<double>& b) {
        // Pairs with a > b cross now, pairs with a < b will.
        std::size_t less = 0, notGreater = 0;
        for (double x : a) {
            while (less < b.size() && b[less] < x)
                ++less;
            while (notGreater < b.size() && b[notGreater] <= x)
                ++notGreater;
            gain += std::int64_t(less) - std::int64_t(b.size() - notGreater);
        }
        m_steps += a.size() + b.size() + 1;
    };
    count(left.upper, right.upper);
    count(left.lower, right.lower);
    return gain;
}

// To the best place in its layer. Returns the crossings saved.
std::int64_t LayerRefiner::sift(std::uint32_t layer, std::uint32_t box)
{
    auto& row = m_rows[layer];
    if (row.size() < 2)
        return 0;
    const std::uint32_t from = m_boxPosition[box];
    gatherEnds(box, layer, m_own);
    if (m_own.upper.empty() && m_own.lower.empty())
        return 0;
    std::int64_t gain = 0, best = 0;
    std::uint32_t to = from;
    for (std::uint32_t i = from; i > 0; --i) {
        gatherEnds(row[i - 1], layer, m_other);
        gain += swapGain(m_other, m_own);
        if (gain > best) {
            best = gain;
            to = i - 1;
        }
    }
    gain = 0;
    for (std::uint32_t i = from; i + 1 < row.size(); ++i) {
        gatherEnds(row[i + 1], layer, m_other);
        gain += swapGain(m_own, m_other);
        if (gain > best) {
            best = gain;
            to = i + 1;
        }
    }
    if (to != from)
        shift(layer, from, to);
    return best;
}

// To a given place; the crossings saved may be negative.
std::int64_t LayerRefiner::move(std::uint32_t layer, std::uint32_t box, std::uint32_t to)
{
    const std::uint32_t from = m_boxPosition[box];
    gatherEnds(box, layer, m_own);
    std::int64_t gain = 0;
    for (std::uint32_t i = from; i > to; --i) {
        gatherEnds(m_rows[layer][i - 1], layer, m_other);
        gain += swapGain(m_other, m_own);
    }
    for (std::uint32_t i = from; i < to; ++i) {
        gatherEnds(m_rows[layer][i + 1], layer, m_other);
        gain += swapGain(m_own, m_other);
    }
    shift(layer, from, to);
    return gain;
}

void LayerRefiner::shift(std::uint32_t layer, std::uint32_t from, std::uint32_t to)
{
    auto& row = m_rows[layer];
    if (to < from)
        std::rotate(row.begin() + to, row.begin() + from, row.begin() + from + 1);
    else
        std::rotate(row.begin() + from, row.begin() + from + 1, row.begin() + to + 1);
    place(layer, row);
}

void LayerRefiner::place(std::uint32_t layer, std::vector<std::uint32_t>& row)
{
    for (std::uint32_t i = 0; i < row.size(); ++i)
        position(row[i], layer) = i;
}

// All that runs between two layers but what belongs to one trunk, by positions as they are with that trunk taken out.
void LayerRefiner::gatherLines(std::uint32_t boundary, std::uint32_t without)
{
    m_lines.clear();
    auto taken = [&](std::uint32_t layer, double key) {
        if (without == LayeredGraph::none)
            return key;
        const auto& trunk = m_graph.trunk(without);
        return layer >= trunk.top && layer <= trunk.bottom && position(without, layer) < key ? key - 1 : key;
    };
    for (const auto& link : m_graph.linksBelow(boundary))
        if (link.upper != without && link.lower != without)
            m_lines.push_back({taken(boundary, upperKey(link, boundary)), taken(boundary + 1, lowerKey(link, boundary + 1)), false});
    for (std::uint32_t element : m_rows[boundary])
        if (element != without && m_graph.isTrunk(element) && m_graph.trunk(element).bottom > boundary)
            m_lines.push_back({taken(boundary, position(element, boundary) + 0.5),
                               taken(boundary + 1, position(element, boundary + 1) + 0.5), true});
    m_steps += m_lines.size() + 1;
}

// What the trunk's own links between two layers cross, for each gap it might be in on its side: `isUpper`, its links
// go down from it.
void LayerRefiner::costsOfOwnLinks(std::uint32_t element, std::uint32_t boundary, bool isUpper, std::vector<std::int64_t>& costs)
{
    auto add = [&](double end) {
        // As the gap moves right past the near end of a line, that line comes to its left.
        std::vector<std::int64_t> change(costs.size() + 1, 0);
        std::int64_t cost = 0;
        for (const Line& line : m_lines) {
            const double near = isUpper ? line.upper : line.lower, far = isUpper ? line.lower : line.upper;
            if (far == end)
                continue;  // they meet in one port
            const std::size_t passed = std::min<std::size_t>(std::size_t(near) + 1, costs.size());
            if (far < end) {
                ++cost;  // right of the gap, but ends left of the link
                --change[passed];
            } else {
                ++change[passed];
            }
        }
        for (std::size_t gap = 0; gap < costs.size(); ++gap) {
            cost += change[gap];
            costs[gap] += cost;
        }
        m_steps += m_lines.size() + costs.size();
    };
    auto taken = [&](std::uint32_t layer, double key) {
        const auto& trunk = m_graph.trunk(element);
        return layer >= trunk.top && layer <= trunk.bottom && position(element, layer) < key ? key - 1 : key;
    };
    for (const auto& link : m_graph.linksBelow(boundary)) {
        if (isUpper && link.upper == element)
            add(taken(boundary + 1, lowerKey(link, boundary + 1)));
        else if (!isUpper && link.lower == element)
            add(taken(boundary, upperKey(link, boundary)));
    }
}

// Along the best way there is. Returns the crossings saved.
std::int64_t LayerRefiner::reroute(std::uint32_t element)
{
    const auto& trunk = m_graph.trunk(element);
    const std::uint32_t layers = trunk.bottom - trunk.top + 1;
    // best[g]: the least cost of all above with the trunk in gap g of this layer; the gap above that leads there.
    std::vector<std::int64_t> best(m_rows[trunk.top].size(), 0), next, own;
    std::vector<std::vector<std::uint32_t>> from(layers);
    std::int64_t now = 0;  // of the way it has

    gatherLines(trunk.top - 1, element);
    costsOfOwnLinks(element, trunk.top - 1, false, best);
    now = best[position(element, trunk.top)];
    for (std::uint32_t layer = trunk.top; layer < trunk.bottom; ++layer) {
        const std::size_t gaps = m_rows[layer].size(), below = m_rows[layer + 1].size();
        gatherLines(layer, element);
        own.assign(gaps, 0);
        costsOfOwnLinks(element, layer, true, own);
        for (std::size_t gap = 0; gap < gaps; ++gap)
            best[gap] += own[gap];
        now += own[position(element, layer)];
        // Lines in the order in which a gap moving right passes their upper ends. The way from gap g to gap h below crosses
        // those that end left of h, as long as g is left of them, and those that g has passed and that end right of h.
        std::sort(m_lines.begin(), m_lines.end(), [](const Line& a, const Line& b) { return a.upper < b.upper; });
        const auto endOf = [](const Line& line) { return std::size_t(line.lower) + 1; };  // the first gap right of it
        std::vector<std::int64_t> endedLeft(below + 1, 0);
        for (const Line& line : m_lines)
            ++endedLeft[endOf(line)];
        std::partial_sum(endedLeft.begin(), endedLeft.end(), endedLeft.begin());
        // Passing trunks bound corridors, and the way stays in its own: where there are many, there are few ways to try.
        std::vector<std::size_t> corridorEnds;
        for (const Line& line : m_lines)
            if (line.isPassing)
                corridorEnds.push_back(endOf(line));
        corridorEnds.push_back(below);
        next.assign(below, impossible);
        from[layer + 1 - trunk.top].assign(below, 0);
        std::size_t passed = 0, corridor = 0;
        std::vector<std::int64_t> passedAt(below + 1, 0), tree(below + 1, 0);  // passed lines by their ends, and a Fenwick tree of them
        for (std::size_t gap = 0; gap < gaps; ++gap) {
            for (; passed < m_lines.size() && m_lines[passed].upper < double(gap); ++passed) {
                ++passedAt[endOf(m_lines[passed])];
                for (std::size_t i = endOf(m_lines[passed]); i < tree.size(); i += i & (~i + 1))
                    ++tree[i];
                corridor += m_lines[passed].isPassing ? 1 : 0;
            }
            const std::size_t first = corridor > 0 ? corridorEnds[corridor - 1] : 0;
            std::int64_t passedLeft = 0;
            for (std::size_t i = first; i; i &= i - 1)
                passedLeft += tree[i];
            for (std::size_t h = first; h < corridorEnds[corridor]; ++h) {
                if (h > first)
                    passedLeft += passedAt[h];
                const std::int64_t cost = endedLeft[h] + std::int64_t(passed) - 2 * passedLeft;
                if (gap == position(element, layer) && h == position(element, layer + 1))
                    now += cost;
                if (best[gap] + cost >= next[h])
                    continue;
                next[h] = best[gap] + cost;
                from[layer + 1 - trunk.top][h] = std::uint32_t(gap);
            }
            m_steps += corridorEnds[corridor] - first + 1;
        }
        m_steps += m_lines.size();
        best.swap(next);
    }
    if (trunk.bottom + 1 < m_graph.layerCount) {
        gatherLines(trunk.bottom, element);
        own.assign(best.size(), 0);
        costsOfOwnLinks(element, trunk.bottom, true, own);
        for (std::size_t gap = 0; gap < best.size(); ++gap)
            best[gap] += own[gap];
        now += own[position(element, trunk.bottom)];
    }
    const auto least = std::min_element(best.begin(), best.end());
    if (*least >= now)
        return 0;
    const std::int64_t saved = now - *least;
    std::uint32_t gap = std::uint32_t(least - best.begin());
    for (std::uint32_t layer = trunk.bottom + 1; layer-- > trunk.top;) {
        auto& row = m_rows[layer];
        row.erase(row.begin() + position(element, layer));
        row.insert(row.begin() + gap, element);
        if (layer > trunk.top)
            gap = from[layer - trunk.top][gap];
    }
    for (std::uint32_t layer = trunk.top; layer <= trunk.bottom; ++layer)
        place(layer, m_rows[layer]);
    return saved;
}

}  // namespace tenscope

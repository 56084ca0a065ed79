#include "core/layout/coordinates.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "core/layout/blockalignment.h"
#include "core/layout/networksimplex.h"

namespace tenscope {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
// What a bend is worth in length: a link is rather straight than a little shorter elsewhere.
constexpr double bendCost = 16;
constexpr double straight = 0.01;

// The neighbours in layers as constraints x[right] ≥ x[left] + apart, and the links as what should be short.
class Placement {
public:
    Placement(const LayeredGraph& graph, const OrderDetails& details, const Spacing& spacing)
        : m_graph(graph), m_pairs(details.neighbours), m_spacing(spacing)
    {
        m_apart.resize(m_pairs.size());
        for (std::size_t i = 0; i < m_pairs.size(); ++i)
            m_apart[i] = apart(m_pairs[i].first, m_pairs[i].second);
        const std::uint32_t count = graph.elementCount();
        index(count, m_pairs.size(), m_leftStart, m_left, [&](std::size_t i) { return m_pairs[i].second; });
        index(count, m_pairs.size(), m_rightStart, m_right, [&](std::size_t i) { return m_pairs[i].first; });
        m_shift.resize(graph.links.size());
        for (std::size_t i = 0; i < graph.links.size(); ++i) {
            const auto& link = graph.links[i];
            m_shift[i] = port(link.upper, link.upperFraction) - port(link.lower, link.lowerFraction);
        }
        index(count, graph.links.size(), m_downStart, m_down, [&](std::size_t i) { return graph.links[i].upper; });
        index(count, graph.links.size(), m_upStart, m_up, [&](std::size_t i) { return graph.links[i].lower; });
    }

    // As far to the left (or right) as the constraints let every block go. Nothing where they contradict each other.
    std::optional<std::vector<double>> compact(const Blocks& blocks, bool toLeft) const
    {
        const std::uint32_t count = m_graph.elementCount();
        auto isSame = [&](std::size_t i) { return blocks.root[m_pairs[i].first] == blocks.root[m_pairs[i].second]; };
        std::vector<std::uint32_t> waiting(count, 0), start(count + 1, 0);
        for (std::size_t i = 0; i < m_pairs.size(); ++i) {
            if (isSame(i))
                continue;
            const auto [left, right] = m_pairs[i];
            ++start[blocks.root[toLeft ? left : right] + 1];
            ++waiting[blocks.root[toLeft ? right : left]];
        }
        std::partial_sum(start.begin(), start.end(), start.begin());
        std::vector<std::uint32_t> out(start[count]), fill(start.begin(), start.end() - 1);
        for (std::uint32_t i = 0; i < m_pairs.size(); ++i)
            if (!isSame(i))
                out[fill[blocks.root[toLeft ? m_pairs[i].first : m_pairs[i].second]]++] = i;
        std::vector<double> x(count, toLeft ? -infinity : infinity);
        std::vector<std::uint32_t> ready;
        std::uint32_t roots = 0;
        for (std::uint32_t element = 0; element < count; ++element) {
            if (blocks.root[element] != element)
                continue;
            ++roots;
            if (waiting[element] == 0) {
                x[element] = 0;
                ready.push_back(element);
            }
        }
        for (std::size_t k = 0; k < ready.size(); ++k) {
            const std::uint32_t block = ready[k];
            for (std::uint32_t j = start[block]; j < start[block + 1]; ++j) {
                const auto [left, right] = m_pairs[out[j]];
                const std::uint32_t other = blocks.root[toLeft ? right : left];
                const double distance = m_apart[out[j]] + blocks.offset[left] - blocks.offset[right];
                x[other] = toLeft ? std::max(x[other], x[block] + distance) : std::min(x[other], x[block] - distance);
                if (--waiting[other] == 0)
                    ready.push_back(other);
            }
        }
        if (ready.size() != roots)
            return std::nullopt;
        for (std::uint32_t element = 0; element < count; ++element)
            if (blocks.root[element] != element)
                x[element] = x[blocks.root[element]] + blocks.offset[element];
        return x;
    }

    double cost(const std::vector<double>& x) const
    {
        double sum = 0;
        for (std::uint32_t i = 0; i < m_graph.links.size(); ++i)
            sum += cost(bend(x, i));
        return sum;
    }

    // Moves groups of elements, each rigid, to where their links are shortest within their slack.
    void improve(std::vector<double>& x, const std::vector<std::uint32_t>& group, bool fromLeft) const
    {
        const std::uint32_t count = m_graph.elementCount();
        std::vector<std::uint32_t> start, members;
        index(count, count, start, members, [&](std::size_t i) { return group[i]; });
        std::vector<std::uint32_t> order;
        for (std::uint32_t i = 0; i < count; ++i)
            if (group[i] == i)
                order.push_back(i);
        std::vector<double> key(count, 0);
        for (std::uint32_t i : order) {
            key[i] = fromLeft ? infinity : -infinity;
            for (std::uint32_t k = start[i]; k < start[i + 1]; ++k)
                key[i] = fromLeft ? std::min(key[i], x[members[k]]) : std::max(key[i], x[members[k]]);
        }
        std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
            if (key[a] != key[b])
                return fromLeft ? key[a] < key[b] : key[a] > key[b];
            return a < b;
        });
        std::vector<double> bends;
        for (std::uint32_t i : order) {
            bends.clear();
            double low = -infinity, high = infinity;
            for (std::uint32_t k = start[i]; k < start[i + 1]; ++k) {
                const std::uint32_t element = members[k];
                for (std::uint32_t j = m_downStart[element]; j < m_downStart[element + 1]; ++j)
                    if (group[m_graph.links[m_down[j]].lower] != i)
                        bends.push_back(-bend(x, m_down[j]));
                for (std::uint32_t j = m_upStart[element]; j < m_upStart[element + 1]; ++j)
                    if (group[m_graph.links[m_up[j]].upper] != i)
                        bends.push_back(bend(x, m_up[j]));
                if (!m_graph.isTrunk(element) || !m_graph.trunk(element).isAnchored)
                    continue;
                // A trunk against the flow has no links: it wants to be close to the boxes it bends back to.
                for (std::uint32_t box : {m_graph.trunk(element).above, m_graph.trunk(element).below})
                    bends.push_back(x[box] + apart(box, element) - x[element]);
            }
            if (bends.empty())
                continue;
            std::sort(bends.begin(), bends.end());
            // Anything between the two medians is as short.
            const double first = bends[(bends.size() - 1) / 2], second = bends[bends.size() / 2];
            if (std::abs(first) < straight || std::abs(second) < straight)
                continue;
            double move = first > 0 || (second > 0 && -first > second) ? (first > 0 ? first : second)
                                                                       : (second < 0 ? second : first);
            for (std::uint32_t k = start[i]; k < start[i + 1]; ++k) {
                const std::uint32_t element = members[k];
                for (std::uint32_t j = m_rightStart[element]; j < m_rightStart[element + 1]; ++j)
                    if (const auto p = m_right[j]; group[m_pairs[p].second] != i)
                        high = std::min(high, x[m_pairs[p].second] - x[element] - m_apart[p]);
                for (std::uint32_t j = m_leftStart[element]; j < m_leftStart[element + 1]; ++j)
                    if (const auto p = m_left[j]; group[m_pairs[p].first] != i)
                        low = std::max(low, x[m_pairs[p].first] + m_apart[p] - x[element]);
            }
            move = std::clamp(move, std::min(low, 0.0), std::max(high, 0.0));
            double before = 0, after = 0;
            for (double b : bends) {
                before += cost(b);
                after += cost(b - move);
            }
            if (after >= before - straight)
                continue;
            for (std::uint32_t k = start[i]; k < start[i + 1]; ++k)
                x[members[k]] += move;
        }
    }

    // The shortest links there are under the constraints: a network simplex over the elements and one more node a link
    // (Gansner et al. 1993, section 4.2), which starts from the coordinates given. False: cancelled.
    bool shorten(std::vector<double>& x, std::uint64_t budget, Progress& progress) const
    {
        constexpr double scale = 8;  // ranks are whole eighths of a pixel
        // Of two links of which one must bend, rather the one that is long anyway.
        constexpr std::int32_t trunkWeight = 30, boxWeight = 33;
        const std::uint32_t count = m_graph.elementCount();
        auto whole = [](double length) { return std::int32_t(std::lround(length * scale)); };
        std::vector<RankEdge> edges;
        std::vector<std::int32_t> ranks(count);
        const double least = *std::min_element(x.begin(), x.end());
        for (std::uint32_t i = 0; i < count; ++i)
            ranks[i] = whole(x[i] - least);
        for (std::size_t i = 0; i < m_pairs.size(); ++i)
            edges.push_back({m_pairs[i].first, m_pairs[i].second, std::int32_t(std::ceil(m_apart[i] * scale)), 0});
        for (std::uint32_t i = 0; i < m_graph.links.size(); ++i) {
            const auto& link = m_graph.links[i];
            const std::int32_t shift = whole(m_shift[i]);
            const std::int32_t toUpper = std::max(-shift, 0), toLower = std::max(shift, 0);
            const std::uint32_t node = std::uint32_t(ranks.size());
            ranks.push_back(std::min(ranks[link.upper] - toUpper, ranks[link.lower] - toLower));
            const bool isLong = m_graph.isTrunk(link.upper) || m_graph.isTrunk(link.lower);
            edges.push_back({node, link.upper, toUpper, isLong ? trunkWeight : boxWeight});
            edges.push_back({node, link.lower, toLower, isLong ? trunkWeight : boxWeight});
        }
        // Where forks and joins could stand anywhere between two medians at the same cost, the picture would drift
        // sideways from one to the next: they are drawn weakly to a common axis.
        std::vector<std::uint32_t> forks;
        double sum = 0;
        for (std::uint32_t box = 0; box < m_graph.boxCount; ++box) {
            const std::uint32_t down = m_downStart[box + 1] - m_downStart[box], up = m_upStart[box + 1] - m_upStart[box];
            if (down + up < 3)
                continue;
            forks.push_back(box);
            sum += x[box] - least + m_spacing.width[box] / 2;
        }
        if (!forks.empty() && ranks.size() < 8000) {
            const std::uint32_t axis = std::uint32_t(ranks.size());
            ranks.push_back(whole(sum / double(forks.size())));
            for (std::uint32_t box : forks) {
                const std::int32_t half = whole(m_spacing.width[box] / 2);
                const std::uint32_t node = std::uint32_t(ranks.size());
                ranks.push_back(std::min(ranks[box], ranks[axis] - half));
                edges.push_back({node, box, 0, 1});
                edges.push_back({node, axis, half, 1});
            }
        }
        if (!rankByNetworkSimplex(std::uint32_t(ranks.size()), edges, budget, progress, ranks))
            return false;
        for (std::uint32_t i = 0; i < count; ++i)
            x[i] = ranks[i] / scale;
        return true;
    }

    // Groups what is linked by straight links.
    std::vector<std::uint32_t> straightGroups(const std::vector<double>& x) const
    {
        std::vector<std::uint32_t> group(m_graph.elementCount());
        std::iota(group.begin(), group.end(), 0u);
        auto find = [&](std::uint32_t i) {
            while (group[i] != i)
                i = group[i] = group[group[i]];
            return i;
        };
        for (std::uint32_t i = 0; i < m_graph.links.size(); ++i)
            if (std::abs(bend(x, i)) < straight)
                group[find(m_graph.links[i].lower)] = find(m_graph.links[i].upper);
        for (std::uint32_t i = 0; i < group.size(); ++i)
            group[i] = find(i);
        return group;
    }

private:
    double port(std::uint32_t element, double fraction) const
    {
        return m_graph.isTrunk(element) ? 0 : m_spacing.width[element] * fraction;
    }
    // How far the upper end of a link is right of its lower end.
    double bend(const std::vector<double>& x, std::uint32_t link) const
    {
        return x[m_graph.links[link].upper] + m_shift[link] - x[m_graph.links[link].lower];
    }
    static double cost(double bend) { return std::abs(bend) < straight ? 0 : std::abs(bend) + bendCost; }

    double apart(std::uint32_t left, std::uint32_t right) const
    {
        const double width = m_graph.isTrunk(left) ? 0 : m_spacing.width[left] + m_spacing.extraRight[left];
        return width + (isLine(left) || isLine(right) ? m_spacing.lineGap : m_spacing.boxGap);
    }
    // Trunks, and boxes without a width: the ports of a frame.
    bool isLine(std::uint32_t element) const { return m_graph.isTrunk(element) || m_spacing.width[element] <= 0; }

    template <class Key>
    static void index(std::uint32_t groups, std::size_t count, std::vector<std::uint32_t>& start,
                      std::vector<std::uint32_t>& list, Key key)
    {
        start.assign(groups + 1, 0);
        for (std::size_t i = 0; i < count; ++i)
            ++start[key(i) + 1];
        std::partial_sum(start.begin(), start.end(), start.begin());
        list.resize(count);
        std::vector<std::uint32_t> fill(start.begin(), start.end() - 1);
        for (std::size_t i = 0; i < count; ++i)
            list[fill[key(i)]++] = std::uint32_t(i);
    }

    const LayeredGraph& m_graph;
    const std::vector<std::pair<std::uint32_t, std::uint32_t>>& m_pairs;
    const Spacing& m_spacing;
    std::vector<double> m_apart, m_shift;
    std::vector<std::uint32_t> m_left, m_leftStart, m_right, m_rightStart;  // constraints by their right, left element
    std::vector<std::uint32_t> m_down, m_downStart, m_up, m_upStart;        // links by their upper, lower element
};

}  // namespace

bool assignCoordinates(const LayeredGraph& graph, const LayerOrder& order, const OrderDetails& details,
                       const Spacing& spacing, Progress& progress, std::vector<double>& x)
{
    const Placement placement(graph, details, spacing);
    const BlockAligner aligner(graph, order, details, spacing.width);
    std::vector<std::uint32_t> single(graph.elementCount());
    std::iota(single.begin(), single.end(), 0u);
    const std::size_t size = graph.elementCount() + graph.links.size() + details.neighbours.size();
    double best = infinity;
    bool fromLeft = true;
    x.clear();
    for (int variant = 0; variant < 4; ++variant) {
        if (progress.cancelled())
            return false;
        const bool leftFirst = variant % 2 == 0;
        auto candidate = placement.compact(aligner.align(variant < 2, leftFirst), leftFirst);
        const double cost = candidate ? placement.cost(*candidate) : infinity;
        if (cost < best) {
            best = cost;
            fromLeft = !leftFirst;
            x = std::move(*candidate);
        }
    }
    if (x.empty()) {
        const Blocks blocks{single, std::vector<double>(graph.elementCount(), 0)};
        x = placement.compact(blocks, true).value_or(std::vector<double>(graph.elementCount(), 0));
    }
    // Compaction pushed everything to one side: what wants back has room if the far side moves first.
    const bool isRough = isHopeless(graph, order);
    const int rounds = isRough ? int(std::clamp<std::size_t>(20'000 / size, 2, 8)) : size < 100'000 ? 8 : 4;
    for (int round = 0; round < rounds; ++round, fromLeft = !fromLeft) {
        if (progress.cancelled())
            return false;
        placement.improve(x, placement.straightGroups(x), fromLeft);
        placement.improve(x, single, fromLeft);
    }
    constexpr std::size_t largest = 20'000;  // beyond that it would take longer than it is worth
    return size > largest || isRough || placement.shorten(x, 1'000 * size, progress);
}

}  // namespace tenscope

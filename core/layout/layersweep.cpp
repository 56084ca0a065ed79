#include "core/layout/layersweep.h"

#include <algorithm>
#include <cmath>

namespace tenscope {

namespace {

std::uint64_t orderKey(std::uint32_t position, double fraction)
{
    return (std::uint64_t(position) << 32) | std::uint32_t(fraction * 2147483648.0);
}

}  // namespace

LayerSweep::LayerSweep(const LayeredGraph& graph) : m_graph(graph)
{
    m_entryOf.assign(graph.elementCount(), LayeredGraph::none);
    m_place.resize(graph.elementCount());
    m_sum.assign(graph.elementCount(), 0);
    m_number.assign(graph.elementCount(), 0);
}

std::uint32_t& LayerSweep::savedPosition(std::uint32_t element, bool entering)
{
    if (!m_graph.isTrunk(element))
        return m_order->box[element];
    const bool isTop = entering == (m_direction == Direction::Down);
    return (isTop ? m_order->trunkTop : m_order->trunkBottom)[element - m_graph.boxCount];
}

bool LayerSweep::run(Direction direction, Placement placement, bool reverseTies, Progress& progress, LayerOrder& order,
                     OrderDetails* details)
{
    m_direction = direction;
    m_placement = placement;
    m_reverseTies = reverseTies;
    m_order = &order;
    m_details = details;
    m_trunks.reset(std::uint32_t(m_graph.trunks.size()));
    m_boxes.clear();
    m_size = 0;
    order.crossings = order.portCrossings = 0;
    if (details) {
        details->links.assign(m_graph.links.size(), {});
        details->neighbours.clear();
    }
    for (std::uint32_t i = 0; i < m_graph.layerCount; ++i) {
        if (progress.cancelled())
            return false;
        step(direction == Direction::Down ? i : m_graph.layerCount - 1 - i, i == 0);
    }
    // The trunks that end in the last layer still have to be told where.
    if (m_graph.layerCount)
        leave(direction == Direction::Down ? m_graph.layerCount - 1 : 0);
    return true;
}

void LayerSweep::step(std::uint32_t next, bool isFirst)
{
    m_pairs.clear();
    if (!isFirst) {
        const bool down = m_direction == Direction::Down;
        const std::uint32_t boundary = down ? next - 1 : next;
        const std::uint32_t current = down ? next - 1 : next + 1;
        const auto links = m_graph.linksBelow(boundary);
        m_pairs.resize(links.size());
        leave(current);
        for (std::size_t i = 0; i < links.size(); ++i) {
            End& end = m_pairs[i].current;
            end = m_place[down ? links[i].upper : links[i].lower];
            end.fraction = down ? links[i].upperFraction : links[i].lowerFraction;
        }
    }
    measure(next, isFirst);
    arrange();
    if (!isFirst)
        m_order->crossings += countCrossings(m_direction == Direction::Down ? next - 1 : next);
    settle();
}

// Gives everything in the current layer its place, as seen by the trunks that go on, and drops the others from the list.
void LayerSweep::leave(std::uint32_t current)
{
    const auto leaving = m_direction == Direction::Down ? m_graph.endsIn(current) : m_graph.startsIn(current);
    std::vector<std::pair<std::uint32_t, std::uint32_t>> ranks;  // rank, element
    ranks.reserve(leaving.size());
    for (std::uint32_t element : leaving)
        ranks.push_back({m_trunks.rank(element - m_graph.boxCount), element});
    std::sort(ranks.begin(), ranks.end());
    auto leavingBefore = [&](std::uint32_t rank) {
        return std::uint32_t(std::lower_bound(ranks.begin(), ranks.end(), std::pair(rank, 0u)) - ranks.begin());
    };
    auto boxesBefore = [&](std::uint32_t rank) {
        return std::uint32_t(std::upper_bound(m_boxes.begin(), m_boxes.end(), rank,
                                              [](std::uint32_t r, const Entry& box) { return r < box.gap; }) -
                             m_boxes.begin());
    };
    m_solid.clear();
    m_touched.clear();
    for (std::uint32_t j = 0; j < m_boxes.size(); ++j) {
        const Entry& box = m_boxes[j];
        m_place[box.element] = {box.gap + j, box.gap - leavingBefore(box.gap), 0.5, false};
        m_solid.push_back(box.gap + j);
        m_touched.push_back(m_place[box.element].gap);
    }
    for (std::uint32_t j = 0; j < ranks.size(); ++j) {
        const auto [rank, element] = ranks[j];
        m_place[element] = {rank + boxesBefore(rank), rank - j, 0.5, false};
        savedPosition(element, false) = m_place[element].position;
        m_solid.push_back(m_place[element].position);
        m_touched.push_back(rank - j);
    }
    std::sort(m_solid.begin(), m_solid.end());

    // Only links below the current layer can branch off trunks that go on.
    if (m_direction == Direction::Down && current + 1 < m_graph.layerCount) {
        for (const auto& link : m_graph.linksBelow(current)) {
            End& place = m_place[link.upper];
            if (!m_graph.isTrunk(link.upper) || m_graph.trunk(link.upper).bottom == current)
                continue;
            const std::uint32_t rank = m_trunks.rank(link.upper - m_graph.boxCount);
            place = {rank + boxesBefore(rank), rank - leavingBefore(rank), 0.5, true};
        }
    }
    for (const auto& [rank, element] : ranks)
        m_trunks.erase(element - m_graph.boxCount);
}

void LayerSweep::measure(std::uint32_t next, bool isFirst)
{
    const bool down = m_direction == Direction::Down;
    m_entries.clear();
    auto add = [&](std::uint32_t element) {
        m_entryOf[element] = std::uint32_t(m_entries.size());
        m_sum[element] = 0;
        m_number[element] = 0;
        Entry entry;
        entry.element = element;
        entry.old = savedPosition(element, true);
        m_entries.push_back(entry);
    };
    for (std::uint32_t element : m_graph.boxesIn(next))
        add(element);
    for (std::uint32_t element : down ? m_graph.startsIn(next) : m_graph.endsIn(next))
        add(element);
    if (m_placement == Placement::Replay || isFirst) {
        for (Entry& entry : m_entries)
            entry.measure = entry.old;
        return;
    }
    const auto links = m_graph.linksBelow(down ? next - 1 : next);
    for (std::size_t i = 0; i < links.size(); ++i) {
        const std::uint32_t element = down ? links[i].lower : links[i].upper;
        if (m_entryOf[element] == LayeredGraph::none)
            continue;
        const End& end = m_pairs[i].current;
        const double wish = end.position + end.fraction + 0.5 - (down ? links[i].lowerFraction : links[i].upperFraction);
        m_sum[element] += wish;
        ++m_number[element];
        if (m_placement == Placement::Median)
            m_wishes.push_back({element, wish});
    }
    if (m_placement == Placement::Median) {
        std::sort(m_wishes.begin(), m_wishes.end());
        for (std::size_t i = 0; i < m_wishes.size();) {
            const std::uint32_t element = m_wishes[i].first, count = m_number[element];
            m_sum[element] = count * (m_wishes[i + (count - 1) / 2].second + m_wishes[i + count / 2].second) / 2;
            i += count;
        }
        m_wishes.clear();
    }
    const double scale = double(m_size) / double(m_trunks.size() + m_entries.size());
    for (Entry& entry : m_entries) {
        const std::uint32_t element = entry.element;
        if (m_number[element]) {
            entry.measure = m_sum[element] / m_number[element];
        } else if (m_graph.isTrunk(element) && m_graph.trunk(element).isAnchored) {
            // Boxes come first among the entries, so the anchor is measured already; the trunk stands at its right.
            const auto& trunk = m_graph.trunk(element);
            entry.measure = m_entries[m_entryOf[down ? trunk.above : trunk.below]].measure + 0.25;
        } else {
            entry.measure = (entry.old + 0.5) * scale;
        }
    }
}

void LayerSweep::arrange()
{
    std::sort(m_entries.begin(), m_entries.end(), [this](const Entry& a, const Entry& b) {
        if (a.measure != b.measure)
            return a.measure < b.measure;
        if (a.old != b.old)
            return (a.old < b.old) != m_reverseTies;
        return a.element < b.element;
    });
    for (std::uint32_t j = 0; j < m_entries.size(); ++j) {
        Entry& entry = m_entries[j];
        if (m_placement == Placement::Replay) {
            entry.gap = entry.old - j;
        } else {
            // The positions whose middle is left of the measure, less those whose owner does not pass on.
            const double left = std::clamp(std::ceil(entry.measure - 0.5), 0.0, double(m_size));
            const auto solid = std::lower_bound(m_solid.begin(), m_solid.end(), std::uint32_t(left)) - m_solid.begin();
            entry.gap = std::min(std::uint32_t(left) - std::uint32_t(solid), m_trunks.size());
        }
        entry.position = entry.gap + j;
        m_entryOf[entry.element] = j;
    }
}

// Crossings of links with passing trunks by the difference of the ends' gaps, and of links with links by counting
// inversions of their lower ends with an accumulator tree.
std::uint64_t LayerSweep::countCrossings(std::uint32_t boundary)
{
    const bool down = m_direction == Direction::Down;
    const auto links = m_graph.linksBelow(boundary);
    std::uint64_t crossings = 0;
    m_keys.clear();
    m_fixedKeys.clear();
    for (std::size_t i = 0; i < links.size(); ++i) {
        Pair& pair = m_pairs[i];
        const std::uint32_t element = down ? links[i].lower : links[i].upper;
        pair.next.fraction = down ? links[i].lowerFraction : links[i].upperFraction;
        if (const std::uint32_t index = m_entryOf[element]; index != LayeredGraph::none) {
            pair.next.position = m_entries[index].position;
            pair.next.gap = m_entries[index].gap;
        } else {
            const std::uint32_t rank = m_trunks.rank(element - m_graph.boxCount);
            const auto before = std::upper_bound(m_entries.begin(), m_entries.end(), rank,
                                                 [](std::uint32_t r, const Entry& entry) { return r < entry.gap; });
            pair.next.position = rank + std::uint32_t(before - m_entries.begin());
            pair.next.gap = rank;
            pair.next.isPassing = true;
        }
        const End &from = pair.current.isPassing ? pair.current : pair.next;
        const End &to = pair.current.isPassing ? pair.next : pair.current;
        // A link that branches off a trunk does not cross that trunk itself.
        pair.trunksCrossed = to.gap > from.gap ? to.gap - from.gap - (from.isPassing ? 1 : 0) : from.gap - to.gap;
        crossings += pair.trunksCrossed;
        const End &upper = down ? pair.current : pair.next, &lower = down ? pair.next : pair.current;
        pair.upperKey = orderKey(upper.position, upper.fraction);
        pair.lowerKey = orderKey(lower.position, lower.fraction);
        m_keys.push_back(pair.lowerKey);
        if (links[i].isLowerFixed)
            m_fixedKeys.push_back(pair.lowerKey);
    }
    if (m_details) {
        for (std::size_t i = 0; i < links.size(); ++i) {
            const Pair& pair = m_pairs[i];
            m_details->links[m_graph.linkStart[boundary] + i] = {pair.current.position, pair.next.position,
                                                                 pair.trunksCrossed > 0, pair.current.isPassing};
        }
    }
    if (links.size() < 2)
        return crossings;
    std::sort(m_keys.begin(), m_keys.end());
    m_keys.erase(std::unique(m_keys.begin(), m_keys.end()), m_keys.end());
    for (Pair& pair : m_pairs)
        pair.lowerNumber = std::uint32_t(std::lower_bound(m_keys.begin(), m_keys.end(), pair.lowerKey) - m_keys.begin());
    std::sort(m_pairs.begin(), m_pairs.end(), [](const Pair& a, const Pair& b) {
        return a.upperKey != b.upperKey ? a.upperKey < b.upperKey : a.lowerNumber < b.lowerNumber;
    });
    // Crossings just above a box are a matter of the order of its ports, which gives way (spreadPorts) but is preferred.
    const std::uint64_t inKeptOrder = countInversions();
    std::sort(m_fixedKeys.begin(), m_fixedKeys.end());
    std::uint32_t number = 0;
    std::uint64_t previous = 0;
    for (std::size_t i = 0; i < m_keys.size(); ++i) {
        const std::uint64_t key = m_keys[i];
        const bool isSame = i > 0 && (key >> 32) == (previous >> 32) &&
                            !std::binary_search(m_fixedKeys.begin(), m_fixedKeys.end(), key);
        number += i > 0 && !isSame ? 1 : 0;
        m_keys[i] = number;
        previous = key;
    }
    for (Pair& pair : m_pairs)
        pair.lowerNumber = std::uint32_t(m_keys[pair.lowerNumber]);
    const std::uint64_t inversions = countInversions();
    m_order->portCrossings += inKeptOrder - inversions;
    return crossings + inversions;
}

std::uint64_t LayerSweep::countInversions()
{
    std::uint64_t inversions = 0;
    const std::uint32_t size = std::uint32_t(m_keys.size());
    m_tree.assign(size + 1, 0);
    for (std::uint32_t done = 0; done < m_pairs.size(); ++done) {
        std::uint32_t notGreater = 0;
        for (std::uint32_t i = m_pairs[done].lowerNumber + 1; i; i &= i - 1)
            notGreater += m_tree[i];
        inversions += done - notGreater;
        for (std::uint32_t i = m_pairs[done].lowerNumber + 1; i <= size; i += i & -i)
            ++m_tree[i];
    }
    return inversions;
}

// Makes the next layer the current one.
void LayerSweep::settle()
{
    auto note = [this](std::uint32_t left, std::uint32_t right) { m_details->neighbours.push_back({left, right}); };
    auto trunkAt = [this](std::uint32_t rank) { return m_trunks.at(rank) + m_graph.boxCount; };
    if (m_details)
        for (std::uint32_t gap : m_touched)
            if (gap > 0 && gap < m_trunks.size())
                note(trunkAt(gap - 1), trunkAt(gap));
    m_boxes.clear();
    std::uint32_t trunksBefore = 0;
    for (const Entry& entry : m_entries) {
        savedPosition(entry.element, true) = entry.position;
        m_entryOf[entry.element] = LayeredGraph::none;
        const std::uint32_t rank = entry.gap + trunksBefore;
        if (m_graph.isTrunk(entry.element)) {
            m_trunks.insert(rank, entry.element - m_graph.boxCount);
            ++trunksBefore;
        } else {
            m_boxes.push_back(entry);
            m_boxes.back().gap = rank;
        }
    }
    m_size = m_trunks.size() + std::uint32_t(m_boxes.size());
    if (!m_details)
        return;
    // Two trunks with a box between them are noted too: it follows from the box's own neighbours and does no harm.
    trunksBefore = 0;
    for (std::uint32_t j = 0; j < m_entries.size(); ++j) {
        const Entry& entry = m_entries[j];
        const std::uint32_t rank = entry.gap + trunksBefore;
        const bool isTrunk = m_graph.isTrunk(entry.element);
        if (j > 0 && m_entries[j - 1].gap == entry.gap)
            note(m_entries[j - 1].element, entry.element);
        else if (rank > 0)
            note(trunkAt(rank - 1), entry.element);
        const std::uint32_t after = isTrunk ? rank + 1 : rank;
        if ((j + 1 == m_entries.size() || m_entries[j + 1].gap != entry.gap) && after < m_trunks.size())
            note(entry.element, trunkAt(after));
        trunksBefore += isTrunk ? 1 : 0;
    }
}

}  // namespace tenscope

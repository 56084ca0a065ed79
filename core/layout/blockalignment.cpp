#include "core/layout/blockalignment.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace tenscope {

BlockAligner::BlockAligner(const LayeredGraph& graph, const LayerOrder& order, const OrderDetails& details,
                           const std::vector<double>& width)
    : m_graph(graph)
{
    prepare(m_upper, true, order, details, width);
    prepare(m_lower, false, order, details, width);
}

void BlockAligner::prepare(Side& side, bool toUpper, const LayerOrder& order, const OrderDetails& details,
                           const std::vector<double>& width) const
{
    const std::uint32_t count = m_graph.elementCount();
    auto port = [&](std::uint32_t element, double fraction) {
        return m_graph.isTrunk(element) ? 0.0 : width[element] * fraction;
    };
    side.start.assign(count + 1, 0);
    for (std::size_t i = 0; i < m_graph.links.size(); ++i)
        if (!details.links[i].leavesPassing)
            ++side.start[(toUpper ? m_graph.links[i].lower : m_graph.links[i].upper) + 1];
    std::partial_sum(side.start.begin(), side.start.end(), side.start.begin());
    side.neighbours.resize(side.start[count]);
    std::vector<std::uint32_t> fill(side.start.begin(), side.start.end() - 1);
    for (std::size_t i = 0; i < m_graph.links.size(); ++i) {
        const auto& link = m_graph.links[i];
        const auto& place = details.links[i];
        if (place.leavesPassing)
            continue;
        const double shift = port(link.upper, link.upperFraction) - port(link.lower, link.lowerFraction);
        if (toUpper)
            side.neighbours[fill[link.lower]++] = {link.upper, place.upper, shift, place.crossesTrunk};
        else
            side.neighbours[fill[link.upper]++] = {link.lower, place.lower, -shift, place.crossesTrunk};
    }
    for (std::uint32_t element = 0; element < count; ++element)
        std::sort(side.neighbours.begin() + side.start[element], side.neighbours.begin() + side.start[element + 1],
                  [](const Neighbour& a, const Neighbour& b) {
                      return a.position != b.position ? a.position < b.position : a.shift < b.shift;
                  });

    auto position = [&](std::uint32_t element) {
        if (!m_graph.isTrunk(element))
            return order.box[element];
        return (toUpper ? order.trunkTop : order.trunkBottom)[element - m_graph.boxCount];
    };
    side.layerStart.push_back(0);
    for (std::uint32_t layer = 0; layer < m_graph.layerCount; ++layer) {
        const auto boxes = m_graph.boxesIn(layer);
        const auto trunks = toUpper ? m_graph.startsIn(layer) : m_graph.endsIn(layer);
        side.order.insert(side.order.end(), boxes.begin(), boxes.end());
        side.order.insert(side.order.end(), trunks.begin(), trunks.end());
        std::sort(side.order.begin() + side.layerStart.back(), side.order.end(),
                  [&](std::uint32_t a, std::uint32_t b) { return position(a) < position(b); });
        side.layerStart.push_back(std::uint32_t(side.order.size()));
    }
}

Blocks BlockAligner::align(bool toUpper, bool leftFirst) const
{
    const Side& side = toUpper ? m_upper : m_lower;
    Blocks blocks;
    blocks.root.resize(m_graph.elementCount());
    std::iota(blocks.root.begin(), blocks.root.end(), 0u);
    blocks.offset.assign(m_graph.elementCount(), 0);
    std::vector<bool> taken(m_graph.elementCount(), false);
    for (std::uint32_t i = 0; i < m_graph.layerCount; ++i) {
        const std::uint32_t layer = toUpper ? i : m_graph.layerCount - 1 - i;
        const std::uint32_t first = side.layerStart[layer], last = side.layerStart[layer + 1];
        std::int64_t limit = leftFirst ? -1 : std::numeric_limits<std::int64_t>::max();
        for (std::uint32_t k = first; k < last; ++k) {
            const std::uint32_t element = side.order[leftFirst ? k : last - 1 - (k - first)];
            const std::uint32_t begin = side.start[element], degree = side.start[element + 1] - begin;
            if (degree == 0)
                continue;
            const std::uint32_t low = begin + (degree - 1) / 2, high = begin + degree / 2;
            for (std::uint32_t median : {leftFirst ? low : high, leftFirst ? high : low}) {
                const Neighbour& neighbour = side.neighbours[median];
                const bool isFree = leftFirst ? neighbour.position > limit : neighbour.position < limit;
                if (neighbour.isBlocked || !isFree || taken[neighbour.element])
                    continue;
                taken[neighbour.element] = true;
                blocks.root[element] = blocks.root[neighbour.element];
                blocks.offset[element] = blocks.offset[neighbour.element] + neighbour.shift;
                limit = neighbour.position;
                break;
            }
        }
    }
    return blocks;
}

}  // namespace tenscope

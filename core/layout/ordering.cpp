#include "core/layout/ordering.h"

#include <algorithm>

#include "core/layout/layerrefiner.h"
#include "core/layout/layersweep.h"

namespace tenscope {

namespace {

// Boxes by index, or the other way round; trunks behind them.
LayerOrder initialOrder(const LayeredGraph& graph, bool isMirrored)
{
    LayerOrder order;
    order.box.assign(graph.boxCount, 0);
    order.trunkTop.assign(graph.trunks.size(), 0);
    order.trunkBottom.assign(graph.trunks.size(), 0);
    for (std::uint32_t i = 0; i < graph.layerCount; ++i) {
        const auto boxes = graph.boxesIn(i);
        std::uint32_t place = 0;
        for (std::uint32_t k = 0; k < boxes.size(); ++k)
            order.box[boxes[isMirrored ? boxes.size() - 1 - k : k]] = place++;
        std::uint32_t top = place, bottom = place;
        for (std::uint32_t trunk : graph.startsIn(i))
            order.trunkTop[trunk - graph.boxCount] = top++;
        for (std::uint32_t trunk : graph.endsIn(i))
            order.trunkBottom[trunk - graph.boxCount] = bottom++;
    }
    return order;
}

constexpr std::uint64_t largestRefined = 100'000;  // the sum of the layers' lengths

class Orderer {
public:
    Orderer(const LayeredGraph& graph, Progress& progress) : m_graph(graph), m_progress(progress), m_sweep(graph) {}

    bool run(LayerOrder& best)
    {
        constexpr std::uint64_t sweepBudget = 6'000'000;   // elements and links, over all sweeps from one beginning
        constexpr std::uint64_t startBudget = 16'000;      // the same, over all beginnings
        const std::uint64_t size = m_graph.elementCount() + m_graph.links.size() + 1;
        // Per element, so that a diagram of a hundred modules costs what one of their size does.
        const std::uint64_t settleBudget = std::min<std::uint64_t>(10'000'000, 40 * size);
        const std::uint64_t shakeBudget = std::min<std::uint64_t>(20'000'000, 400 * size);
        const bool isRefined = LayerRefiner::size(m_graph) <= largestRefined;
        const int sweeps = int(std::clamp<std::uint64_t>(sweepBudget / size, 4, 24));
        const int starts = isRefined ? int(std::clamp<std::uint64_t>(startBudget / size, 2, 8)) : 2;
        bool isFirst = true;
        for (int start = 0; start < starts; ++start) {
            if (!isFirst && (best.isPerfect() || isHopeless(m_graph, best)))
                return true;
            LayerOrder order;
            if (!sweep(start, sweeps, order) || (isRefined && !refine(order, settleBudget, false)))
                return false;
            if (isFirst || order.beats(best))
                best = std::move(order);
            isFirst = false;
        }
        return !isRefined || best.crossings == 0 || refine(best, shakeBudget, true);
    }

private:
    // Sweeps from one of eight beginnings until they bring nothing new.
    bool sweep(int start, int sweeps, LayerOrder& best)
    {
        using Direction = LayerSweep::Direction;
        using Placement = LayerSweep::Placement;
        constexpr int patience = 6;  // sweeps without a better result
        const std::uint64_t size = m_graph.elementCount() + m_graph.links.size() + 1;
        const int hopelessSweeps = int(std::clamp<std::uint64_t>(10'000 / size, 2, 4));
        const bool startsDown = start % 2 == 0;
        const Placement placement = start / 2 % 2 == 0 ? Placement::Barycentre : Placement::Median;
        LayerOrder order = initialOrder(m_graph, start / 4 % 2 == 1);
        int stale = 0;
        for (int i = 0; i < sweeps && stale < patience; ++i, ++stale) {
            const Direction direction = (i % 2 == 0) == startsDown ? Direction::Down : Direction::Up;
            if (!m_sweep.run(direction, placement, i % 4 >= 2, m_progress, order))
                return false;
            // One pass alone knows only half of the neighbours: it counts from the second on.
            if (i == 1 || (i > 1 && order.beats(best))) {
                best = order;
                stale = 0;
            }
            if (i > 0 && (best.isPerfect() || (i + 1 >= hopelessSweeps && isHopeless(m_graph, best))))
                break;
        }
        return true;
    }

    bool refine(LayerOrder& order, std::uint64_t budget, bool shake)
    {
        if (order.crossings == 0)
            return true;
        LayerRefiner refiner(m_graph, order);
        if (!(shake ? refiner.shake(budget, m_progress) : refiner.settle(budget, m_progress)))
            return false;
        LayerOrder refined = order;
        refiner.store(refined);
        // Counting again is cheap, and keeps what is promised here independent of the refiner's own sums.
        if (!m_sweep.run(LayerSweep::Direction::Down, LayerSweep::Placement::Replay, false, m_progress, refined))
            return false;
        if (refined.beats(order))
            order = std::move(refined);
        return true;
    }

    const LayeredGraph& m_graph;
    Progress& m_progress;
    LayerSweep m_sweep;
};

}  // namespace

bool isHopeless(const LayeredGraph& graph, const LayerOrder& order)
{
    return order.crossings > 4 * graph.links.size();
}

bool orderLayers(const LayeredGraph& graph, Progress& progress, LayerOrder& order)
{
    if (!Orderer(graph, progress).run(order))
        return false;
    if (order.crossings == 0 || isHopeless(graph, order) || LayerRefiner::size(graph) > largestRefined)
        return true;
    // Once more with inputs that arrive in the middle of their boxes: sweeps that do not look at the order of ports find ways
    // that the others miss, and ports can give way afterwards.
    LayeredGraph loose = graph;
    for (auto& link : loose.links)
        if (!link.isLowerFixed)
            link.lowerFraction = 0.5;
    LayerOrder other;
    if (!Orderer(loose, progress).run(other) ||
        !LayerSweep(graph).run(LayerSweep::Direction::Down, LayerSweep::Placement::Replay, false, progress, other))
        return false;
    if (other.beats(order))
        order = std::move(other);
    return true;
}

bool describeOrder(const LayeredGraph& graph, LayerOrder& order, Progress& progress, OrderDetails& details)
{
    LayerSweep sweep(graph);
    return sweep.run(LayerSweep::Direction::Down, LayerSweep::Placement::Replay, false, progress, order, &details);
}

}  // namespace tenscope

#include "core/layout/ordering.h"

#include <algorithm>

#include "core/layout/layerrefiner.h"
#include "core/layout/layersweep.h"

namespace tenscope {

namespace {

LayerOrder initialOrder(const LayeredGraph& graph)
{
    LayerOrder order;
    order.box.assign(graph.boxCount, 0);
    order.trunkTop.assign(graph.trunks.size(), 0);
    order.trunkBottom.assign(graph.trunks.size(), 0);
    for (std::uint32_t i = 0; i < graph.layerCount; ++i) {
        std::uint32_t place = 0;
        for (std::uint32_t box : graph.boxesIn(i))
            order.box[box] = place++;
        std::uint32_t top = place, bottom = place;
        for (std::uint32_t trunk : graph.startsIn(i))
            order.trunkTop[trunk - graph.boxCount] = top++;
        for (std::uint32_t trunk : graph.endsIn(i))
            order.trunkBottom[trunk - graph.boxCount] = bottom++;
    }
    return order;
}

bool refine(const LayeredGraph& graph, LayerSweep& sweep, Progress& progress, LayerOrder& best)
{
    constexpr std::uint64_t largest = 100'000, budget = 20'000'000;
    if (LayerRefiner::size(graph) > largest)
        return true;
    LayerRefiner refiner(graph, best);
    if (!refiner.run(budget, progress))
        return false;
    LayerOrder refined = best;
    refiner.store(refined);
    // Counting again is cheap, and keeps what is promised here independent of the refiner's own sums.
    if (!sweep.run(LayerSweep::Direction::Down, LayerSweep::Placement::Replay, false, progress, refined))
        return false;
    if (refined.beats(best))
        best = std::move(refined);
    return true;
}

}  // namespace

bool orderLayers(const LayeredGraph& graph, Progress& progress, LayerOrder& best)
{
    using Direction = LayerSweep::Direction;
    constexpr std::uint64_t budget = 6'000'000;  // elements and links, over all sweeps
    constexpr int patience = 6;                  // sweeps without a better result
    const std::uint64_t size = graph.elementCount() + graph.links.size() + 1;
    const int sweeps = int(std::clamp<std::uint64_t>(budget / size, 4, 24));
    LayerSweep sweep(graph);
    bool isFirst = true;
    for (Direction begin : {Direction::Down, Direction::Up}) {
        LayerOrder order = initialOrder(graph);
        int stale = 0;
        for (int i = 0; i < sweeps && stale < patience && (isFirst || !best.isPerfect()); ++i) {
            const bool isDown = (i % 2 == 0) == (begin == Direction::Down);
            if (!sweep.run(isDown ? Direction::Down : Direction::Up, LayerSweep::Placement::Measure, i % 4 >= 2,
                           progress, order))
                return false;
            ++stale;
            // One pass alone knows only half of the neighbours: it counts from the second on.
            if (i > 0 && (isFirst || order.beats(best))) {
                best = order;
                isFirst = false;
                stale = 0;
            }
        }
    }
    return best.crossings == 0 || refine(graph, sweep, progress, best);
}

bool describeOrder(const LayeredGraph& graph, LayerOrder& order, Progress& progress, OrderDetails& details)
{
    LayerSweep sweep(graph);
    return sweep.run(LayerSweep::Direction::Down, LayerSweep::Placement::Replay, false, progress, order, &details);
}

}  // namespace tenscope

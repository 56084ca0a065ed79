#pragma once

#include <cstdint>
#include <vector>

#include "core/base/progress.h"
#include "core/layout/layeredgraph.h"
#include "core/layout/ordering.h"

namespace tenscope {

// Takes an ordering and removes crossings that sweeps leave, where the graph is small enough to hold every layer as a list:
//  - a box tries every place in its layer (sifting, after Matuszewski, Schönfeld and Molitor 1999, with both neighbouring
//    layers in view);
//  - a trunk is taken out and put back along the way through its layers that crosses least, which is a shortest
//    path over the gaps between what stands there. It never crosses another trunk where both pass, as sweeps have it.
// When nothing gets better by that, a few layers at a time are disturbed and settled again, and what is no worse stays.
// A budget of elementary steps bounds it all, the same on every machine.
class LayerRefiner {
public:
    LayerRefiner(const LayeredGraph& graph, const LayerOrder& order);

    // The sum of the layers' lengths: what a graph costs here. Saturates.
    static std::uint64_t size(const LayeredGraph& graph);

    // Until nothing gets better by moving one thing. False: cancelled.
    bool settle(std::uint64_t budget, Progress& progress);
    // Disturbs and settles until the budget is used up or nothing crosses. False: cancelled.
    bool shake(std::uint64_t budget, Progress& progress);
    void store(LayerOrder& order) const;

private:
    // An end of a link or of a trunk's passage, in the layer above or below: position and port.
    struct Ends {
        std::vector<double> upper, lower;
    };

    std::uint32_t& position(std::uint32_t element, std::uint32_t layer)
    {
        return m_graph.isTrunk(element) ? m_trunkPosition[m_trunkStart[element - m_graph.boxCount] + layer - m_graph.trunk(element).top]
                                        : m_boxPosition[element];
    }
    double upperKey(const LayeredGraph::Link& link, std::uint32_t layer) { return position(link.upper, layer) + link.upperFraction; }
    double lowerKey(const LayeredGraph::Link& link, std::uint32_t layer)
    {
        return position(link.lower, layer) + (link.isLowerFixed ? link.lowerFraction : 0.5);
    }

    void gatherEnds(std::uint32_t element, std::uint32_t layer, Ends& ends);
    std::int64_t swapGain(const Ends& left, const Ends& right);
    std::int64_t settle(std::uint32_t first, std::uint32_t last, std::uint64_t budget, Progress& progress);
    std::vector<std::uint32_t> crossedLayers();
    std::int64_t sift(std::uint32_t layer, std::uint32_t box);
    std::int64_t move(std::uint32_t layer, std::uint32_t box, std::uint32_t to);
    void shift(std::uint32_t layer, std::uint32_t from, std::uint32_t to);
    std::int64_t reroute(std::uint32_t trunk);
    void gatherLines(std::uint32_t boundary, std::uint32_t without);
    void costsOfOwnLinks(std::uint32_t element, std::uint32_t boundary, bool isUpper, std::vector<std::int64_t>& costs);
    void place(std::uint32_t layer, std::vector<std::uint32_t>& row);

    struct Line {
        double upper, lower;
        bool isPassing;
    };

    const LayeredGraph& m_graph;
    std::vector<std::vector<std::uint32_t>> m_rows;
    std::vector<std::uint32_t> m_boxPosition, m_trunkPosition, m_trunkStart;
    std::vector<std::uint32_t> m_down, m_downStart, m_up, m_upStart;  // links by upper, lower element
    std::vector<Line> m_lines;    // between two layers, without those of one trunk
    std::uint64_t m_steps = 0;
    Ends m_own, m_other;
};

}  // namespace tenscope

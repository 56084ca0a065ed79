#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "core/base/progress.h"
#include "core/layout/layeredgraph.h"
#include "core/layout/ordering.h"
#include "core/layout/segmentlist.h"

namespace tenscope {

// One pass over all layers. It knows the order of one layer, gives the next one an order, and counts what crosses
// between the two; the trunks that pass both keep their order and stay where they are in one list.
class LayerSweep {
public:
    enum class Direction { Down, Up };
    enum class Placement {
        Barycentre,  // of the neighbours in the layer before
        Median,      // of the same
        Replay,      // as `order` says
    };

    explicit LayerSweep(const LayeredGraph& graph);

    // Updates `order`, its crossings included. `reverseTies`: what has the same measure changes its order. `details`
    // (optional, with Down) is filled. False: cancelled.
    bool run(Direction direction, Placement placement, bool reverseTies, Progress& progress, LayerOrder& order,
             OrderDetails* details = nullptr);

private:
    struct Entry {
        std::uint32_t element = 0;
        std::uint32_t gap = 0;  // how many of the trunks that pass both layers are to its left
        double measure = 0;
        std::uint32_t old = 0;  // position before this sweep
        std::uint32_t position = 0;
    };
    struct End {
        std::uint32_t position = 0, gap = 0;
        double fraction = 0.5;
        bool isPassing = false;  // the element passes both layers; gap is then its own index among those
    };
    struct Pair {
        End current, next;
        std::uint64_t upperKey = 0, lowerKey = 0;
        std::uint32_t lowerNumber = 0;
        std::uint32_t trunksCrossed = 0;
    };

    void step(std::uint32_t next, bool isFirst);
    void leave(std::uint32_t current);
    void measure(std::uint32_t next, bool isFirst);
    void arrange();
    std::uint64_t countCrossings(std::uint32_t boundary);
    std::uint64_t countInversions();
    void settle();

    std::uint32_t& savedPosition(std::uint32_t element, bool entering);

    const LayeredGraph& m_graph;
    Direction m_direction = Direction::Down;
    Placement m_placement = Placement::Barycentre;
    bool m_reverseTies = false;
    LayerOrder* m_order = nullptr;
    OrderDetails* m_details = nullptr;

    SegmentList m_trunks;  // ids: trunk numbers
    std::vector<Entry> m_boxes;  // of the current layer in order; gap: trunks of the layer to the left
    std::vector<Entry> m_entries;  // of the next layer: its boxes and the trunks that begin there
    std::vector<Pair> m_pairs;     // the links between current and next
    std::vector<std::uint32_t> m_solid;    // positions in the current layer of what does not pass on, ascending
    std::vector<std::uint32_t> m_touched;  // gaps in the next layer's trunk list where something left
    std::uint32_t m_size = 0;      // of the current layer
    // By element: index of its entry, place in the current layer, sums for the barycentre.
    std::vector<std::uint32_t> m_entryOf;
    std::vector<End> m_place;
    std::vector<double> m_sum;
    std::vector<std::pair<std::uint32_t, double>> m_wishes;
    std::vector<std::uint32_t> m_number;
    std::vector<std::uint32_t> m_tree;
    std::vector<std::uint64_t> m_keys, m_fixedKeys;
};

}  // namespace tenscope

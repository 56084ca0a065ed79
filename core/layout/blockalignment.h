#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "core/layout/layeredgraph.h"
#include "core/layout/ordering.h"

namespace tenscope {

// Which elements stand exactly over each other: each has the x of its block's root plus its offset.
struct Blocks {
    std::vector<std::uint32_t> root;
    std::vector<double> offset;
};

// The alignments of Brandes and Köpf (coordinates.h), all that they share prepared once.
class BlockAligner {
public:
    // `width` of boxes.
    BlockAligner(const LayeredGraph& graph, const LayerOrder& order, const OrderDetails& details,
                 const std::vector<double>& width);

    Blocks align(bool toUpper, bool leftFirst) const;

private:
    struct Neighbour {
        std::uint32_t element = 0;
        std::uint32_t position = 0;
        double shift = 0;  // from the neighbour's x to the element's x when the link is straight
        bool isBlocked = false;
    };
    struct Side {
        std::vector<Neighbour> neighbours;
        std::vector<std::uint32_t> start;           // by element
        std::vector<std::uint32_t> order, layerStart;  // elements by layer and position
    };

    void prepare(Side& side, bool toUpper, const LayerOrder& order, const OrderDetails& details,
                 const std::vector<double>& width) const;

    const LayeredGraph& m_graph;
    Side m_upper, m_lower;
};

}  // namespace tenscope

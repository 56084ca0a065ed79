#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "core/base/progress.h"
#include "core/layout/layeredgraph.h"

namespace tenscope {

// Where everything stands in its layers: indices that count boxes and trunks alike. Between its two ends a trunk never
// changes its place relative to other trunks, so these numbers are the whole ordering.
struct LayerOrder {
    std::vector<std::uint32_t> box;
    std::vector<std::uint32_t> trunkTop, trunkBottom;
    std::uint64_t crossings = 0;      // with every box's upper ports in the order that suits
    std::uint64_t portCrossings = 0;  // more of them, were these ports kept in their order

    // Whether this one is better: fewer crossings, then more ports in their order.
    bool beats(const LayerOrder& other) const
    {
        return crossings != other.crossings ? crossings < other.crossings : portCrossings < other.portCrossings;
    }
    bool isPerfect() const { return crossings == 0 && portCrossings == 0; }
};

// What coordinates need to know of an ordering, linear in the graph's size.
struct OrderDetails {
    struct LinkPlace {
        std::uint32_t upper = 0, lower = 0;  // positions in the two layers
        bool crossesTrunk = false;           // crosses a trunk that passes both layers (a type 1 or 2 conflict)
        bool leavesPassing = false;          // branches off a trunk that goes on
    };
    std::vector<LinkPlace> links;
    // Every two elements that are ever neighbours in a layer, left one first.
    std::vector<std::pair<std::uint32_t, std::uint32_t>> neighbours;
};

// Whether more work would not be seen: where every line crosses many others, a few crossings less or a shorter line are not.
bool isHopeless(const LayeredGraph& graph, const LayerOrder& order);

// Orders the layers so that few links cross: barycentre sweeps down and up over the layers, the best result kept. Every
// sweep costs O((V + E) log E), independent of the edges' lengths; their number is bounded and depends on the graph's size
// only. Eiglsperger, Siebenhaller, Kaufmann, "An Efficient Implementation of Sugiyama's Algorithm for Layered Graph
// Drawing" (2005); crossings are counted as Barth, Jünger and Mutzel do (2002). False: cancelled.
bool orderLayers(const LayeredGraph& graph, Progress& progress, LayerOrder& order);

// Walks over an ordering once more and writes down what coordinates need. False: cancelled.
bool describeOrder(const LayeredGraph& graph, LayerOrder& order, Progress& progress, OrderDetails& details);

}  // namespace tenscope

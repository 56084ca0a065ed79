#pragma once

#include <cstdint>

#include "core/layout/layoutgraph.h"

namespace tenscope {

// What a random graph is made of. The same numbers give the same graph on every machine.
struct RandomGraph {
    std::uint32_t seed = 1;
    std::uint32_t boxes = 20;
    std::uint32_t edges = 30;
    bool hasCycles = false;     // edges may lead against the order of boxes
    bool hasLoops = false;      // and from a box to itself
    std::uint32_t longest = 0;  // how many boxes an edge may pass at most; 0: any number
};

LayoutGraph randomGraph(const RandomGraph& wanted);

}  // namespace tenscope

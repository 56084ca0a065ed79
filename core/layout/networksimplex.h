#pragma once

#include <cstdint>
#include <vector>

#include "core/base/progress.h"

namespace tenscope {

// An edge of an acyclic graph to be ranked: rank[to] − rank[from] must be at least `length`.
struct RankEdge {
    std::uint32_t from = 0, to = 0;
    std::int32_t length = 1;
    std::int32_t weight = 1;
};

// Ranks with the least sum of weight × (rank[to] − rank[from]): the network simplex method of Gansner, Koutsofios, North
// and Vo, "A Technique for Drawing Directed Graphs" (1993). The smallest rank is 0.
//
// Starts from `ranks`, raised as far as the lengths demand, or from longest-path ranks where it is empty. These are
// feasible and every step keeps them so: after `budget` elementary steps it stops with the ranks it has, hence bounded
// time and still the same result on every machine. The graph must be connected and acyclic. False: cancelled.
bool rankByNetworkSimplex(std::uint32_t nodes, const std::vector<RankEdge>& edges, std::uint64_t budget,
                          Progress& progress, std::vector<std::int32_t>& ranks);

}  // namespace tenscope

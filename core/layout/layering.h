#pragma once

#include <cstdint>
#include <vector>

#include "core/base/progress.h"
#include "core/layout/networksimplex.h"

namespace tenscope {

// Ranks for an acyclic, connected graph with the least (or, where a bounded number of steps does not suffice, a small)
// total weighted edge length; the smallest rank is 0. False: cancelled.
//
// Before the network simplex runs, what it would only carry along is taken out exactly: a node with one edge sits
// beside its neighbour; a node with one edge in and one out can sit anywhere between its neighbours and becomes an edge;
// parallel edges become one. Networks are mostly such chains and diamonds, and a chain of 100,000 becomes one edge.
bool assignLayers(std::uint32_t nodes, std::vector<RankEdge> edges, Progress& progress, std::vector<std::int32_t>& ranks);

}  // namespace tenscope

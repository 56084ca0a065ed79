#pragma once

#include <cstdint>
#include <string>

#include "core/layout/layoutgraph.h"

namespace tenscope {

// What can be said of a layout by looking at every pair of things in it: slow, and independent of everything the engines
// and LayoutMetrics do.

// The first thing that breaks the contract in layoutgraph.h, in words; empty: nothing does.
//  - a box has its size, lies inside the picture and overlaps no other;
//  - a route runs from the bottom of its source to the top of its target (a self-loop: along its box) and enters no box;
//  - where `isOrthogonal`, every piece of a route lies along an axis.
std::string faultIn(const LayoutGraph& graph, const Layout& layout, bool isOrthogonal = true);

// Points where routes of edges from different ports cross properly: one inside both pieces.
std::uint64_t countCrossings(const LayoutGraph& graph, const Layout& layout);

double lengthOf(const Layout& layout);

bool isSame(const Layout& a, const Layout& b);

}  // namespace tenscope

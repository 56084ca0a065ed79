#pragma once

#include <cstdint>
#include <vector>

#include "core/compare/matcher.h"

namespace tenscope {

// Units of both sides that belong together, or units of one side that nothing on the other belongs to.
struct UnitGroup {
    std::vector<std::uint32_t> a, b;  // in the order of their graphs
    bool isPair = false;        // matched one to one, not because they are between the same neighbours
    bool isReplacement = false; // between the same neighbours, but what they compute is not known to be the same
};

// Makes groups of the matcher's pairs: what no pair holds is taken together where it is between the same neighbours on both
// sides; what is alone there and only in a branch that the other side has not is put with its neighbours; the rest is alone.
// Linear in units and edges.
std::vector<UnitGroup> groupUnits(const ComputeGraph& a, const ComputeGraph& b, const Matcher& matcher);

}  // namespace tenscope

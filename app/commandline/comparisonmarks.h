#pragma once

#include <map>

#include "core/compare/runcomparison.h"
#include "ui/diagram/diagramstate.h"

namespace tenscope {

// How the nodes of one side stand in a comparison: what DiagramState takes, by node. Badges are on the node
// that stands for its group. `run` may be null.
std::map<NodeId, DiagramState::Mark> comparisonMarks(const Comparison& comparison, bool isB, const RunComparison* run);

// What a group's mark is.
DiagramState::Mark groupMark(const Comparison& comparison, std::uint32_t group, const RunComparison* run);

}  // namespace tenscope

#pragma once

#include <vector>

#include "core/compare/comparison.h"
#include "core/compare/matcher.h"

namespace tenscope {

// The tensors of two groups of units that belong together, and how far apart they are. What has no counterpart of its size
// is left out: one side may have computed with it while exporting.
std::vector<WeightPair> compareWeights(const Matcher::Side& a, const std::vector<std::uint32_t>& unitsA, const Matcher::Side& b,
                                       const std::vector<std::uint32_t>& unitsB, const Tolerance& tolerance);

}  // namespace tenscope

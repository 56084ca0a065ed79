#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace tenscope {

// Which nodes of a directed graph lie on a cycle of two or more nodes (strongly connected components after Tarjan, 1972,
// without recursion). O(V + E).
std::vector<bool> onCycles(std::uint32_t nodes, const std::vector<std::pair<std::uint32_t, std::uint32_t>>& edges);

}  // namespace tenscope

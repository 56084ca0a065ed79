#include "core/layout/strongparts.h"

#include <algorithm>
#include <numeric>

namespace tenscope {

std::vector<bool> onCycles(std::uint32_t nodes, const std::vector<std::pair<std::uint32_t, std::uint32_t>>& edges)
{
    std::vector<std::uint32_t> start(nodes + 1, 0), targets(edges.size());
    for (const auto& edge : edges)
        ++start[edge.first + 1];
    std::partial_sum(start.begin(), start.end(), start.begin());
    std::vector<std::uint32_t> fill(start.begin(), start.end() - 1);
    for (const auto& edge : edges)
        targets[fill[edge.first]++] = edge.second;

    std::vector<std::uint32_t> number(nodes, 0), low(nodes, 0), next(start.begin(), start.end() - 1), path, open;
    std::vector<bool> isOpen(nodes, false), result(nodes, false);
    std::uint32_t count = 0;
    for (std::uint32_t root = 0; root < nodes; ++root) {
        if (number[root])
            continue;
        path.push_back(root);
        while (!path.empty()) {
            const std::uint32_t node = path.back();
            if (number[node] == 0) {
                number[node] = low[node] = ++count;
                open.push_back(node);
                isOpen[node] = true;
            }
            bool isDescending = false;
            while (next[node] < start[node + 1] && !isDescending) {
                const std::uint32_t target = targets[next[node]];
                if (number[target] == 0) {
                    path.push_back(target);
                    isDescending = true;  // come back to this edge for the target's low
                } else {
                    if (isOpen[target])
                        low[node] = std::min(low[node], low[target]);
                    ++next[node];
                }
            }
            if (isDescending)
                continue;
            path.pop_back();
            if (low[node] != number[node])
                continue;
            const bool isCycle = open.back() != node;
            std::uint32_t member;
            do {
                member = open.back();
                open.pop_back();
                isOpen[member] = false;
                result[member] = isCycle;
            } while (member != node);
        }
    }
    return result;
}

}  // namespace tenscope

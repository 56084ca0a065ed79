#include "core/layout/cycleremoval.h"

#include <cstdint>
#include <numeric>

namespace tenscope {

std::vector<bool> edgesToReverse(const LayoutGraph& graph)
{
    const std::size_t count = graph.boxes.size();
    std::vector<std::uint32_t> start(count + 1, 0), edges(graph.edges.size()), entering(count, 0);
    for (const auto& edge : graph.edges) {
        ++start[edge.from + 1];
        if (edge.from != edge.to)
            ++entering[edge.to];
    }
    std::partial_sum(start.begin(), start.end(), start.begin());
    std::vector<std::uint32_t> next(start.begin(), start.end() - 1);
    for (std::uint32_t e = 0; e < graph.edges.size(); ++e)
        edges[next[graph.edges[e].from]++] = e;
    next.assign(start.begin(), start.end() - 1);

    enum : std::uint8_t { Unseen, Open, Done };
    std::vector<std::uint8_t> state(count, Unseen);
    std::vector<std::uint32_t> stack;
    std::vector<bool> reverse(graph.edges.size(), false);
    auto search = [&](std::uint32_t root) {
        if (state[root] != Unseen)
            return;
        state[root] = Open;
        stack.push_back(root);
        while (!stack.empty()) {
            const std::uint32_t box = stack.back();
            if (next[box] == start[box + 1]) {
                state[box] = Done;
                stack.pop_back();
                continue;
            }
            const std::uint32_t edge = edges[next[box]++];
            const std::uint32_t to = graph.edges[edge].to;
            if (to == box)
                continue;
            if (state[to] == Open) {
                reverse[edge] = true;
            } else if (state[to] == Unseen) {
                state[to] = Open;
                stack.push_back(to);
            }
        }
    };
    for (std::uint32_t box = 0; box < count; ++box)
        if (entering[box] == 0)
            search(box);
    for (std::uint32_t box = 0; box < count; ++box)
        search(box);
    return reverse;
}

}  // namespace tenscope

#include "tests/core/layout/randomgraph.h"

#include <algorithm>
#include <random>
#include <vector>

namespace tenscope {

LayoutGraph randomGraph(const RandomGraph& wanted)
{
    // The engine's numbers are the standard's; its distributions are each library's own.
    std::mt19937 engine(wanted.seed);
    const auto below = [&](std::uint32_t bound) { return std::uint32_t(engine() % bound); };
    LayoutGraph graph;
    for (std::uint32_t i = 0; i < wanted.boxes; ++i)
        graph.boxes.push_back({30.0 + below(120), 20.0 + below(60)});
    std::vector<std::uint32_t> outPorts(wanted.boxes, 0), inPorts(wanted.boxes, 0);
    for (std::uint32_t i = 0; i < wanted.edges; ++i) {
        std::uint32_t from = below(wanted.boxes), to = below(wanted.boxes);
        if (wanted.longest)
            to = std::min(from + below(wanted.longest) + 1, wanted.boxes - 1);
        if (!wanted.hasCycles && from > to)
            std::swap(from, to);
        if (!wanted.hasLoops && from == to)
            continue;
        LayoutGraph::Edge edge;
        edge.from = from;
        edge.to = to;
        // Half of the edges carry what another one of their box carries.
        edge.fromPort = outPorts[from] > 0 && below(2) ? below(outPorts[from]) : outPorts[from]++;
        edge.toPort = inPorts[to]++;
        if (below(4) == 0) {
            edge.labelWidth = 20.0 + below(60);
            edge.labelHeight = 14;
        }
        graph.edges.push_back(edge);
    }
    return graph;
}

}  // namespace tenscope

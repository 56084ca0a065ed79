#pragma once

#include <cstdint>
#include <vector>

#include "core/layout/layoutgraph.h"
#include "core/layout/rankedgraph.h"

namespace tenscope {

// A ranked graph with every edge taken apart into steps from one layer to the next, for an engine that knows no long edges. Where
// one passes a layer it has a place there: a box without height. Edges that leave at one port share their places, so that what they
// carry is one line that forks. An edge against the flow turns round below its source and above its target, at places of its own.
class ProperGraph {
public:
    // `turn`: how far apart the two sides of a turn are.
    ProperGraph(const RankedGraph& ranked, double turn);

    const LayoutGraph& graph() const { return m_graph; }                // the boxes, then the places
    const std::vector<std::int32_t>& layers() const { return m_layers; }  // of each of these
    bool isPlace(std::uint32_t box) const { return box >= m_boxes; }

    // The layout of the ranked graph from one of graph().
    Layout join(const Layout& proper) const;

private:
    struct Step {
        std::uint32_t edge = 0;  // of m_graph
        bool isUpward = false;   // walked against its direction
    };

    std::uint32_t addPlace(std::int32_t layer, double width = 0);
    std::uint32_t addStep(std::uint32_t from, std::uint32_t to);
    void addLongEdges(const RankedGraph& ranked);
    void addReversed(const RankedGraph& ranked, std::uint32_t edge, double turn);

    const LayoutGraph& m_original;
    std::uint32_t m_boxes;
    LayoutGraph m_graph;
    std::vector<std::int32_t> m_layers;
    std::vector<std::vector<Step>> m_paths;  // of each edge of the original
};

}  // namespace tenscope

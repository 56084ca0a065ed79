#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/layout/layoutgraph.h"

namespace tenscope {

// A graph whose boxes have layers, and whose long edges are trunks: what ordering, coordinates and routing work on.
//
// An edge between neighbouring layers is a link. All longer edges that carry the same tensor (same box and port) share one
// trunk, a vertical line through the layers between, from which a link branches off in front of every consumer. So the
// number of elements (boxes and trunks) and links is O(V + E), however long the edges are, and a tensor that is used in a
// hundred places is one line that forks. An edge against the flow has a trunk of its own that passes the layers of both its
// ends and bends back to them: its ends are `anchored`.
struct LayeredGraph {
    static constexpr std::uint32_t none = 0xffffffffu;

    struct Trunk {
        std::uint32_t top = 0, bottom = 0;   // the first and the last layer it passes
        std::uint32_t above = 0, below = 0;  // anchored: the target, in layer `top`, and the source, in layer `bottom`
        bool isAnchored = false;
        std::uint32_t edge = none;  // the (first) edge it carries
    };
    // Between a box or trunk in layer i and one in layer i + 1. Fractions say where on the box it attaches: 0 left, 1 right.
    struct Link {
        std::uint32_t upper = 0, lower = 0;  // elements: boxes, then trunks
        double upperFraction = 0.5, lowerFraction = 0.5;
        bool isLowerFixed = false;  // the place on the lower box is settled and not to be moved for fewer crossings
        std::uint32_t edge = none;  // into a box: the edge that arrives there; into a trunk: the trunk's first edge
    };

    std::uint32_t boxCount = 0;
    std::uint32_t layerCount = 0;
    std::vector<std::uint32_t> layer;  // of each box
    std::vector<Trunk> trunks;         // element boxCount + i
    std::vector<Link> links;           // by upper layer
    std::vector<std::uint32_t> linkStart;
    std::vector<std::uint32_t> boxes, boxStart;    // boxes of each layer
    std::vector<std::uint32_t> starts, startStart; // trunks (as elements) whose top is the layer
    std::vector<std::uint32_t> ends, endStart;     // trunks (as elements) whose bottom is the layer
    std::vector<std::uint32_t> edgeTrunk;          // of each edge; none: a single link, or a self-loop
    std::vector<double> edgeStart;  // fraction of the source's width where the edge leaves
    std::vector<double> edgeEnd;    // fraction of the target's width where it arrives

    std::uint32_t elementCount() const { return boxCount + std::uint32_t(trunks.size()); }
    bool isTrunk(std::uint32_t element) const { return element >= boxCount; }
    const Trunk& trunk(std::uint32_t element) const { return trunks[element - boxCount]; }
    std::span<const Link> linksBelow(std::uint32_t layerIndex) const
    {
        return {links.data() + linkStart[layerIndex], links.data() + linkStart[layerIndex + 1]};
    }
    std::span<const std::uint32_t> boxesIn(std::uint32_t i) const { return part(boxes, boxStart, i); }
    std::span<const std::uint32_t> startsIn(std::uint32_t i) const { return part(starts, startStart, i); }
    std::span<const std::uint32_t> endsIn(std::uint32_t i) const { return part(ends, endStart, i); }

private:
    static std::span<const std::uint32_t> part(const std::vector<std::uint32_t>& list,
                                               const std::vector<std::uint32_t>& start, std::uint32_t i)
    {
        return {list.data() + start[i], list.data() + start[i + 1]};
    }
};

// `layers` must lead every edge that is not reversed downward, and every reversed one upward. Self-loops get no link.
LayeredGraph makeLayeredGraph(const LayoutGraph& graph, const std::vector<bool>& reversed,
                              const std::vector<std::int32_t>& layers);

// Spreads the ends of edges over the tops of their boxes in the order of `position`, which gives where each edge comes from,
// along its layer, so that no two cross right above the box; ports decide between equal positions. Without positions
// ports alone decide, and those of one number share a place. Ends whose place is settled (toX) stay there. Sets edgeEnd and the links' lowerFraction.
void spreadPorts(const LayoutGraph& graph, LayeredGraph& layered, const std::vector<double>& position);

}  // namespace tenscope

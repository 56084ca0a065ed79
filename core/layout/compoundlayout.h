#pragma once

#include <cstdint>
#include <functional>
#include <unordered_map>
#include <vector>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/layout/layoutgraph.h"

namespace tenscope {

// Boxes in groups in groups, and what flows between the boxes. Group 0 holds everything; parents come before children.
struct CompoundGraph {
    struct Edge {
        std::uint32_t from = 0, to = 0;  // boxes
        std::uint32_t value = 0;         // edges of one value are drawn as one line that forks
        std::uint32_t fromPort = 0, toPort = 0;  // orders what leaves and what arrives, as in LayoutGraph
    };
    std::vector<std::uint32_t> groupParent;  // of group 0: ignored
    std::vector<std::uint32_t> boxGroup;     // the innermost group of each box
    std::vector<Edge> edges;
};

// Of each group: the outermost folded group that hides what is in it, itself perhaps; CompoundLayout::none where that is seen.
std::vector<std::uint32_t> hidingGroups(const std::vector<std::uint32_t>& groupParent, const std::vector<bool>& expanded);

// How large things are. Asked for what is visible only, from the thread that lays out.
struct CompoundSizes {
    struct Size {
        double width = 0, height = 0;
    };
    std::function<Size(std::uint32_t box)> box;
    std::function<Size(std::uint32_t group)> folded;
    // The text in the strip above an unfolded group: no line runs through it. Height 0: no strip.
    std::function<Size(std::uint32_t group)> title;
    // The label of a line, asked once for each value and box it leaves: `edge` is the first of `count` values' edges.
    std::function<Size(std::uint32_t edge, std::uint32_t count)> label;
    double padding = 16;  // between a frame and what is in it
};

// What is drawn. Coordinates are absolute, the margin of the options is around all.
struct CompoundLayout {
    static constexpr std::uint32_t none = 0xffffffffu;

    struct Box {
        bool isGroup = false;
        bool isExpanded = false;      // of groups: a frame around its members, which follow it
        std::uint32_t index = 0;      // box or group of the graph
        std::uint32_t parent = none;  // the frame around it, an index of `boxes`
        std::uint32_t depth = 0;      // how many frames are around it
        Rect rect;
        Rect title;                   // of frames: where its text goes
    };
    // An edge between two boxes that are not groups, or all that flows from one box to another where one is a folded group.
    struct Edge {
        std::uint32_t from = 0, to = 0;  // indices of `boxes`
        std::uint32_t edge = 0;          // the first of the graph's edges in it
        std::uint32_t count = 1;         // different values in it
        std::vector<Point> route;
        bool hasLabel = false;
        Point label;                     // its centre
    };
    std::vector<Box> boxes;
    std::vector<Edge> edges;
    std::vector<std::uint32_t> edgeOf;  // of each edge of the graph; none: it runs inside a folded group
    double width = 0, height = 0;
};

// Lays out what is unfolded: every unfolded group alone, the innermost first, then as a box in the group around it. Lines
// that cross a frame do so at a port which both sides share. A group whose content and ports are as they were is not laid out
// again, so that unfolding one costs itself and the groups around it.
//
// One object for one view of one graph; not for use by several threads at once.
class CompoundLayouter {
public:
    using Engine = std::function<Result<Layout>(const LayoutGraph&, const LayoutOptions&, Progress&)>;

    // No engine: layout().
    explicit CompoundLayouter(LayoutOptions options, Engine engine = {});

    // `expanded` says of each group whether it is unfolded; a group in a folded one is not visible whatever it says.
    // Error::cancelled() within 100 ms of progress.cancel(); the engine's error; ErrorKind::Usage where indices are wrong.
    Result<CompoundLayout> run(const CompoundGraph& graph, const std::vector<bool>& expanded, const CompoundSizes& sizes,
                               Progress& progress);

    // How many groups the last run laid out anew.
    std::size_t laidOut() const { return m_laidOut; }

private:
    struct Known {
        LayoutGraph graph;
        Layout layout;
    };

    LayoutOptions m_options;
    Engine m_engine;
    std::unordered_map<std::uint32_t, Known> m_known;  // by group
    std::size_t m_laidOut = 0;
};

}  // namespace tenscope

#pragma once

#include <cstdint>
#include <vector>

#include "core/base/progress.h"
#include "core/base/result.h"

namespace tenscope {

struct Point {
    double x = 0, y = 0;
    bool operator==(const Point&) const = default;
};

struct Rect {
    double x = 0, y = 0, width = 0, height = 0;  // left, top; y grows downward

    double right() const { return x + width; }
    double bottom() const { return y + height; }
};

// What a layout engine gets: boxes and directed edges between them, nothing of models. Lengths are diagram units
// (pixels at 100%). Edges flow from top to bottom; cycles, self-loops, multi-edges and disconnected parts are allowed.
struct LayoutGraph {
    struct Box {
        // A box kept in the first or last layer has it for itself and others kept there: ports in a frame, say.
        enum class Layer : std::uint8_t { Free, First, Last };

        double width = 0, height = 0;
        Layer layer = Layer::Free;
        bool operator==(const Box&) const = default;
    };
    struct Edge {
        std::uint32_t from = 0, to = 0;  // indices of boxes
        // Where on the bottom of `from` and the top of `to` it attaches, as order among the box's ports: 0 … n − 1, from
        // the left. The engine keeps this order where it can.
        std::uint32_t fromPort = 0, toPort = 0;
        // Where exactly, from the box's left, where that is settled; negative: the engine spreads the ports. All edges of
        // one fromPort leave at the same place.
        double fromX = -1, toX = -1;
        double labelWidth = 0, labelHeight = 0;  // room to keep for a label beside it; 0: none
        bool operator==(const Edge&) const = default;
    };
    std::vector<Box> boxes;
    std::vector<Edge> edges;

    bool operator==(const LayoutGraph&) const = default;
};

enum class LayoutEngine : std::uint8_t {
    Automatic,  // what suits each connected part
    Layered,
    Graphviz,
};

struct LayoutOptions {
    LayoutEngine engine = LayoutEngine::Automatic;
    double layerGap = 36;   // between the bottom of one layer and the top of the next, where no label asks for more
    double boxGap = 24;     // between neighbours in a layer
    double edgeGap = 12;    // between two edges that run side by side
    double margin = 16;     // around all
};

// The result: same indices as the graph. A route starts on the bottom edge of its source box and ends on the top edge of its
// target (self-loops at the side); it is an orthogonal or polyline path whose corners the view rounds. No route runs
// through a box other than its own ends.
struct Layout {
    std::vector<Rect> boxes;
    std::vector<std::vector<Point>> routes;
    std::vector<Point> labels;  // centre of each edge's label; meaningless where it has none
    double width = 0, height = 0;
};

// Lays out a graph with the engine that the options name. Automatic: Graphviz where an estimate of its virtual nodes says that it is
// quick, the layered layout elsewhere. Deterministic. Error::cancelled() within 100 ms of progress.cancel(), except where Graphviz is
// asked for by name: it cannot be stopped. ErrorKind::Run where that fails.
Result<Layout> layout(const LayoutGraph& graph, const LayoutOptions& options, Progress& progress);

}  // namespace tenscope

#pragma once

#include <cstddef>
#include <set>

#include "core/layout/hierarchy.h"
#include "core/layout/layoutgraph.h"
#include "ui/diagram/diagramfonts.h"

namespace tenscope {

// Which modules a diagram shows unfolded.
struct Expansion {
    enum class Kind {
        Automatic,  // as deep as gives some tens of boxes
        All,        // nothing is folded
        Depth,      // modules less than `depth` deep are unfolded; 0: none
        Chosen,     // exactly `modules`, as far as the modules around them are unfolded too
    };
    Kind kind = Kind::Automatic;
    int depth = 0;
    std::set<ModuleId> modules;  // of the graph's Hierarchy

    static Expansion all() { return {Kind::All, 0, {}}; }
    static Expansion none() { return {Kind::Depth, 0, {}}; }
    static Expansion toDepth(int depth) { return {Kind::Depth, depth, {}}; }
    static Expansion chosen(std::set<ModuleId> modules) { return {Kind::Chosen, 0, std::move(modules)}; }
};

// What a diagram shows of a graph. A value that a thread can take along.
struct DiagramOptions {
    Expansion expansion;
    bool showPlumbing = false;    // constants, list and tuple building as nodes of their own
    bool showShapes = true;       // labels on edges
    bool reserveRunLine = false;  // room in every node for time and facts of a run
    // A value that feeds more nodes than this is written into them instead of drawn as edges. 0: never.
    std::size_t stubsFrom = 24;
    DiagramFonts fonts = DiagramFonts::standard();
    LayoutOptions layout;
};

}  // namespace tenscope

#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <variant>

#include <QPointF>

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
        Kept,       // what `modules` of `before` showed, before the graph was edited and its modules became others
    };
    Kind kind = Kind::Automatic;
    int depth = 0;
    std::set<ModuleId> modules;  // of the graph's Hierarchy
    std::shared_ptr<const Hierarchy> before = {};

    static Expansion all() { return {Kind::All, 0, {}}; }
    static Expansion none() { return {Kind::Depth, 0, {}}; }
    static Expansion toDepth(int depth) { return {Kind::Depth, depth, {}}; }
    static Expansion chosen(std::set<ModuleId> modules) { return {Kind::Chosen, 0, std::move(modules)}; }
    static Expansion kept(std::shared_ptr<const Hierarchy> before, std::set<ModuleId> modules)
    {
        return {Kind::Kept, 0, std::move(modules), std::move(before)};
    }
};

// How far people have moved boxes from where the layout puts them, in diagram units: nodes, and the graph's inputs, outputs and
// captured values. Said as a way and not as a place, so that a box goes on standing beside what it was put beside when
// the layout around it changes.
using Displacements = std::map<std::variant<NodeId, ValueId>, QPointF>;

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
    Displacements displacements;
};

}  // namespace tenscope

#pragma once

#include "core/graph/id.h"
#include "ui/diagram/diagram.h"

class QMenu;

namespace tenscope {

class GraphView;

// Fills the menus of a GraphView for its current selection.
class GraphMenu {
public:
    explicit GraphMenu(GraphView& view) : m_view(view) {}

    void fill(QMenu& menu);
    // One entry for each body of the node.
    void addBodies(QMenu& menu, NodeId node);
    // One entry for each level down to which the modules can be unfolded.
    void addDepths(QMenu& menu);

private:
    void addNeighbours(QMenu& menu, Diagram::Index box, bool producers);

    GraphView& m_view;
};

}  // namespace tenscope

#pragma once

#include <QPointF>
#include <optional>
#include <vector>

#include "core/edit/connection.h"
#include "ui/diagram/diagram.h"

namespace tenscope {

// A place on a box's upper side where a value can arrive, or on its lower side where one leaves.
struct ArrivingPort {
    Destination destination;
    QPointF place;  // diagram units
    QString name;   // "X", "inputs[2]"; may be empty
};
struct LeavingPort {
    ValueId value;
    QPointF place;
    QString name;
};

// All inputs that the box's node has or may still get: where edges arrive, the places of those; the others beside them.
// Empty for modules: what is folded has no ports that could be told apart.
std::vector<ArrivingPort> arrivingPorts(const Diagram& diagram, const Model& model, Diagram::Index box);
// What the node computes, or the value that an input of the graph stands for.
std::vector<LeavingPort> leavingPorts(const Diagram& diagram, const Model& model, Diagram::Index box);

// Where the edge arrives in the model. Nothing where the diagram shows less than there is: a bundle of edges, a folded module, a
// list that is looked through, a body that reads the value.
std::optional<Destination> destinationOf(const Diagram& diagram, const Model& model, const DiagramEdge& edge);

// The node, input or output under the cursor, or a bit beside it (`margin`, diagram units).
std::optional<Diagram::Index> boxNear(const Diagram& diagram, QPointF place, double margin);

}  // namespace tenscope

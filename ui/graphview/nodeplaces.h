#pragma once

#include <QString>
#include <map>

#include "core/graph/model.h"
#include "ui/diagram/diagramoptions.h"

namespace tenscope {

// Where people have put nodes, for each graph of one file. A state of the view and not of the model: no edit, no undo, nothing
// in the file. It is kept beside the program's other data, by the names of values, since ids are new with every reading.
class NodePlaces {
public:
    const Displacements& of(GraphId graph) const;
    bool isEmpty(GraphId graph) const { return of(graph).empty(); }
    // Adds to what was there.
    void move(GraphId graph, const Displacements& further);
    void forget(GraphId graph);

    // What is known of the model in that file. Never fails: what cannot be read is as if nobody had moved anything.
    static NodePlaces read(const QString& file, const Model& model);
    // Takes the place of what was kept for the file; nothing is kept where nothing was moved.
    void write(const QString& file, const Model& model) const;

private:
    std::map<GraphId, Displacements> m_graphs;
};

}  // namespace tenscope

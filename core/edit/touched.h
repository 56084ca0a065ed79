#pragma once

#include <vector>

#include "core/edit/edit.h"

namespace tenscope {

// What an edit changed, for whoever shows or caches it. Each id stands once, in ascending order; some may be of objects that
// the edit removed.
struct Touched {
    std::vector<GraphId> graphs;  // whose own lists changed: nodes, inputs, outputs, stored tensors
    std::vector<NodeId> nodes;
    std::vector<ValueId> values;
    std::vector<TensorId> tensors;
    bool isWiring = false;   // nodes, edges or ports came, went or moved: the diagram is laid out anew
    bool isLabels = false;   // names, attributes, operators, types: what boxes and edges say
    bool isResults = false;  // what the model computes may be another: runs and inferred shapes are out of date

    void add(const Touched& other);
    // Whether both touch the same object, so that neither can be taken back without regard to the other.
    bool overlaps(const Touched& other) const;
};

// `model` as the edit left it, `inverse` as applyEdit() gave it.
Touched touched(const Model& model, const Edit& edit, const Edit& inverse);

}  // namespace tenscope

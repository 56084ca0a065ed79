#pragma once

#include <map>
#include <span>
#include <string>

#include "core/edit/edit.h"

namespace tenscope {

struct InsertOptions {
    // Values of `from` that are values of the target already: what is read outside of the nodes that are inserted. Values of
    // `from` that are neither here nor inserted are left out of inputs.
    std::map<ValueId, ValueId> connections;
    std::string prefix;  // before the names of nodes and values that are added
    NodeId before;       // where they go; invalid: at the end
    // The target is `from` itself: what is read from outside, stored tensors included, is read there by the copies too.
    bool isSameModel = false;
    // The outputs of `from`'s own graph become outputs of the graph that they are inserted into, its inputs inputs, where
    // `connections` does not say otherwise.
    bool takesPorts = false;
};

// Copies nodes of one graph, with their bodies, stored tensors, types, descriptions and metadata, into a graph of the target:
// paste and duplicate. Names that are taken get a number behind them. Fails (ErrorKind::Usage) with a sentence where the
// models are of different dialects, or a node holds what cannot be copied.
Result<Edit> insertNodes(const Model& target, GraphId into, const Model& from, std::span<const NodeId> nodes,
                         const InsertOptions& options);

// Merges a whole model into the target's own graph: `joined` says by which outputs of the target which inputs of `from` are
// fed. What is joined is no output of the target any more; other inputs and outputs of `from` become the target's, and so do
// opsets that the target does not import. Fails where both import different versions of a domain, or `from` has functions
// that the target lacks.
Result<Edit> mergeModel(const Model& target, const Model& from, const std::map<ValueId, ValueId>& joined, const std::string& prefix);

}  // namespace tenscope

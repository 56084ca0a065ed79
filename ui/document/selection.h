#pragma once

#include <vector>

#include "core/graph/id.h"

namespace tenscope {

// What the user has selected in a document. The last node is the current one: what the panels show.
struct Selection {
    std::vector<NodeId> nodes;
    ValueId value;    // a selected graph input, output or edge; invalid: none
    ScopeId scope;    // a selected module; invalid: none

    bool isEmpty() const { return nodes.empty() && !value && !scope; }
    NodeId current() const { return nodes.empty() ? NodeId() : nodes.back(); }
    bool operator==(const Selection&) const = default;
};

}  // namespace tenscope

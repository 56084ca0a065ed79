#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/edit/edit.h"

namespace tenscope {

// One of the outputs of a graph, as a place where a value arrives.
struct OutputPort {
    GraphId graph;
    std::uint32_t position = 0;
    bool operator==(const OutputPort&) const = default;
};

// Where a value arrives: an input of a node, or an output of a graph.
using Destination = std::variant<Use, OutputPort>;

// Tells which connections would be legal while people drag one end of an edge. What takes time is done once, when the other
// end is known: it looks at all that the value is computed from, or all that is computed from the destination.
class ConnectionRules {
public:
    // For a value that looks for a destination. `model` must outlive the rules.
    ConnectionRules(const Model& model, ValueId value);
    // For a destination that looks for a value.
    ConnectionRules(const Model& model, const Destination& destination);

    // Why the value cannot arrive there, as a sentence; empty where it can: both are in graphs that see each other, no circle
    // comes of it, the operator has such an input, and takes such a type, as far as types are known. One of the two must be
    // what the rules were made for.
    std::string whyNot(ValueId value, const Destination& destination) const;

private:
    void closeUpstream(ValueId value);
    void closeDownstream(NodeId node);
    void open(NodeId node, std::vector<NodeId>& pending);

    const Model& m_model;
    std::vector<bool> m_closes;  // by node: of destinations that the value is computed from, or of values' producers
};

// What arrives there now; invalid where nothing does, or the place is one past the last input.
ValueId valueAt(const Model& model, const Destination& destination);

// Leads the value there instead of what arrived there before. An input beyond the last one is added, optional ones before it
// are left out.
Result<Edit> connectValue(const Model& model, ValueId value, const Destination& destination);

// Leaves the destination without a value: an optional input is left out, one of a list goes, an output of a graph is none
// any more.
Result<Edit> removeConnection(const Model& model, const Destination& destination);

// Takes the end of an edge from one destination to another. Two inputs of one node swap what they read.
Result<Edit> moveConnection(const Model& model, const Destination& from, const Destination& to);

}  // namespace tenscope

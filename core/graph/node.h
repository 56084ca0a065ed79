#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/graph/attribute.h"
#include "core/graph/id.h"

namespace tenscope {

// One input of a node. An invalid value is an optional input that was left out.
struct Input {
    ValueId value;
    std::uint32_t useIndex = 0;  // of this input in Value::uses(): what makes rewiring O(1). Kept by Model.
};

// An application of an operator. Made, wired and removed by Model only; attributes and names change freely.
struct Node {
    OperatorId op;
    GraphId graph;  // the graph that holds it
    ScopeId scope;  // the module it was written in; invalid: the model itself
    std::string name;  // as in the file; may be empty; not unique in broken or old files
    std::vector<Attribute> attributes;
    ByteRange origin;

    const std::vector<Input>& inputs() const { return m_inputs; }
    const std::vector<ValueId>& outputs() const { return m_outputs; }
    const Attribute* attribute(std::string_view wanted) const
    {
        for (const Attribute& candidate : attributes)
            if (candidate.name == wanted)
                return &candidate;
        return nullptr;
    }

    // The order of execution inside its graph: a doubly linked list, so that inserting and removing are O(1).
    NodeId previous() const { return m_previous; }
    NodeId next() const { return m_next; }
    bool isAlive() const { return m_alive; }

private:
    friend class Model;
    std::vector<Input> m_inputs;
    std::vector<ValueId> m_outputs;
    NodeId m_previous, m_next;
    bool m_alive = true;
};

}  // namespace tenscope

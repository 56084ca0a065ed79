#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "core/graph/id.h"
#include "core/graph/tensor.h"

namespace tenscope {

// A graph: the model's own, a body of If, Loop or Scan, or a function's. Its nodes are a linked list in Model.
struct Graph {
    std::string name;
    NodeId owner;  // the node whose body this is; invalid for the model's own graph, methods and functions
    std::string role;  // of a body: the attribute that holds it: "then_branch", "body"
    std::vector<ValueId> inputs;
    std::vector<ValueId> outputs;  // invalid, or a value that nothing produces: a name that nothing defines (an issue says so)
    std::vector<ValueId> initializers;  // stored tensors defined here, in the file's order
    ByteRange origin;
    std::string docString;
    std::vector<std::pair<std::string, std::string>> metadata;

    NodeId first() const { return m_first; }
    NodeId last() const { return m_last; }
    std::size_t nodeCount() const { return m_nodeCount; }

private:
    friend class Model;
    NodeId m_first, m_last;
    std::size_t m_nodeCount = 0;
};

}  // namespace tenscope

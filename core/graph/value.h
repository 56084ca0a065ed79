#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/graph/id.h"
#include "core/graph/type.h"

namespace tenscope {

// A node's input slot that reads a value. Subgraphs read values of the graphs around them the same way.
struct Use {
    NodeId node;
    std::uint32_t input = 0;
    bool operator==(const Use&) const = default;
};

// What flows along an edge: a node's output, a graph's input, or a stored tensor (an initializer, a parameter).
struct Value {
    std::string name;  // ONNX: unique in its graph; TorchScript: the debug name, or the state-dict name of a parameter
    Type type;
    GraphId graph;    // the graph in which it is defined
    TensorId tensor;  // the stored data of an initializer, parameter or buffer; else invalid
    bool isTypeInferred = false;  // nobody has stated `type`: it follows from the nodes, and is in no file
    bool isParameter = false;  // of stored tensors in TorchScript: trained, not a buffer

    // The type as the file or an edit states it; unknown where it is only inferred.
    Type statedType() const { return isTypeInferred ? Type() : type; }

    NodeId producer() const { return m_producer; }  // invalid: graph input or stored tensor
    std::uint32_t producerOutput() const { return m_producerOutput; }
    const std::vector<Use>& uses() const { return m_uses; }  // in no particular order; graph outputs are not among them
    bool isAlive() const { return m_alive; }

private:
    friend class Model;
    NodeId m_producer;
    std::uint32_t m_producerOutput = 0;
    std::vector<Use> m_uses;
    bool m_alive = true;
};

}  // namespace tenscope

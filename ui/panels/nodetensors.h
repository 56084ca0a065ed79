#pragma once

#include <QString>
#include <vector>

#include "core/graph/model.h"

namespace tenscope {

// A stored tensor that a node reads.
struct NodeTensor {
    QString role;  // the operator's name for it: "W", "weight"; its own name where no schema is known
    TensorId tensor;
    ValueId value;  // by which it arrives; invalid where it is an attribute
};

// The stored tensors that the node reads, in the order of its inputs, then those among its attributes.
std::vector<NodeTensor> nodeTensors(const Model& model, NodeId node);

// "layer1.0.conv1.weight": the tensor's own name, or else the value's, or else a word for it.
QString tensorTitle(const Model& model, TensorId tensor, ValueId value);

}  // namespace tenscope

#pragma once

#include <span>
#include <string>

#include "core/edit/connection.h"

// Nodes from a palette. The operator is named by domain and name, and is one of ONNX's or a function of the model. What its
// schema asks for is there afterwards: required attributes with a neutral value, bodies, the domain's import. Outputs get names that
// are free; their types are left to inference. All fail (ErrorKind::Usage) with a sentence where it cannot be done.
namespace tenscope {

struct OperatorName {
    std::string domain;
    std::string name;
    bool operator==(const OperatorName&) const = default;
};

// A node at the end of the graph that reads `inputs` by its first inputs. Takes the next node id.
Result<Edit> addOperator(const Model& model, GraphId graph, const OperatorName& op, std::span<const ValueId> inputs);

// A node between a value and one place where it arrives: it reads the value by the first input that takes its type. An output
// of the model keeps its name and stated type: the value before it gets another name. Takes the next node id.
Result<Edit> insertOperator(const Model& model, const Destination& destination, const OperatorName& op);

// Makes the node one of another operator. Inputs and outputs stay; they must be as many, and of the types, as the new operator
// takes. Attributes that it does not know go.
Result<Edit> replaceOperator(const Model& model, NodeId node, const OperatorName& op);

}  // namespace tenscope

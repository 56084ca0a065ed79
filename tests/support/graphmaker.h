#pragma once

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "core/graph/model.h"

namespace tenscope {

// Builds small ONNX-dialect models by hand, as a test would write them down.
class GraphMaker {
public:
    GraphMaker()
    {
        model.opsets[""] = 17;
        model.mainGraph = graph = model.addGraph("main");
    }

    ValueId input(const std::string& name, const std::vector<std::int64_t>& shape)
    {
        const ValueId value = model.addValue(graph, name, Type::tensor(ElementType::Float32, shape));
        model.graph(graph).inputs.push_back(value);
        return value;
    }

    ValueId weight(const std::string& name, const std::vector<std::int64_t>& shape)
    {
        Tensor tensor;
        tensor.name = name;
        tensor.element = ElementType::Float32;
        tensor.shape = shape;
        return model.addStoredValue(graph, name, model.addTensor(std::move(tensor)));
    }

    ValueId integers(const std::string& name, const std::vector<std::int64_t>& values)
    {
        auto bytes = std::make_shared<std::vector<std::byte>>(values.size() * 8);
        std::memcpy(bytes->data(), values.data(), bytes->size());
        Tensor tensor;
        tensor.name = name;
        tensor.element = ElementType::Int64;
        tensor.shape = {std::int64_t(values.size())};
        tensor.data = OwnedBytes{bytes};
        return model.addStoredValue(graph, name, model.addTensor(std::move(tensor)));
    }

    // One output, of `shape` where it is not empty. `formal` are the names of the inputs in the schema.
    ValueId node(const std::string& op, const std::string& name, const std::vector<ValueId>& inputs, std::vector<Attribute> attributes = {},
                 const std::vector<std::int64_t>& shape = {}, std::vector<std::string> formal = {}, const std::string& domain = "")
    {
        Operator wanted;
        wanted.domain = domain;
        wanted.name = op;
        wanted.inputNames = std::move(formal);
        const ValueId output = model.addValue(graph, name + "_out", shape.empty() ? Type() : Type::tensor(ElementType::Float32, shape));
        last = model.addNode(graph, model.addOperator(wanted), inputs, std::vector<ValueId>{output});
        model.node(last).name = name;
        model.node(last).attributes = std::move(attributes);
        return output;
    }

    void output(ValueId value) { model.graph(graph).outputs.push_back(value); }

    Model model;
    GraphId graph;  // where things are added
    NodeId last;    // the node added last
};

inline Attribute attribute(std::string name, AttributeValue value)
{
    return {std::move(name), std::move(value), true, {}};
}

}  // namespace tenscope

#include "tests/support/modeltext.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <vector>

#include "core/graph/text.h"

namespace tenscope {

namespace {

std::string hash(std::span<const std::byte> bytes)
{
    return std::to_string(std::hash<std::string_view>{}({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
}

class Writer {
public:
    explicit Writer(const Model& model) : m_model(model) {}

    std::string model()
    {
        std::string text = "ir " + std::to_string(m_model.irVersion) + " domain " + m_model.domain + " version " +
                           std::to_string(m_model.modelVersion) + " doc " + m_model.docString + '\n';
        for (const auto& [domain, version] : m_model.opsets)
            text += "opset " + domain + ' ' + std::to_string(version) + '\n';
        text += entries(m_model.metadata) + graph(m_model.mainGraph, "");
        for (const Function& function : m_model.functions) {
            text += "function " + function.domain + '.' + function.name + ':' + function.overload + '\n';
            for (const auto& [domain, version] : function.opsets)
                text += "  opset " + domain + ' ' + std::to_string(version) + '\n';
            m_isFunction = true;
            text += graph(function.graph, "  ");
            m_isFunction = false;
        }
        return text;
    }

private:
    static std::string entries(const std::vector<std::pair<std::string, std::string>>& list)
    {
        std::string text;
        for (const auto& [key, value] : list)
            text += " {" + key + '=' + value + '}';
        return text + '\n';
    }

    std::string name(ValueId id) const { return id ? '"' + m_model.value(id).name + '"' : "-"; }

    std::string port(ValueId id, bool isTyped) const
    {
        std::string text = name(id);
        if (!id)
            return text;
        if (isTyped && !m_isFunction)
            text += ": " + toString(m_model.value(id).type);
        if (const auto found = m_model.valueMetadata->find(id); found != m_model.valueMetadata->end())
            text += entries(found->second);
        return text;
    }

    std::string tensor(TensorId id) const
    {
        const Tensor& tensor = m_model.tensor(id);
        std::string text = tensor.name + ": " + toString(tensor.type());
        if (const auto* sparse = std::get_if<SparseData>(&tensor.data))
            return text + " of " + this->tensor(sparse->values) + " at " + this->tensor(sparse->indices);
        text += " doc " + tensor.docString + entries(tensor.metadata);
        if (const auto* strings = std::get_if<OwnedStrings>(&tensor.data)) {
            for (const std::string& item : *strings->strings)
                text += " \"" + item + '"';
            return text;
        }
        const auto bytes = tensor.bytes();
        return text + (bytes ? " data " + hash(*bytes) : " no data");
    }

    std::string attribute(const Attribute& attribute, const std::string& indent)
    {
        std::string text = indent + "  ." + attribute.name + " = ";
        const AttributeValue& value = attribute.value;
        if (const auto* one = std::get_if<TensorId>(&value))
            return text + tensor(*one) + '\n';
        if (const auto* several = std::get_if<std::vector<TensorId>>(&value)) {
            for (const TensorId id : *several)
                text += tensor(id) + "; ";
            return text + '\n';
        }
        if (const auto* one = std::get_if<GraphId>(&value))
            return text + '\n' + graph(*one, indent + "    ");
        if (const auto* several = std::get_if<std::vector<GraphId>>(&value)) {
            text += '\n';
            for (const GraphId id : *several)
                text += graph(id, indent + "    ");
            return text;
        }
        return text + std::to_string(value.index()) + ' ' + toString(m_model, attribute, 1 << 20) + '\n';
    }

    std::string node(NodeId id, const std::string& indent)
    {
        const Node& node = m_model.node(id);
        const bool isConstant = m_model.op(node.op).name == "Constant";
        std::string text = indent + qualifiedName(m_model, id) + ':' + m_model.op(node.op).overload + " \"" + node.name + "\" (";
        for (const Input& input : node.inputs())
            text += name(input.value) + ", ";
        text += ") → (";
        for (const ValueId output : node.outputs())
            text += port(output, !isConstant && !m_model.value(output).name.empty()) + ", ";
        text += ")\n";
        if (const auto doc = m_model.nodeDocStrings->find(id); doc != m_model.nodeDocStrings->end())
            text += indent + "  doc " + doc->second + '\n';
        if (const auto data = m_model.nodeMetadata->find(id); data != m_model.nodeMetadata->end())
            text += indent + "  " + entries(data->second);
        for (const Attribute& one : node.attributes)
            text += attribute(one, indent);
        return text;
    }

    std::string graph(GraphId id, const std::string& indent)
    {
        const Graph& graph = m_model.graph(id);
        std::string text = indent + "graph " + graph.name + " doc " + graph.docString + entries(graph.metadata);
        for (const ValueId value : graph.inputs)
            if (!value || !m_model.value(value).tensor)
                text += indent + "in " + port(value, true) + '\n';
        for (const ValueId value : graph.initializers)
            text += indent + "stored " + port(value, false) + ' ' + tensor(m_model.value(value).tensor) + '\n';
        std::vector<std::string> nodes;
        for (const NodeId node : m_model.nodes(id))
            nodes.push_back(this->node(node, indent + "  "));
        std::sort(nodes.begin(), nodes.end());
        for (const std::string& node : nodes)
            text += node;
        for (const ValueId value : graph.outputs)
            text += indent + "out " + name(value) + '\n';
        return text;
    }

    const Model& m_model;
    bool m_isFunction = false;
};

}  // namespace

std::string modelText(const Model& model)
{
    return Writer(model).model();
}

}  // namespace tenscope

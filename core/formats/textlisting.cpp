#include "core/formats/textlisting.h"

#include "core/formats/formats.h"
#include "core/graph/text.h"

namespace tenscope {

namespace {

class TextListing {
public:
    explicit TextListing(const Model& model) : m_model(model) {}

    std::string make()
    {
        m_text = std::string(formatInfo(m_model.format).title);
        if (m_model.format == Format::Onnx && m_model.irVersion > 0)
            m_text += ", IR version " + std::to_string(m_model.irVersion);
        if (!m_model.producer.empty())
            m_text += ", by " + m_model.producer;
        m_text += '\n';
        for (const auto& [domain, version] : m_model.opsets)
            m_text += "opset " + (domain.empty() ? std::string("ai.onnx") : domain) + ' ' + std::to_string(version) + '\n';
        for (const auto& [key, value] : m_model.metadata)
            m_text += "metadata " + key + ": " + value + '\n';
        if (m_model.mainGraph) {
            m_text += "\ngraph " + m_model.graph(m_model.mainGraph).name + '\n';
            addGraph(m_model.mainGraph, 1);
        } else {
            for (std::size_t v = 0; v < m_model.valueCount(); ++v)
                if (m_model.value(ValueId(v)).isAlive())
                    addPort("tensor", ValueId(v), 0);
        }
        for (const Function& function : m_model.functions) {
            m_text += "\nfunction " + (function.domain.empty() ? std::string() : function.domain + '.') + function.name + '\n';
            for (const std::string& attribute : function.attributeNames)
                indent(1) += "attribute " + attribute + '\n';
            addGraph(function.graph, 1);
        }
        return std::move(m_text);
    }

private:
    std::string& indent(int depth) { return m_text.append(std::size_t(2 * depth), ' '); }

    void addPort(const char* what, ValueId id, int depth)
    {
        indent(depth) += what;
        if (!id) {
            m_text += " (nothing)\n";
            return;
        }
        const Value& value = m_model.value(id);
        m_text += ' ' + value.name;
        if (value.type.kind != Type::Kind::Unknown)
            m_text += ": " + toString(value.type);
        m_text += '\n';
    }

    void addGraph(GraphId id, int depth)
    {
        const Graph& graph = m_model.graph(id);
        for (const ValueId input : graph.inputs)
            addPort("input", input, depth);
        for (const ValueId initializer : graph.initializers)
            addPort("weight", initializer, depth);
        for (const NodeId node : m_model.nodes(id))
            addNode(node, depth);
        for (const ValueId output : graph.outputs)
            addPort("output", output, depth);
    }

    void addNode(NodeId id, int depth)
    {
        const Node& node = m_model.node(id);
        indent(depth);
        bool isFirst = true;
        for (const ValueId output : node.outputs()) {
            const Value& value = m_model.value(output);
            m_text += (isFirst ? "" : ", ") + (value.name.empty() ? std::string("_") : value.name);
            if (value.type.kind != Type::Kind::Unknown)
                m_text += ": " + toString(value.type);
            isFirst = false;
        }
        m_text += (isFirst ? "" : " = ") + qualifiedName(m_model, id);
        if (!m_model.op(id).overload.empty())
            m_text += '.' + m_model.op(id).overload;
        m_text += '(';
        isFirst = true;
        for (const Input& input : node.inputs()) {
            m_text += (isFirst ? "" : ", ") + (input.value ? m_model.value(input.value).name : std::string("_"));
            isFirst = false;
        }
        m_text += ')';
        isFirst = true;
        for (const Attribute& attribute : node.attributes) {
            if (isBody(attribute))
                continue;
            m_text += (isFirst ? " [" : ", ") + attribute.name + '=' + oneLine(toString(m_model, attribute));
            isFirst = false;
        }
        if (!isFirst)
            m_text += ']';
        if (!node.name.empty())
            m_text += "  # " + node.name;
        else if (node.scope)
            m_text += "  # " + m_model.path(node.scope);
        m_text += '\n';
        for (const GraphId body : m_model.bodies(id)) {
            indent(depth + 1) += m_model.graph(body).role + ' ' + m_model.graph(body).name + '\n';
            addGraph(body, depth + 2);
        }
    }

    static bool isBody(const Attribute& attribute)
    {
        return std::holds_alternative<GraphId>(attribute.value) || std::holds_alternative<std::vector<GraphId>>(attribute.value);
    }

    static std::string oneLine(std::string text)
    {
        for (char& c : text)
            if (c == '\n' || c == '\r')
                c = ' ';
        return text;
    }

    const Model& m_model;
    std::string m_text;
};

}  // namespace

std::string textListing(const Model& model)
{
    return TextListing(model).make();
}

}  // namespace tenscope

#include "core/edit/apply.h"

#include <algorithm>

#include "core/edit/applier.h"
#include "core/graph/text.h"

namespace tenscope {

namespace {

bool isAmongOutputs(const Model& model, ValueId value, GraphId graph)
{
    const std::vector<ValueId>& outputs = model.graph(graph).outputs;
    return std::find(outputs.begin(), outputs.end(), value) != outputs.end();
}

// The nodes that `value` is computed from, asked for `wanted`. A node is computed from its inputs and from what the nodes
// in its bodies read.
class Circle {
public:
    Circle(const Model& model, NodeId wanted) : m_model(model), m_isWanted(model.nodeCount()), m_isSeen(model.nodeCount())
    {
        for (NodeId node = wanted; node; node = model.graph(model.node(node).graph).owner)
            m_isWanted[node.index()] = true;
    }

    bool closes(ValueId value)
    {
        follow(value);
        while (!m_open.empty()) {
            const NodeId node = m_open.back();
            m_open.pop_back();
            if (m_isWanted[node.index()])
                return true;
            for (const Input& input : m_model.node(node).inputs())
                follow(input.value);
            for (const GraphId body : m_model.bodies(node)) {
                for (const NodeId inner : m_model.nodes(body))
                    open(inner);
                for (const ValueId output : m_model.graph(body).outputs)
                    follow(output);
            }
        }
        return false;
    }

private:
    void follow(ValueId value)
    {
        if (value && m_model.value(value).producer())
            open(m_model.value(value).producer());
    }
    void open(NodeId node)
    {
        if (m_isSeen[node.index()])
            return;
        m_isSeen[node.index()] = true;
        m_open.push_back(node);
    }

    const Model& m_model;
    std::vector<bool> m_isWanted, m_isSeen;
    std::vector<NodeId> m_open;
};

}  // namespace

std::string quoted(const Model& model, ValueId id)
{
    const std::string& name = model.value(id).name;
    return name.empty() ? "value " + std::to_string(id.index()) : '"' + name + '"';
}

std::string quoted(const Model& model, NodeId id)
{
    return '"' + displayName(model, id) + "\" (" + qualifiedName(model, id) + ')';
}

Result<Edit> applyEdit(Model& model, const Edit& edit)
{
    Applier applier(model);
    return std::visit([&](const auto& one) { return applier(one); }, edit);
}

Result<Edit> Applier::operator()(const Macro& macro)
{
    const Model::Mark mark = m_model.mark();
    Macro inverse;
    inverse.title = macro.title;
    inverse.edits.reserve(macro.edits.size());
    for (const Edit& edit : macro.edits) {
        Result<Edit> undo = applyEdit(m_model, edit);
        if (undo) {
            inverse.edits.push_back(std::move(*undo));
            continue;
        }
        for (auto done = inverse.edits.rbegin(); done != inverse.edits.rend(); ++done)
            (void)applyEdit(m_model, *done);
        m_model.shrinkTo(mark);
        return undo;
    }
    std::reverse(inverse.edits.begin(), inverse.edits.end());
    return Edit(std::move(inverse));
}

bool isVisible(const Model& model, GraphId graph, GraphId definedIn)
{
    while (graph && graph != definedIn) {
        const NodeId owner = model.graph(graph).owner;
        graph = owner ? model.node(owner).graph : GraphId();
    }
    return graph.isValid();
}

bool isNameTaken(const Model& model, GraphId graph, std::string_view name, ValueId except)
{
    if (name.empty())
        return false;
    for (std::size_t v = 0; v < model.valueCount(); ++v) {
        const Value& value = model.value(ValueId(v));
        if (value.isAlive() && value.name == name && ValueId(v) != except &&
            (isVisible(model, graph, value.graph) || isVisible(model, value.graph, graph)))
            return true;
    }
    return false;
}

std::string freeName(const Model& model, GraphId graph, const std::string& wanted)
{
    std::string name = wanted;
    for (int number = 1; isNameTaken(model, graph, name); ++number)
        name = wanted + '_' + std::to_string(number);
    return name;
}

bool isGraphOutput(const Model& model, ValueId value)
{
    // Outputs of a body may be values of the graphs around it.
    for (std::size_t g = 0; g < model.graphCount(); ++g)
        if (isAmongOutputs(model, value, GraphId(g)))
            return true;
    return false;
}

std::string whyNotConnect(const Model& model, NodeId node, ValueId value)
{
    const Node& reader = model.node(node);
    if (!isVisible(model, reader.graph, model.value(value).graph))
        return quoted(model, value) + " lives in another graph, where node " + quoted(model, node) + " cannot see it";
    const NodeId owner = model.graph(reader.graph).owner;
    const auto isUnused = [&](ValueId output) { return model.value(output).uses().empty(); };
    if (!owner && std::all_of(reader.outputs().begin(), reader.outputs().end(), isUnused))
        return model.value(value).producer() == node ? "node " + quoted(model, node) + " cannot read its own output" : std::string();
    if (Circle(model, node).closes(value))
        return quoted(model, value) + " is computed from node " + quoted(model, node) + ": connecting them would close a circle";
    return {};
}

std::string_view kind(const Edit& edit)
{
    // In the order of the variant.
    static constexpr std::string_view names[] = {
        "rename_node",        "add_node",           "remove_node",          "move_node",           "set_operator",
        "set_input",          "set_inputs",         "add_node_output",      "remove_node_output",  "set_attribute",
        "remove_attribute",   "add_body",           "rename_value",         "set_value_type",      "rename_graph",
        "add_graph_input",    "remove_graph_input", "add_graph_output",     "remove_graph_output", "set_graph_output",
        "add_stored_tensor",  "remove_stored_tensor", "replace_tensor",     "rename_tensor",       "set_metadata",
        "set_doc_string",     "set_model_info",     "set_opset",            "remove_node",         "remove_node_output",
        "remove_attribute",   "add_body",           "add_body",             "remove_graph_input",  "remove_stored_tensor",
        "macro",
    };
    static_assert(std::size(names) == std::variant_size_v<Edit>);
    return names[edit.index()];
}

Place place(const Model& model, const Edit& edit)
{
    return std::visit(
        [&](const auto& one) -> Place {
            using Kind = std::decay_t<decltype(one)>;
            if constexpr (requires { one.edits; }) {
                return one.edits.empty() ? Place() : place(model, one.edits.front());
            } else if constexpr (requires { one.place; }) {
                return one.place;
            } else if constexpr (std::is_same_v<Kind, AddNode>) {
                return one.graph;
            } else if constexpr (requires { one.node; }) {
                return one.node;
            } else if constexpr (requires { one.value; }) {
                return one.value ? Place(one.value) : Place();
            } else if constexpr (std::is_same_v<Kind, ReplaceTensor> || std::is_same_v<Kind, RenameTensor>) {
                return one.tensor;
            } else if constexpr (requires { one.graph; }) {
                return one.graph;
            } else {
                return {};
            }
        },
        edit);
}

bool continues(const Edit& earlier, const Edit& later)
{
    if (earlier.index() != later.index())
        return false;
    return std::visit(
        [&](const auto& one) {
            using Kind = std::decay_t<decltype(one)>;
            const Kind& other = std::get<Kind>(later);
            if constexpr (std::is_same_v<Kind, RenameNode>)
                return one.node == other.node;
            else if constexpr (std::is_same_v<Kind, SetAttribute>)
                return one.node == other.node && one.attribute.attribute.name == other.attribute.attribute.name;
            else if constexpr (std::is_same_v<Kind, RenameValue> || std::is_same_v<Kind, SetValueType>)
                return one.value == other.value;
            else if constexpr (std::is_same_v<Kind, RenameGraph>)
                return one.graph == other.graph;
            else if constexpr (std::is_same_v<Kind, RenameTensor>)
                return one.tensor == other.tensor;
            else if constexpr (std::is_same_v<Kind, SetDocString> || std::is_same_v<Kind, SetMetadata>)
                return one.place == other.place;
            else
                return false;
        },
        earlier);
}

}  // namespace tenscope

// Edits of nodes: core/edit/applier.h.

#include <algorithm>

#include "core/edit/applier.h"
#include "core/edit/apply.h"

namespace tenscope {

namespace {

const char* const noNode = "there is no such node any more";

tl::unexpected<Error> refuse(std::string why)
{
    return fail(Error::usage(std::move(why)));
}

std::vector<ValueId> inputValues(const Node& node)
{
    std::vector<ValueId> values;
    values.reserve(node.inputs().size());
    for (const Input& input : node.inputs())
        values.push_back(input.value);
    return values;
}

std::size_t attributeIndex(const Node& node, const std::string& name)
{
    const auto found = std::find_if(node.attributes.begin(), node.attributes.end(), [&](const Attribute& a) { return a.name == name; });
    return std::size_t(found - node.attributes.begin());
}

bool isBody(const AttributeValue& value)
{
    return std::holds_alternative<GraphId>(value) || std::holds_alternative<std::vector<GraphId>>(value);
}

std::vector<GraphId> bodiesOf(const AttributeValue& value)
{
    if (const auto* one = std::get_if<GraphId>(&value))
        return {*one};
    if (const auto* several = std::get_if<std::vector<GraphId>>(&value))
        return *several;
    return {};
}

std::string roleOf(const std::string& attribute, bool isInList, std::size_t index)
{
    return isInList ? attribute + '[' + std::to_string(index) + ']' : attribute;
}

}  // namespace

std::string Applier::whyNotRead(GraphId graph, ValueId value) const
{
    if (!has(value))
        return "there is no such value any more";
    if (m_model.value(value).name.empty() && m_model.format == Format::Onnx)
        return "an output without a name cannot be connected; name it first";
    if (!isVisible(m_model, graph, m_model.value(value).graph))
        return quoted(m_model, value) + " lives in another graph and cannot be seen there";
    return {};
}

std::string Applier::whyNotAdd(const NewAttribute& added) const
{
    if (added.attribute.name.empty())
        return "an attribute needs a name";
    const AttributeValue& value = added.attribute.value;
    if (isBody(value))
        return "attribute " + added.attribute.name + " is a body: add it as such";
    if (!added.tensors.empty())
        return {};
    if (const auto* tensor = std::get_if<TensorId>(&value); tensor && !has(*tensor))
        return "there is no such tensor any more";
    if (const auto* tensors = std::get_if<std::vector<TensorId>>(&value))
        for (const TensorId tensor : *tensors)
            if (!has(tensor))
                return "there is no such tensor any more";
    return {};
}

Attribute Applier::adopt(const NewAttribute& added)
{
    Attribute attribute = added.attribute;
    std::vector<TensorId> ids;
    for (const Tensor& tensor : added.tensors)
        ids.push_back(m_model.addTensor(tensor));
    if (!ids.empty() && std::holds_alternative<TensorId>(attribute.value))
        attribute.value = ids.front();
    else if (!ids.empty() && std::holds_alternative<std::vector<TensorId>>(attribute.value))
        attribute.value = std::move(ids);
    return attribute;
}

bool Applier::removeIfUnused(ValueId id)
{
    const Value& value = m_model.value(id);
    if (!value.uses().empty() || value.producer() || value.tensor || isGraphOutput(m_model, id))
        return false;
    m_model.removeValue(id);
    return true;
}

Result<Edit> Applier::operator()(const RenameNode& edit)
{
    if (!has(edit.node))
        return refuse(noNode);
    return Edit(RenameNode{edit.node, std::exchange(m_model.node(edit.node).name, edit.name)});
}

Result<Edit> Applier::operator()(const AddNode& edit)
{
    if (!has(edit.graph))
        return refuse("there is no such graph any more");
    if (edit.op.name.empty())
        return refuse("a node needs an operator");
    if (edit.scope && !has(edit.scope))
        return refuse("there is no such module");
    if (edit.before && (!has(edit.before) || m_model.node(edit.before).graph != edit.graph))
        return refuse("the node to stand before is not in this graph");
    for (const ValueId input : edit.inputs)
        if (const std::string why = input ? whyNotRead(edit.graph, input) : ""; !why.empty())
            return refuse(why);
    for (std::size_t i = 0; i < edit.outputs.size(); ++i) {
        const std::string& name = edit.outputs[i].name;
        for (std::size_t j = 0; j < i && !name.empty(); ++j)
            if (edit.outputs[j].name == name)
                return refuse("two outputs cannot both be named \"" + name + '"');
        if (isNameTaken(m_model, edit.graph, name))
            return refuse("the name \"" + name + "\" is taken");
    }
    for (const NewAttribute& attribute : edit.attributes)
        if (const std::string why = whyNotAdd(attribute); !why.empty())
            return refuse(why);

    std::vector<ValueId> outputs;
    for (const NewValue& output : edit.outputs)
        outputs.push_back(m_model.addValue(edit.graph, output.name, output.type));
    const NodeId id = m_model.addNode(edit.graph, m_model.addOperator(edit.op), edit.inputs, outputs, edit.before);
    for (const NewAttribute& attribute : edit.attributes) {
        Attribute adopted = adopt(attribute);
        m_model.node(id).attributes.push_back(std::move(adopted));
    }
    m_model.node(id).name = edit.name;
    m_model.node(id).scope = edit.scope;
    return Edit(RemoveNode{id});
}

std::vector<DetachedGraph> Applier::detach(const std::vector<GraphId>& bodies)
{
    // Outer bodies first, however deep they are nested.
    std::vector<DetachedGraph> detached;
    std::vector<GraphId> open(bodies.rbegin(), bodies.rend());
    while (!open.empty()) {
        DetachedGraph body;
        body.graph = open.back();
        open.pop_back();
        std::vector<ValueId>& values = body.values;
        for (const NodeId node : m_model.nodes(body.graph)) {
            body.nodes.push_back(node);
            values.insert(values.end(), m_model.node(node).outputs().begin(), m_model.node(node).outputs().end());
            for (const Input& input : m_model.node(node).inputs())
                values.push_back(input.value);
            for (const GraphId inner : m_model.bodies(node))
                open.push_back(inner);
        }
        Graph& graph = m_model.graph(body.graph);
        for (const std::vector<ValueId>* list : {&graph.inputs, &graph.outputs, &graph.initializers})
            values.insert(values.end(), list->begin(), list->end());
        std::sort(values.begin(), values.end());
        values.erase(std::unique(values.begin(), values.end()), values.end());
        std::erase_if(values, [&](ValueId value) { return !value || m_model.value(value).graph != body.graph; });
        body.inputs = std::move(graph.inputs);
        body.outputs = std::move(graph.outputs);
        body.initializers = std::move(graph.initializers);
        graph.inputs.clear();
        graph.outputs.clear();
        graph.initializers.clear();
        detached.push_back(std::move(body));
    }
    for (const DetachedGraph& body : detached)
        for (const NodeId node : body.nodes)
            m_model.removeNode(node);
    // A body may read a name that only an inner body of another one uses; such a value goes when its last reader went.
    for (DetachedGraph& body : detached) {
        std::erase_if(body.values, [&](ValueId value) { return !m_model.value(value).uses().empty(); });
        for (const ValueId value : body.values)
            m_model.removeValue(value);
    }
    return detached;
}

void Applier::attach(const std::vector<DetachedGraph>& bodies)
{
    for (const DetachedGraph& body : bodies)
        for (const ValueId value : body.values)
            m_model.restoreValue(value);
    for (const DetachedGraph& body : bodies) {
        Graph& graph = m_model.graph(body.graph);
        graph.inputs = body.inputs;
        graph.outputs = body.outputs;
        graph.initializers = body.initializers;
        for (const NodeId node : body.nodes)
            m_model.restoreNode(node);
    }
}

Result<Edit> Applier::operator()(const RemoveNode& edit)
{
    if (!has(edit.node))
        return refuse(noNode);
    RestoreNode inverse{edit.node, m_model.node(edit.node).next(), {}, detach(m_model.bodies(edit.node))};
    m_model.removeNode(edit.node);
    for (const ValueId output : m_model.node(edit.node).outputs())
        if (removeIfUnused(output))
            inverse.values.push_back(output);
    return Edit(std::move(inverse));
}

Result<Edit> Applier::operator()(const RestoreNode& edit)
{
    for (const ValueId value : edit.values)
        m_model.restoreValue(value);
    m_model.restoreNode(edit.node, edit.before);
    attach(edit.bodies);
    return Edit(RemoveNode{edit.node});
}

Result<Edit> Applier::operator()(const MoveNode& edit)
{
    if (!has(edit.node))
        return refuse(noNode);
    if (edit.before == edit.node)
        return refuse("a node cannot stand before itself");
    if (edit.before && (!has(edit.before) || m_model.node(edit.before).graph != m_model.node(edit.node).graph))
        return refuse("the node to stand before is not in the same graph");
    MoveNode inverse{edit.node, m_model.node(edit.node).next()};
    m_model.moveNode(edit.node, edit.before);
    return Edit(inverse);
}

Result<Edit> Applier::operator()(const SetOperator& edit)
{
    if (!has(edit.node))
        return refuse(noNode);
    if (edit.op.name.empty())
        return refuse("a node needs an operator");
    SetOperator inverse{edit.node, m_model.op(edit.node)};
    const OperatorId op = m_model.addOperator(edit.op);
    m_model.node(edit.node).op = op;
    return Edit(std::move(inverse));
}

void Applier::setInputs(NodeId node, const std::vector<ValueId>& values)
{
    while (m_model.node(node).inputs().size() > values.size())
        m_model.removeLastInput(node);
    for (std::uint32_t i = 0; i < values.size(); ++i) {
        if (i == m_model.node(node).inputs().size())
            m_model.appendInput(node, values[i]);
        else if (m_model.node(node).inputs()[i].value != values[i])
            m_model.setInput(node, i, values[i]);
    }
}

Result<Edit> Applier::operator()(const SetInputs& edit)
{
    if (!has(edit.node))
        return refuse(noNode);
    std::vector<ValueId> before = inputValues(m_model.node(edit.node));
    if (edit.isChecked) {
        for (const ValueId value : edit.values) {
            if (!value || std::find(before.begin(), before.end(), value) != before.end())
                continue;
            if (const std::string why = whyNotRead(m_model.node(edit.node).graph, value); !why.empty())
                return refuse(why);
            if (const std::string why = whyNotConnect(m_model, edit.node, value); !why.empty())
                return refuse(why);
        }
    }
    setInputs(edit.node, edit.values);
    return Edit(SetInputs{edit.node, std::move(before), false});
}

Result<Edit> Applier::operator()(const SetInput& edit)
{
    if (!has(edit.node))
        return refuse(noNode);
    const std::size_t count = m_model.node(edit.node).inputs().size();
    if (edit.input > count)
        return refuse("node " + quoted(m_model, edit.node) + " has " + std::to_string(count) + " inputs; the next one is number " +
                      std::to_string(count) + ", counted from 0");
    if (edit.isChecked && edit.value) {
        if (const std::string why = whyNotRead(m_model.node(edit.node).graph, edit.value); !why.empty())
            return refuse(why);
        if (const std::string why = whyNotConnect(m_model, edit.node, edit.value); !why.empty())
            return refuse(why);
    }
    if (edit.input == count) {
        std::vector<ValueId> before = inputValues(m_model.node(edit.node));
        m_model.appendInput(edit.node, edit.value);
        return Edit(SetInputs{edit.node, std::move(before), false});
    }
    SetInput inverse{edit.node, edit.input, m_model.node(edit.node).inputs()[edit.input].value, false};
    m_model.setInput(edit.node, edit.input, edit.value);
    return Edit(inverse);
}

Result<Edit> Applier::operator()(const AddNodeOutput& edit)
{
    if (!has(edit.node))
        return refuse(noNode);
    const GraphId graph = m_model.node(edit.node).graph;
    if (isNameTaken(m_model, graph, edit.value.name))
        return refuse("the name \"" + edit.value.name + "\" is taken");
    m_model.appendOutput(edit.node, m_model.addValue(graph, edit.value.name, edit.value.type));
    return Edit(RemoveLastNodeOutput{edit.node});
}

Result<Edit> Applier::operator()(const RemoveLastNodeOutput& edit)
{
    if (!has(edit.node))
        return refuse(noNode);
    if (m_model.node(edit.node).outputs().empty())
        return refuse("node " + quoted(m_model, edit.node) + " has no output to remove");
    RestoreNodeOutput inverse{edit.node, m_model.node(edit.node).outputs().back(), false};
    m_model.removeLastOutput(edit.node);
    inverse.isRevived = removeIfUnused(inverse.value);
    return Edit(inverse);
}

Result<Edit> Applier::operator()(const RestoreNodeOutput& edit)
{
    if (edit.isRevived)
        m_model.restoreValue(edit.value);
    m_model.appendOutput(edit.node, edit.value);
    return Edit(RemoveLastNodeOutput{edit.node});
}

Result<Edit> Applier::operator()(const SetAttribute& edit)
{
    if (!has(edit.node))
        return refuse(noNode);
    if (const std::string why = whyNotAdd(edit.attribute); !why.empty())
        return refuse(why);
    const std::string& name = edit.attribute.attribute.name;
    const std::size_t index = attributeIndex(m_model.node(edit.node), name);
    const bool isNew = index == m_model.node(edit.node).attributes.size();
    if (!isNew && isBody(m_model.node(edit.node).attributes[index].value))
        return refuse("attribute " + name + " is a body: edit the nodes in it");

    Attribute added = adopt(edit.attribute);
    std::vector<Attribute>& attributes = m_model.node(edit.node).attributes;
    if (isNew) {
        attributes.insert(attributes.begin() + std::ptrdiff_t(std::min(edit.position.value_or(index), index)), std::move(added));
        return Edit(RemoveAttribute{edit.node, name});
    }
    // Where it came from stays: the writer keeps what the file says of it besides its value.
    added.origin = attributes[index].origin;
    return Edit(SetAttribute{edit.node, {std::exchange(attributes[index], std::move(added)), {}}, {}});
}

Result<Edit> Applier::operator()(const RemoveAttribute& edit)
{
    if (!has(edit.node))
        return refuse(noNode);
    std::vector<Attribute>& attributes = m_model.node(edit.node).attributes;
    const std::size_t index = attributeIndex(m_model.node(edit.node), edit.name);
    if (index == attributes.size())
        return refuse("node " + quoted(m_model, edit.node) + " has no attribute " + edit.name);
    RestoreAttribute inverse{edit.node, attributes[index], index, detach(bodiesOf(attributes[index].value))};
    attributes.erase(attributes.begin() + std::ptrdiff_t(index));
    return Edit(std::move(inverse));
}

Result<Edit> Applier::operator()(const RestoreAttribute& edit)
{
    std::vector<Attribute>& attributes = m_model.node(edit.node).attributes;
    attributes.insert(attributes.begin() + std::ptrdiff_t(edit.position), edit.attribute);
    attach(edit.bodies);
    return Edit(RemoveAttribute{edit.node, edit.attribute.name});
}

Result<Edit> Applier::operator()(const AddBody& edit)
{
    if (!has(edit.node))
        return refuse(noNode);
    if (edit.attribute.empty())
        return refuse("an attribute needs a name");
    const std::size_t index = attributeIndex(m_model.node(edit.node), edit.attribute);
    const bool isNew = index == m_model.node(edit.node).attributes.size();
    if (!isNew && !(edit.isInList && std::holds_alternative<std::vector<GraphId>>(m_model.node(edit.node).attributes[index].value)))
        return refuse("node " + quoted(m_model, edit.node) + " has an attribute " + edit.attribute + " already");
    std::size_t count = 0;
    if (!isNew)
        count = std::get<std::vector<GraphId>>(m_model.node(edit.node).attributes[index].value).size();
    const GraphId body = m_model.addGraph(edit.name, edit.node, roleOf(edit.attribute, edit.isInList, count));
    std::vector<Attribute>& attributes = m_model.node(edit.node).attributes;
    if (!isNew)
        std::get<std::vector<GraphId>>(attributes[index].value).push_back(body);
    else if (edit.isInList)
        attributes.push_back({edit.attribute, std::vector<GraphId>{body}, false, {}});
    else
        attributes.push_back({edit.attribute, body, false, {}});
    return Edit(RemoveBody{edit.node, edit.attribute});
}

// Undoing AddBody comes after undoing whatever was put into the body: it is empty by then.
Result<Edit> Applier::operator()(const RemoveBody& edit)
{
    if (!has(edit.node))
        return refuse(noNode);
    std::vector<Attribute>& attributes = m_model.node(edit.node).attributes;
    const std::size_t index = attributeIndex(m_model.node(edit.node), edit.attribute);
    if (index == attributes.size() || !isBody(attributes[index].value))
        return refuse("node " + quoted(m_model, edit.node) + " has no body " + edit.attribute);
    auto* list = std::get_if<std::vector<GraphId>>(&attributes[index].value);
    if (!list || list->size() == 1)
        return (*this)(RemoveAttribute{edit.node, edit.attribute});
    const GraphId body = list->back();
    list->pop_back();
    return Edit(RestoreBody{edit.node, edit.attribute, std::move(detach({body}).front())});
}

Result<Edit> Applier::operator()(const RestoreBody& edit)
{
    std::vector<Attribute>& attributes = m_model.node(edit.node).attributes;
    Attribute& attribute = attributes[attributeIndex(m_model.node(edit.node), edit.attribute)];
    std::get<std::vector<GraphId>>(attribute.value).push_back(edit.body.graph);
    attach({edit.body});
    return Edit(RemoveBody{edit.node, edit.attribute});
}

}  // namespace tenscope

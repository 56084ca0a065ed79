#include "core/graph/model.h"

#include <algorithm>
#include <cassert>

namespace tenscope {

std::string_view name(Format format)
{
    switch (format) {
    case Format::Onnx:
        return "onnx";
    case Format::TorchScript:
        return "torchscript";
    case Format::TorchScriptMobile:
        return "torchscript-mobile";
    case Format::Pt2:
        return "pt2";
    case Format::StateDict:
        return "state-dict";
    case Format::SafeTensors:
        return "safetensors";
    }
    return "unknown";
}

GraphId Model::addGraph(std::string name, NodeId owner, std::string role)
{
    Graph graph;
    graph.name = std::move(name);
    graph.owner = owner;
    graph.role = std::move(role);
    m_graphs.append(std::move(graph));
    return GraphId(m_graphs.size() - 1);
}

OperatorId Model::addOperator(const Operator& op)
{
    std::string key = op.domain;
    (key += '\0') += op.name;
    (key += '\0') += op.overload;
    if (const auto known = m_operatorIndex->find(key); known != m_operatorIndex->end())
        return known->second;
    m_operators.append(op);
    return m_operatorIndex.edit()[std::move(key)] = OperatorId(m_operators.size() - 1);
}

ScopeId Model::addScope(ScopeId parent, std::string_view name)
{
    std::string key = parent ? std::to_string(parent.index()) : std::string();
    (key += '\0') += name;
    if (const auto known = m_scopeIndex->find(key); known != m_scopeIndex->end())
        return known->second;
    m_scopes.append({parent, std::string(name), {}});
    return m_scopeIndex.edit()[std::move(key)] = ScopeId(m_scopes.size() - 1);
}

TensorId Model::addTensor(Tensor tensor)
{
    m_tensors.append(std::move(tensor));
    return TensorId(m_tensors.size() - 1);
}

ValueId Model::addValue(GraphId graph, std::string name, Type type)
{
    Value value;
    value.name = std::move(name);
    value.type = std::move(type);
    value.graph = graph;
    m_values.append(std::move(value));
    return ValueId(m_values.size() - 1);
}

ValueId Model::addStoredValue(GraphId graphId, std::string name, TensorId tensorId)
{
    const ValueId id = addValue(graphId, std::move(name), tensor(tensorId).type());
    value(id).tensor = tensorId;
    graph(graphId).initializers.push_back(id);
    return id;
}

NodeId Model::addNode(GraphId graph, OperatorId op, std::span<const ValueId> inputs, std::span<const ValueId> outputs,
                      NodeId before)
{
    const NodeId id(m_nodes.size());
    Node& node = m_nodes.append();
    node.op = op;
    node.graph = graph;
    node.m_inputs.reserve(inputs.size());
    for (const ValueId value : inputs)
        node.m_inputs.push_back({value, 0});
    node.m_outputs.assign(outputs.begin(), outputs.end());
    for (std::uint32_t i = 0; i < inputs.size(); ++i)
        addUse(id, i);
    for (std::uint32_t i = 0; i < outputs.size(); ++i) {
        Value& output = value(outputs[i]);
        assert(!output.producer() && output.graph == graph);
        output.m_producer = id;
        output.m_producerOutput = i;
    }
    link(id, before);
    return id;
}

void Model::removeNode(NodeId id)
{
    Node& node = this->node(id);
    assert(node.m_alive);
    for (std::uint32_t i = 0; i < node.m_inputs.size(); ++i)
        dropUse(id, i);
    for (const ValueId output : node.m_outputs)
        value(output).m_producer = {};
    unlink(id);
    node.m_alive = false;
}

void Model::restoreNode(NodeId id, NodeId before)
{
    Node& node = this->node(id);
    assert(!node.m_alive);
    node.m_alive = true;
    for (std::uint32_t i = 0; i < node.m_inputs.size(); ++i)
        addUse(id, i);
    for (std::uint32_t i = 0; i < node.m_outputs.size(); ++i) {
        Value& output = value(node.m_outputs[i]);
        assert(!output.producer() && output.m_alive);
        output.m_producer = id;
        output.m_producerOutput = i;
    }
    link(id, before);
}

void Model::moveNode(NodeId id, NodeId before)
{
    assert(id != before);
    unlink(id);
    link(id, before);
}

void Model::setInput(NodeId id, std::uint32_t input, ValueId value)
{
    assert(input < node(id).m_inputs.size());
    dropUse(id, input);
    node(id).m_inputs[input].value = value;
    addUse(id, input);
}

void Model::appendInput(NodeId id, ValueId value)
{
    Node& node = this->node(id);
    node.m_inputs.push_back({value, 0});
    addUse(id, std::uint32_t(node.m_inputs.size() - 1));
}

void Model::removeLastInput(NodeId id)
{
    Node& node = this->node(id);
    assert(!node.m_inputs.empty());
    dropUse(id, std::uint32_t(node.m_inputs.size() - 1));
    node.m_inputs.pop_back();
}

void Model::appendOutput(NodeId id, ValueId valueId)
{
    Node& node = this->node(id);
    Value& output = value(valueId);
    assert(!output.producer() && output.graph == node.graph);
    output.m_producer = id;
    output.m_producerOutput = std::uint32_t(node.m_outputs.size());
    node.m_outputs.push_back(valueId);
}

void Model::removeLastOutput(NodeId id)
{
    Node& node = this->node(id);
    assert(!node.m_outputs.empty());
    value(node.m_outputs.back()).m_producer = {};
    node.m_outputs.pop_back();
}

void Model::removeValue(ValueId id)
{
    Value& value = this->value(id);
    assert(value.m_alive && !value.m_producer && value.m_uses.empty());
    value.m_alive = false;
}

void Model::restoreValue(ValueId id)
{
    Value& value = this->value(id);
    assert(!value.m_alive);
    value.m_alive = true;
}

void Model::shrinkTo(const Mark& mark)
{
    for (std::size_t n = mark.nodes; n < m_nodes.size(); ++n)
        assert(!m_nodes[n].m_alive);
    for (std::size_t v = mark.values; v < m_values.size(); ++v)
        assert(!m_values[v].m_alive);
    for (std::size_t g = mark.graphs; g < m_graphs.size(); ++g)
        assert(m_graphs[g].m_nodeCount == 0);
    m_graphs.shrink(mark.graphs);
    m_nodes.shrink(mark.nodes);
    m_values.shrink(mark.values);
    m_tensors.shrink(mark.tensors);
}

std::size_t Model::livingNodeCount() const
{
    std::size_t count = 0;
    for (std::size_t g = 0; g < m_graphs.size(); ++g)
        count += m_graphs[g].nodeCount();
    return count;
}

std::string Model::path(ScopeId id) const
{
    std::vector<const std::string*> parts;
    for (; id; id = scope(id).parent)
        parts.push_back(&scope(id).name);
    std::string text;
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
        if (!text.empty())
            text += '.';
        text += **part;
    }
    return text;
}

const Function* Model::function(const Operator& op) const
{
    for (const Function& function : functions)
        if (function.name == op.name && function.domain == op.domain && function.overload == op.overload)
            return &function;
    return nullptr;
}

std::vector<GraphId> Model::bodies(NodeId id) const
{
    std::vector<GraphId> bodies;
    for (const Attribute& attribute : node(id).attributes) {
        if (const auto* body = std::get_if<GraphId>(&attribute.value))
            bodies.push_back(*body);
        else if (const auto* several = std::get_if<std::vector<GraphId>>(&attribute.value))
            bodies.insert(bodies.end(), several->begin(), several->end());
    }
    return bodies;
}

void Model::link(NodeId id, NodeId before)
{
    Node& node = this->node(id);
    Graph& graph = this->graph(node.graph);
    assert(!before || this->node(before).graph == node.graph);
    node.m_next = before;
    node.m_previous = before ? this->node(before).m_previous : graph.m_last;
    (node.m_previous ? this->node(node.m_previous).m_next : graph.m_first) = id;
    (node.m_next ? this->node(node.m_next).m_previous : graph.m_last) = id;
    ++graph.m_nodeCount;
}

void Model::unlink(NodeId id)
{
    Node& node = this->node(id);
    Graph& graph = this->graph(node.graph);
    (node.m_previous ? this->node(node.m_previous).m_next : graph.m_first) = node.m_next;
    (node.m_next ? this->node(node.m_next).m_previous : graph.m_last) = node.m_previous;
    node.m_previous = node.m_next = {};
    --graph.m_nodeCount;
}

void Model::addUse(NodeId id, std::uint32_t inputIndex)
{
    Input& input = node(id).m_inputs[inputIndex];
    if (!input.value)
        return;
    Value& used = value(input.value);
    assert(used.m_alive);
    input.useIndex = std::uint32_t(used.m_uses.size());
    used.m_uses.push_back({id, inputIndex});
}

void Model::dropUse(NodeId id, std::uint32_t inputIndex)
{
    const Input& input = node(id).m_inputs[inputIndex];
    if (!input.value)
        return;
    // The last use takes the place of the dropped one: that is why the order of uses means nothing.
    std::vector<Use>& uses = value(input.value).m_uses;
    const Use moved = uses.back();
    uses[input.useIndex] = moved;
    node(moved.node).m_inputs[moved.input].useIndex = input.useIndex;
    uses.pop_back();
}

bool Model::isConsistent(std::string* why) const
{
    const auto broken = [why](std::string text) {
        if (why)
            *why = std::move(text);
        return false;
    };
    for (std::size_t n = 0; n < m_nodes.size(); ++n) {
        const Node& node = m_nodes[n];
        if (!node.isAlive())
            continue;
        for (std::uint32_t i = 0; i < node.m_inputs.size(); ++i) {
            const Input& input = node.m_inputs[i];
            if (!input.value)
                continue;
            const Value& used = value(input.value);
            if (!used.isAlive() || input.useIndex >= used.m_uses.size() || used.m_uses[input.useIndex] != Use{NodeId(n), i})
                return broken("input " + std::to_string(i) + " of node " + std::to_string(n) + " is not among its value's uses");
        }
        for (std::uint32_t i = 0; i < node.m_outputs.size(); ++i) {
            const Value& output = value(node.m_outputs[i]);
            if (!output.isAlive() || output.m_producer != NodeId(n) || output.m_producerOutput != i)
                return broken("output " + std::to_string(i) + " of node " + std::to_string(n) + " has another producer");
        }
    }
    for (std::size_t v = 0; v < m_values.size(); ++v) {
        const Value& value = m_values[v];
        for (std::uint32_t u = 0; value.isAlive() && u < value.m_uses.size(); ++u) {
            const Node& user = node(value.m_uses[u].node);
            const std::uint32_t input = value.m_uses[u].input;
            if (!user.isAlive() || input >= user.m_inputs.size() || user.m_inputs[input].value != ValueId(v) ||
                user.m_inputs[input].useIndex != u)
                return broken("use " + std::to_string(u) + " of value " + std::to_string(v) + " is not an input");
        }
    }
    std::size_t listed = 0;
    for (std::size_t g = 0; g < m_graphs.size(); ++g) {
        std::size_t count = 0;
        NodeId previous;
        for (NodeId id = m_graphs[g].m_first; id; id = node(id).m_next) {
            if (!node(id).isAlive() || node(id).graph != GraphId(g) || node(id).m_previous != previous || ++count > m_nodes.size())
                return broken("the list of graph " + std::to_string(g) + " is broken");
            previous = id;
        }
        if (count != m_graphs[g].m_nodeCount || m_graphs[g].m_last != previous)
            return broken("graph " + std::to_string(g) + " counts its nodes wrongly");
        listed += count;
    }
    std::size_t living = 0;
    for (std::size_t n = 0; n < m_nodes.size(); ++n)
        living += m_nodes[n].isAlive();
    return listed == living || broken("a living node is in no graph's list");
}

}  // namespace tenscope

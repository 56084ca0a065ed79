#include "core/edit/newnode.h"

#include <algorithm>
#include <memory>
#include <unordered_set>

#include "core/edit/applier.h"
#include "core/edit/apply.h"
#include "core/edit/editrecorder.h"
#include "core/edit/schema.h"
#include "core/formats/onnx/operatorcatalog.h"
#include "core/graph/text.h"

namespace tenscope {

namespace {

tl::unexpected<Error> refuse(std::string why)
{
    return fail(Error::usage(std::move(why)));
}

bool isBody(const OperatorAttribute& attribute)
{
    return attribute.type == "graph" || attribute.type == "graphs";
}

Tensor zero()
{
    Tensor tensor;
    tensor.element = ElementType::Float32;
    tensor.data = OwnedBytes{std::make_shared<const std::vector<std::byte>>(4)};
    return tensor;
}

// Neutral, not right: which axis, which type is for people to say.
NewAttribute neutral(const OperatorAttribute& attribute)
{
    NewAttribute result;
    result.attribute.name = attribute.name;
    AttributeValue& value = result.attribute.value;
    if (attribute.type == "int")
        value = std::int64_t(attribute.name == "to" || attribute.name == "dtype" ? onnxDataType(ElementType::Float32) : 0);
    else if (attribute.type == "float")
        value = 0.0;
    else if (attribute.type == "string")
        value = std::string();
    else if (attribute.type == "ints")
        value = std::vector<std::int64_t>();
    else if (attribute.type == "floats")
        value = std::vector<double>();
    else if (attribute.type == "strings")
        value = std::vector<std::string>();
    else if (attribute.type == "tensor") {
        value = TensorId();
        result.tensors.push_back(zero());
    }
    result.attribute.isFloat32 = attribute.type == "float" || attribute.type == "floats";
    return result;
}

// Adds one node of an operator to a graph of the recorder's model.
class Maker {
public:
    Maker(EditRecorder& recorder, const OperatorName& op)
        : m_recorder(recorder), m_op(describedOperator(recorder.model(), op.domain, op.name)), m_info(schema(recorder.model(), m_op)),
          m_function(recorder.model().function(m_op))
    {
    }

    std::string whyNot() const
    {
        if (m_recorder.model().format != Format::Onnx)
            return "operators can be added to ONNX models only";
        if (!m_info && !m_function)
            return "there is no operator " + m_op.name + " that this version knows";
        if (m_info && m_info->isDeprecated)
            return m_op.name + " was withdrawn before the opset that the model imports";
        return {};
    }

    std::size_t maxInputs() const { return m_info ? std::size_t(m_info->maxInputs) : inputsOfFunction(); }
    std::size_t minInputs() const { return m_info ? std::size_t(m_info->minInputs) : inputsOfFunction(); }
    std::size_t minOutputs() const { return m_info ? std::size_t(std::max(m_info->minOutputs, std::min(m_info->maxOutputs, 1))) : outputsOfFunction(); }
    std::size_t maxOutputs() const { return m_info ? std::size_t(m_info->maxOutputs) : outputsOfFunction(); }

    const Operator& op() const { return m_op; }
    const OperatorInfo* info() const { return m_info; }

    bool accepts(std::size_t slot, const Type& type) const
    {
        const OperatorParameter* formal = m_info ? formalInput(*m_info, slot) : nullptr;
        return !formal || tenscope::accepts(*m_info, *formal, type);
    }

    // The first input that takes the type; nothing where none does.
    std::optional<std::size_t> slotFor(const Type& type) const
    {
        const std::size_t count = std::min(maxInputs(), std::max<std::size_t>(1, m_info ? m_info->inputs.size() : maxInputs()));
        for (std::size_t slot = 0; slot < count; ++slot)
            if (accepts(slot, type))
                return slot;
        return std::nullopt;
    }

    Result<void> import()
    {
        if (m_function || m_recorder.model().opsets.contains(m_op.domain) || (m_op.domain.empty() && m_recorder.model().opsets.contains("ai.onnx")))
            return {};
        return m_recorder.add(SetOpset{m_op.domain, std::max(1, OperatorCatalog::builtIn().newestVersion(m_op.domain)), {}});
    }

    // `near` gives the module and the style of the name.
    Result<NodeId> make(GraphId graph, std::vector<ValueId> inputs, NodeId near, NodeId before, std::optional<NewValue> output = {})
    {
        if (auto imported = import(); !imported)
            return fail(imported.error());
        const Model& model = m_recorder.model();
        AddNode add;
        add.graph = graph;
        add.op = m_op;
        add.before = before;
        if (near && model.node(near).graph == graph)
            add.scope = model.node(near).scope;
        add.name = nodeName(near);
        inputs.resize(std::max(inputs.size(), minInputs()));
        add.inputs = std::move(inputs);
        for (std::size_t i = 0; i < minOutputs(); ++i)
            add.outputs.push_back(i == 0 && output ? *output : NewValue{freeName(model, graph, add.name + "_output_" + std::to_string(i)), {}});
        addAttributes(add);
        const NodeId id(model.nodeCount());
        if (auto added = m_recorder.add(std::move(add)); !added)
            return fail(added.error());
        if (m_info)
            for (const OperatorAttribute& attribute : m_info->attributes)
                if (attribute.isRequired && isBody(attribute))
                    if (auto body = m_recorder.add(AddBody{id, std::string(attribute.name), std::string(attribute.name), attribute.type == "graphs"}); !body)
                        return fail(body.error());
        return id;
    }

private:
    std::size_t inputsOfFunction() const { return m_recorder.model().graph(m_function->graph).inputs.size(); }
    std::size_t outputsOfFunction() const { return m_recorder.model().graph(m_function->graph).outputs.size(); }

    void addAttributes(AddNode& add) const
    {
        if (!m_info)
            return;
        for (const OperatorAttribute& attribute : m_info->attributes)
            if (attribute.isRequired && !isBody(attribute))
                add.attributes.push_back(neutral(attribute));
        // One of several is required, which schemas cannot say.
        if (m_op.name == "Constant" && m_op.domain.empty() && add.attributes.empty())
            if (const OperatorAttribute* value = m_info->attribute("value"))
                add.attributes.push_back(neutral(*value));
    }

    // "/layer1/conv1/Conv" has neighbours in /layer1/conv1: readers find the module of a node by its name.
    std::string nodeName(NodeId near) const
    {
        const Model& model = m_recorder.model();
        const std::string& neighbour = near ? model.node(near).name : m_op.name;
        const std::size_t slash = neighbour.starts_with('/') ? neighbour.rfind('/') : std::string::npos;
        const std::string wanted = (slash == std::string::npos ? std::string() : neighbour.substr(0, slash + 1)) + m_op.name;
        std::unordered_set<std::string_view> taken;
        for (std::size_t n = 0; n < model.nodeCount(); ++n)
            if (const Node& node = model.node(NodeId(n)); node.isAlive() && node.name.starts_with(wanted))
                taken.insert(node.name);
        std::string name = wanted;
        for (int number = 1; taken.contains(name); ++number)
            name = wanted + '_' + std::to_string(number);
        return name;
    }

    EditRecorder& m_recorder;
    const Operator m_op;
    const OperatorInfo* m_info;
    const Function* m_function;
};

std::string counted(std::size_t count, const char* what)
{
    return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
}

// Why a node as it is cannot be one of the maker's operator.
std::string whyNotReplace(const Model& model, NodeId id, const Maker& maker)
{
    const Node& node = model.node(id);
    const std::string& name = maker.op().name;
    if (!model.bodies(id).empty() || (maker.info() && std::any_of(maker.info()->attributes.begin(), maker.info()->attributes.end(),
                                                                  [](const auto& attribute) { return attribute.isRequired && isBody(attribute); })))
        return "a node with bodies cannot become another, nor another one such a node";
    if (node.inputs().size() > maker.maxInputs() || node.inputs().size() < maker.minInputs())
        return name + (maker.minInputs() == maker.maxInputs() ? " takes " : " takes at least ") + counted(maker.minInputs(), "input") +
               ", and the node has " + std::to_string(node.inputs().size());
    if (node.outputs().size() > maker.maxOutputs() || node.outputs().size() < std::min<std::size_t>(1, maker.minOutputs()))
        return name + " gives " + counted(maker.minOutputs(), "output") + ", and the node has " + std::to_string(node.outputs().size());
    for (std::size_t i = 0; i < node.inputs().size(); ++i)
        if (const ValueId input = node.inputs()[i].value; input && !maker.accepts(i, model.value(input).type))
            return name + " takes no " + toString(model.value(input).type) + " as its input " + std::to_string(i + 1);
    return {};
}

}  // namespace

Result<Edit> addOperator(const Model& model, GraphId graph, const OperatorName& op, std::span<const ValueId> inputs)
{
    if (!graph || graph.index() >= model.graphCount())
        return refuse("this file holds no graph to add to");
    EditRecorder recorder(model);
    Maker maker(recorder, op);
    if (std::string why = maker.whyNot(); !why.empty())
        return refuse(std::move(why));
    if (inputs.size() > maker.maxInputs())
        return refuse(op.name + " takes at most " + counted(maker.maxInputs(), "input"));
    for (std::size_t i = 0; i < inputs.size(); ++i)
        if (inputs[i] && !maker.accepts(i, model.value(inputs[i]).type))
            return refuse(op.name + " takes no " + toString(model.value(inputs[i]).type));
    const NodeId near = inputs.empty() || !inputs.back() ? NodeId() : model.value(inputs.back()).producer();
    if (auto made = maker.make(graph, {inputs.begin(), inputs.end()}, near, {}); !made)
        return fail(made.error());
    return recorder.take();
}

Result<Edit> insertOperator(const Model& model, const Destination& destination, const OperatorName& op)
{
    const ValueId value = valueAt(model, destination);
    if (!value)
        return refuse("there is no such connection any more");
    EditRecorder recorder(model);
    Maker maker(recorder, op);
    if (std::string why = maker.whyNot(); !why.empty())
        return refuse(std::move(why));
    const std::optional<std::size_t> slot = maker.slotFor(model.value(value).type);
    if (!slot)
        return refuse(maker.maxInputs() == 0 ? op.name + " has no input, so it cannot stand in a connection"
                                             : op.name + " takes no " + toString(model.value(value).type));
    if (maker.minOutputs() == 0)
        return refuse(op.name + " has no output, so it cannot stand in a connection");
    std::vector<ValueId> inputs(*slot + 1);
    inputs[*slot] = value;

    const auto* port = std::get_if<OutputPort>(&destination);
    const NodeId reader = port ? NodeId() : std::get<Use>(destination).node;
    const GraphId graph = port ? port->graph : model.node(reader).graph;
    const NodeId producer = model.value(value).producer();
    std::optional<NewValue> output;
    if (port && !model.graph(graph).owner && model.value(value).graph == graph && producer) {
        // Who runs the model knows its outputs by name.
        output = NewValue{model.value(value).name, model.value(value).statedType()};
        const std::string& nodeName = model.node(producer).name;
        const std::string wanted = (nodeName.empty() ? model.op(producer).name : nodeName) + "_output_0";
        if (auto renamed = recorder.add(RenameValue{value, freeName(model, graph, wanted)}); !renamed)
            return fail(renamed.error());
        if (auto typed = recorder.add(SetValueType{value, Type()}); !typed)
            return fail(typed.error());
    }
    const ValueId made(recorder.model().valueCount());
    if (auto node = maker.make(graph, std::move(inputs), reader ? reader : producer, reader, std::move(output)); !node)
        return fail(node.error());
    Result<void> done = port ? recorder.add(SetGraphOutput{port->graph, port->position, made})
                             : recorder.add(SetInput{reader, std::get<Use>(destination).input, made});
    if (!done)
        return fail(done.error());
    return recorder.take();
}

Result<Edit> replaceOperator(const Model& model, NodeId node, const OperatorName& op)
{
    if (!node || node.index() >= model.nodeCount() || !model.node(node).isAlive())
        return refuse("there is no such node any more");
    EditRecorder recorder(model);
    Maker maker(recorder, op);
    std::string why = maker.whyNot();
    if (why.empty())
        why = whyNotReplace(model, node, maker);
    if (!why.empty())
        return refuse(std::move(why));
    if (auto imported = maker.import(); !imported)
        return fail(imported.error());
    if (auto set = recorder.add(SetOperator{node, maker.op()}); !set)
        return fail(set.error());
    std::vector<std::string> unknown;
    for (const Attribute& attribute : model.node(node).attributes)
        if (!maker.info() || !maker.info()->attribute(attribute.name))
            unknown.push_back(attribute.name);
    for (const std::string& attribute : unknown)
        if (auto removed = recorder.add(RemoveAttribute{node, attribute}); !removed)
            return fail(removed.error());
    if (maker.info())
        for (const OperatorAttribute& attribute : maker.info()->attributes)
            if (attribute.isRequired && !model.node(node).attribute(attribute.name))
                if (auto added = recorder.add(SetAttribute{node, neutral(attribute), {}}); !added)
                    return fail(added.error());
    return recorder.take();
}

}  // namespace tenscope

#include "core/edit/connection.h"

#include <algorithm>
#include <optional>

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

std::vector<ValueId> inputsOf(const Model& model, NodeId node)
{
    std::vector<ValueId> values;
    for (const Input& input : model.node(node).inputs())
        values.push_back(input.value);
    return values;
}

bool isThere(const Model& model, const Destination& destination)
{
    if (const auto* use = std::get_if<Use>(&destination))
        return use->node && use->node.index() < model.nodeCount() && model.node(use->node).isAlive();
    const OutputPort& port = std::get<OutputPort>(destination);
    return port.graph && port.graph.index() < model.graphCount() && port.position < model.graph(port.graph).outputs.size();
}

bool isThere(const Model& model, ValueId value)
{
    return value && value.index() < model.valueCount() && model.value(value).isAlive();
}

GraphId graphOf(const Model& model, const Destination& destination)
{
    const auto* use = std::get_if<Use>(&destination);
    return use ? model.node(use->node).graph : std::get<OutputPort>(destination).graph;
}

// Whether the operator's schema holds for this model: of an opset that is newer than the catalog it may not.
bool isUpToDate(const Model& model, const Operator& op)
{
    const auto imported = model.opsets.find(op.domain);
    return imported == model.opsets.end() || imported->second <= OperatorCatalog::builtIn().newestVersion(op.domain);
}

// Bodies get what they like by inputs that repeat; all others repeat one type.
bool holdsBodies(const OperatorInfo& info)
{
    return std::any_of(info.attributes.begin(), info.attributes.end(), [](const OperatorAttribute& attribute) {
        return attribute.type == "graph" || attribute.type == "graphs";
    });
}

std::string whyNotArity(const Model& model, const Use& use)
{
    const Operator& op = model.op(use.node);
    const OperatorInfo* info = schema(model, op);
    const Function* function = model.function(op);
    const std::size_t most = info ? std::size_t(info->maxInputs) : function ? model.graph(function->graph).inputs.size() : use.input + 1;
    if (use.input < most)
        return {};
    return op.name + (most == 0   ? " takes no inputs"
                      : most == 1 ? " takes one input"
                                  : " takes " + std::to_string(most) + " inputs");
}

std::string whyNotType(const Model& model, const Type& type, const Use& use)
{
    const Operator& op = model.op(use.node);
    const OperatorInfo* info = schema(model, op);
    const OperatorParameter* formal = info && isUpToDate(model, op) ? formalInput(*info, use.input) : nullptr;
    if (!formal)
        return {};
    if (!accepts(*info, *formal, type))
        return op.name + " takes no " + toString(type.isTensor() ? Type::tensor(type.element) : type) + " as " + std::string(formal->name);
    if (!type.isTensor() || type.element == ElementType::Undefined || (formal->kind == OperatorParameter::Kind::Variadic && holdsBodies(*info)))
        return {};
    // Inputs with one type variable have one element type.
    const std::vector<Input>& inputs = model.node(use.node).inputs();
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const OperatorParameter* other = formalInput(*info, i);
        if (i == use.input || !inputs[i].value || !other || other->type != formal->type)
            continue;
        const Type& theirs = model.value(inputs[i].value).type;
        if (theirs.isTensor() && theirs.element != ElementType::Undefined && theirs.element != type.element)
            return "this is " + std::string(name(type.element)) + ", but the other input of " + op.name + ", " +
                   quoted(model, inputs[i].value) + ", is " + std::string(name(theirs.element));
    }
    return {};
}

// The inputs of a node with one left empty: of a list, the others move up; empty ones at the end say nothing.
std::vector<ValueId> without(const Model& model, const Use& use)
{
    std::vector<ValueId> values = inputsOf(model, use.node);
    const OperatorInfo* info = schema(model, model.op(use.node));
    const OperatorParameter* formal = info ? formalInput(*info, use.input) : nullptr;
    if (formal && formal->kind == OperatorParameter::Kind::Variadic)
        values.erase(values.begin() + use.input);
    else
        values[use.input] = ValueId();
    while (!values.empty() && !values.back())
        values.pop_back();
    return values;
}

Result<void> set(EditRecorder& recorder, ValueId value, const Destination& destination)
{
    if (const auto* port = std::get_if<OutputPort>(&destination))
        return recorder.add(SetGraphOutput{port->graph, port->position, value});
    const Use& use = std::get<Use>(destination);
    std::vector<ValueId> values = inputsOf(recorder.model(), use.node);
    if (use.input <= values.size())
        return recorder.add(SetInput{use.node, use.input, value});
    values.resize(use.input);
    values.push_back(value);
    return recorder.add(SetInputs{use.node, std::move(values)});
}

Result<void> clear(EditRecorder& recorder, const Destination& destination)
{
    if (const auto* port = std::get_if<OutputPort>(&destination))
        return recorder.add(RemoveGraphOutput{port->graph, port->position});
    const Use& use = std::get<Use>(destination);
    return recorder.add(SetInputs{use.node, without(recorder.model(), use)});
}

// Two inputs of one node, or two outputs of one graph, change places; nothing where the ends are of another kind.
std::optional<Edit> swap(const Model& model, const Destination& from, const Destination& to)
{
    const auto* here = std::get_if<Use>(&from);
    const auto* there = std::get_if<Use>(&to);
    if (here && there && here->node == there->node && there->input < model.node(here->node).inputs().size()) {
        std::vector<ValueId> values = inputsOf(model, here->node);
        std::swap(values[here->input], values[there->input]);
        return SetInputs{here->node, std::move(values)};
    }
    const auto* old = std::get_if<OutputPort>(&from);
    const auto* port = std::get_if<OutputPort>(&to);
    if (!old || !port || old->graph != port->graph || !isThere(model, to))
        return std::nullopt;
    // Both leave first: a value cannot be the same graph's output twice.
    const auto [first, last] = std::minmax(old->position, port->position);
    const std::vector<ValueId>& outputs = model.graph(old->graph).outputs;
    return Macro{{RemoveGraphOutput{old->graph, last}, RemoveGraphOutput{old->graph, first},
                  AddGraphOutput{old->graph, outputs[last], first}, AddGraphOutput{old->graph, outputs[first], last}}, {}};
}

const char* const gone = "there is no such connection any more";

}  // namespace

ConnectionRules::ConnectionRules(const Model& model, ValueId value) : m_model(model), m_closes(model.nodeCount())
{
    closeUpstream(value);
}

ConnectionRules::ConnectionRules(const Model& model, const Destination& destination) : m_model(model), m_closes(model.nodeCount())
{
    // What is computed from a graph's output is computed from the node whose body it is.
    const auto* use = std::get_if<Use>(&destination);
    if (const NodeId node = use ? use->node : model.graph(std::get<OutputPort>(destination).graph).owner)
        closeDownstream(node);
}

void ConnectionRules::open(NodeId node, std::vector<NodeId>& pending)
{
    if (!node || m_closes[node.index()])
        return;
    m_closes[node.index()] = true;
    pending.push_back(node);
}

void ConnectionRules::closeUpstream(ValueId value)
{
    std::vector<NodeId> pending;
    open(m_model.value(value).producer(), pending);
    while (!pending.empty()) {
        const NodeId node = pending.back();
        pending.pop_back();
        for (const Input& input : m_model.node(node).inputs())
            if (input.value)
                open(m_model.value(input.value).producer(), pending);
        for (const GraphId body : m_model.bodies(node)) {
            for (const NodeId inner : m_model.nodes(body))
                open(inner, pending);
            for (const ValueId output : m_model.graph(body).outputs)
                if (output)
                    open(m_model.value(output).producer(), pending);
        }
    }
}

void ConnectionRules::closeDownstream(NodeId first)
{
    std::vector<NodeId> pending;
    open(first, pending);
    while (!pending.empty()) {
        const NodeId node = pending.back();
        pending.pop_back();
        // A node in a body is a part of the node that holds the body.
        open(m_model.graph(m_model.node(node).graph).owner, pending);
        for (const ValueId output : m_model.node(node).outputs())
            for (const Use& use : m_model.value(output).uses())
                open(use.node, pending);
    }
}

std::string ConnectionRules::whyNot(ValueId value, const Destination& destination) const
{
    if (!isThere(m_model, value) || !isThere(m_model, destination))
        return gone;
    const Value& source = m_model.value(value);
    const GraphId graph = graphOf(m_model, destination);
    if (source.name.empty() && m_model.format == Format::Onnx)
        return "an output without a name cannot be connected; name it first";
    if (!isVisible(m_model, graph, source.graph))
        return quoted(m_model, value) + " lives in another graph and cannot be seen there";

    const auto* use = std::get_if<Use>(&destination);
    if (use && source.producer() == use->node)
        return "a node cannot read its own output";
    // The rules hold nodes of one side or the other: of the side they were made for, the node itself is among them.
    const bool isUpstreamKnown = source.producer() && m_closes[source.producer().index()];
    for (NodeId reader = use ? use->node : m_model.graph(graph).owner; reader; reader = m_model.graph(m_model.node(reader).graph).owner)
        if (isUpstreamKnown && m_closes[reader.index()])
            return quoted(m_model, value) + " is computed from " + quoted(m_model, reader) + ": connecting them would close a circle";

    if (use) {
        if (std::string why = whyNotArity(m_model, *use); !why.empty())
            return why;
        return whyNotType(m_model, source.type, *use);
    }
    const std::vector<ValueId>& outputs = m_model.graph(graph).outputs;
    if (valueAt(m_model, destination) != value && !m_model.graph(graph).owner &&
        std::find(outputs.begin(), outputs.end(), value) != outputs.end())
        return quoted(m_model, value) + " is an output already";
    return {};
}

ValueId valueAt(const Model& model, const Destination& destination)
{
    if (!isThere(model, destination))
        return {};
    if (const auto* port = std::get_if<OutputPort>(&destination))
        return model.graph(port->graph).outputs[port->position];
    const Use& use = std::get<Use>(destination);
    const std::vector<Input>& inputs = model.node(use.node).inputs();
    return use.input < inputs.size() ? inputs[use.input].value : ValueId();
}

Result<Edit> connectValue(const Model& model, ValueId value, const Destination& destination)
{
    if (!isThere(model, value) || !isThere(model, destination))
        return refuse(gone);
    if (std::string why = ConnectionRules(model, value).whyNot(value, destination); !why.empty())
        return refuse(std::move(why));
    EditRecorder recorder(model);
    if (valueAt(model, destination) != value)
        if (auto done = set(recorder, value, destination); !done)
            return fail(done.error());
    return recorder.take();
}

Result<Edit> removeConnection(const Model& model, const Destination& destination)
{
    if (!valueAt(model, destination))
        return refuse(gone);
    EditRecorder recorder(model);
    if (auto done = clear(recorder, destination); !done)
        return fail(done.error());
    return recorder.take();
}

Result<Edit> moveConnection(const Model& model, const Destination& from, const Destination& to)
{
    const ValueId value = valueAt(model, from);
    if (!value)
        return refuse(gone);
    EditRecorder recorder(model);
    if (from == to)
        return recorder.take();
    if (std::optional<Edit> swapped = swap(model, from, to)) {
        if (auto done = recorder.add(std::move(*swapped)); !done)
            return fail(done.error());
        return recorder.take();
    }
    if (std::string why = ConnectionRules(model, value).whyNot(value, to); !why.empty())
        return refuse(std::move(why));
    // The end arrives before it leaves: taking it from a list first would move the inputs behind it.
    if (auto done = set(recorder, value, to); !done)
        return fail(done.error());
    if (auto done = clear(recorder, from); !done)
        return fail(done.error());
    return recorder.take();
}

}  // namespace tenscope

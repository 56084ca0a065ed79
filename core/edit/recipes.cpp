#include "core/edit/recipes.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <unordered_set>

#include "core/edit/applier.h"
#include "core/edit/constantnodes.h"
#include "core/edit/editrecorder.h"

namespace tenscope {

namespace {

tl::unexpected<Error> refuse(std::string why)
{
    return fail(Error::usage(std::move(why)));
}

bool contains(const std::vector<ValueId>& list, ValueId value)
{
    return std::find(list.begin(), list.end(), value) != list.end();
}

// Adds the edits that turn every reader of `from` to `to`. Unchecked where it is known that no circle can come of it: looking
// for one costs as much as the model is large, for every reader.
Result<void> redirect(EditRecorder& recorder, ValueId from, ValueId to, bool isChecked)
{
    const std::vector<Use> uses = recorder.model().value(from).uses();
    for (const Use& use : uses)
        if (auto set = recorder.add(SetInput{use.node, use.input, to, isChecked}); !set)
            return set;
    for (std::size_t g = 0; g < recorder.model().graphCount(); ++g) {
        const std::size_t count = recorder.model().graph(GraphId(g)).outputs.size();
        for (std::size_t i = 0; i < count; ++i)
            if (recorder.model().graph(GraphId(g)).outputs[i] == from)
                if (auto set = recorder.add(SetGraphOutput{GraphId(g), i, to, isChecked}); !set)
                    return set;
    }
    return {};
}

// Why the node's first output cannot be replaced by its first input; else empty.
std::string whyNotBypass(const Model& model, NodeId id)
{
    const Node& node = model.node(id);
    if (node.inputs().empty() || !node.inputs()[0].value || node.outputs().empty())
        return "node " + quoted(model, id) + " has no input that could take the place of its output";
    for (std::size_t i = 1; i < node.outputs().size(); ++i)
        if (!model.value(node.outputs()[i]).uses().empty() || isGraphOutput(model, node.outputs()[i]))
            return "node " + quoted(model, id) + " has more than one output that is used";
    const ValueId in = node.inputs()[0].value, out = node.outputs()[0];
    if (!isGraphOutput(model, out))
        return {};
    // The name of a graph's output belongs to whoever runs the model: the value that takes its place must take the name.
    const Value& value = model.value(in);
    if (value.graph != node.graph || !value.producer() || isGraphOutput(model, in))
        return "node " + quoted(model, id) + " gives the output " + quoted(model, out) + ", which " + quoted(model, in) +
               " cannot be as well; make the node an Identity instead";
    return {};
}

Result<void> bypass(EditRecorder& recorder, NodeId id)
{
    const Model& model = recorder.model();
    if (std::string why = whyNotBypass(model, id); !why.empty())
        return refuse(std::move(why));
    const ValueId in = model.node(id).inputs()[0].value, out = model.node(id).outputs()[0];
    const bool isOutput = isGraphOutput(model, out);
    const std::string name = model.value(out).name;
    const Type type = model.value(out).statedType();
    if (auto redirected = redirect(recorder, out, in, false); !redirected)
        return redirected;
    if (auto removed = recorder.add(RemoveNode{id}); !removed || !isOutput)
        return removed;
    if (model.value(in).statedType().kind == Type::Kind::Unknown && type.kind != Type::Kind::Unknown)
        if (auto typed = recorder.add(SetValueType{in, type}); !typed)
            return typed;
    return recorder.add(RenameValue{in, name});
}

bool isConstant(const Model& model, NodeId id)
{
    return model.op(id).name == "Constant" && model.node(id).inputs().empty();
}

// What the node reads itself and by way of the nodes in its bodies, of values of its own graph or one around it.
void forEachRead(const Model& model, NodeId id, const std::function<void(ValueId)>& visit)
{
    for (const Input& input : model.node(id).inputs())
        if (input.value)
            visit(input.value);
    std::vector<GraphId> open = model.bodies(id);
    while (!open.empty()) {
        const GraphId body = open.back();
        open.pop_back();
        const auto outer = [&](ValueId value) {
            if (value && isVisible(model, model.node(id).graph, model.value(value).graph))
                visit(value);
        };
        for (const ValueId output : model.graph(body).outputs)
            outer(output);
        for (const NodeId inner : model.nodes(body)) {
            for (const Input& input : model.node(inner).inputs())
                outer(input.value);
            for (const GraphId deeper : model.bodies(inner))
                open.push_back(deeper);
        }
    }
}

// Shape constants of Reshape that begin with `size` are told to keep the first dimension: −1 where that is free, else 0.
Result<void> freeReshapes(EditRecorder& recorder, std::int64_t size)
{
    const Model& model = recorder.model();
    for (std::size_t n = 0; n < model.nodeCount(); ++n) {
        const Node& node = model.node(NodeId(n));
        if (!node.isAlive() || model.op(node.op).name != "Reshape" || node.inputs().size() != 2 || !node.inputs()[1].value)
            continue;
        const Attribute* allowZero = node.attribute("allowzero");
        const auto* zeroIsZero = allowZero ? std::get_if<std::int64_t>(&allowZero->value) : nullptr;
        const Value& shape = model.value(node.inputs()[1].value);
        TensorId id = shape.tensor;
        if (!id && shape.producer() && isConstant(model, shape.producer()))
            if (const Attribute* value = model.node(shape.producer()).attribute("value"))
                if (const auto* held = std::get_if<TensorId>(&value->value))
                    id = *held;
        if (!id || model.tensor(id).element != ElementType::Int64 || model.tensor(id).shape.size() != 1)
            continue;
        const bool isShared = std::any_of(shape.uses().begin(), shape.uses().end(), [&](const Use& use) {
            return model.op(use.node).name != "Reshape" || use.input != 1;
        });
        const auto bytes = model.tensor(id).bytes();
        if (isShared || !bytes || bytes->size() < 8 || bytes->size() % 8 != 0)
            continue;
        std::vector<std::int64_t> sizes(bytes->size() / 8);
        std::memcpy(sizes.data(), bytes->data(), bytes->size());
        const bool hasFree = std::find(sizes.begin(), sizes.end(), -1) != sizes.end();
        if (sizes[0] != size || (hasFree && zeroIsZero && *zeroIsZero != 0))
            continue;
        sizes[0] = hasFree ? 0 : -1;
        std::vector<std::byte> content(bytes->size());
        std::memcpy(content.data(), sizes.data(), content.size());
        Tensor tensor;
        tensor.element = ElementType::Int64;
        tensor.shape = model.tensor(id).shape;
        tensor.data = OwnedBytes{std::make_shared<const std::vector<std::byte>>(std::move(content))};
        if (auto replaced = recorder.add(ReplaceTensor{id, std::move(tensor)}); !replaced)
            return replaced;
    }
    return {};
}

}  // namespace

Result<Edit> bypassNode(const Model& model, NodeId node)
{
    return bypassNodes(model, std::span(&node, 1));
}

Result<Edit> bypassNodes(const Model& model, std::span<const NodeId> nodes)
{
    EditRecorder recorder(model);
    for (const NodeId node : nodes) {
        if (!node || node.index() >= model.nodeCount() || !recorder.model().node(node).isAlive())
            return refuse("there is no such node any more");
        if (auto bypassed = bypass(recorder, node); !bypassed)
            return fail(bypassed.error());
    }
    return recorder.take();
}

Result<Edit> replaceUses(const Model& model, ValueId from, ValueId to)
{
    const auto isThere = [&](ValueId id) { return id && id.index() < model.valueCount() && model.value(id).isAlive(); };
    if (!isThere(from) || !isThere(to))
        return refuse("there is no such value any more");
    EditRecorder recorder(model);
    if (auto redirected = redirect(recorder, from, to, true); !redirected)
        return fail(redirected.error());
    return recorder.take();
}

Result<Edit> removeIdentities(const Model& model)
{
    EditRecorder recorder(model);
    for (std::size_t n = 0; n < model.nodeCount(); ++n) {
        const NodeId id(n);
        const Model& now = recorder.model();
        if (now.node(id).isAlive() && now.op(id).name == "Identity" && now.op(id).domain.empty() && whyNotBypass(now, id).empty())
            if (auto bypassed = bypass(recorder, id); !bypassed)
                return fail(bypassed.error());
    }
    return recorder.take();
}

Result<Edit> removeDeadNodes(const Model& model)
{
    if (model.format != Format::Onnx)
        return refuse("operators of this model may act on what they read, so none can be told to be without effect");
    std::vector<bool> isNeeded(model.nodeCount());
    std::vector<NodeId> open;
    const auto need = [&](ValueId value) {
        const NodeId node = value ? model.value(value).producer() : NodeId();
        if (node && !isNeeded[node.index()]) {
            isNeeded[node.index()] = true;
            open.push_back(node);
        }
    };
    std::vector<GraphId> roots = {model.mainGraph};
    for (const Function& function : model.functions)
        roots.push_back(function.graph);
    const auto needGraph = [&](GraphId graph) {
        for (const ValueId output : model.graph(graph).outputs)
            need(output);
        // A node without outputs is there for its effect.
        for (const NodeId node : model.nodes(graph))
            if (model.node(node).outputs().empty() && !isNeeded[node.index()]) {
                isNeeded[node.index()] = true;
                open.push_back(node);
            }
    };
    for (const GraphId root : roots)
        if (root)
            needGraph(root);
    while (!open.empty()) {
        const NodeId node = open.back();
        open.pop_back();
        for (const Input& input : model.node(node).inputs())
            need(input.value);
        for (const GraphId body : model.bodies(node))
            needGraph(body);
    }
    // From the last to the first, so that no reader is left; what lies in the body of a dead node goes with it.
    Macro macro;
    for (std::size_t g = 0; g < model.graphCount(); ++g) {
        const NodeId owner = model.graph(GraphId(g)).owner;
        if (owner && !isNeeded[owner.index()])
            continue;
        for (NodeId node = model.graph(GraphId(g)).last(); node; node = model.node(node).previous())
            if (!isNeeded[node.index()])
                macro.edits.push_back(RemoveNode{node});
    }
    return Edit(std::move(macro));
}

Result<Edit> removeUnusedTensors(const Model& model)
{
    Macro macro;
    for (std::size_t g = 0; g < model.graphCount(); ++g)
        for (const ValueId value : model.graph(GraphId(g)).initializers)
            if (model.value(value).uses().empty() && !isGraphOutput(model, value) && !contains(model.graph(GraphId(g)).inputs, value))
                macro.edits.push_back(RemoveStoredTensor{value});
    return Edit(std::move(macro));
}

Result<Edit> setBatch(const Model& model, const Dimension& batch)
{
    if (!model.mainGraph)
        return refuse("the model has no graph");
    const Graph& graph = model.graph(model.mainGraph);
    std::optional<Dimension> old;
    for (const ValueId input : graph.inputs) {
        const Value& value = model.value(input);
        if (!old && !value.tensor && value.type.shape && !value.type.shape->empty())
            old = value.type.shape->front();
    }
    if (!old)
        return refuse("no input of the model says how large a batch is");
    if (*old == batch)
        return Edit(Macro{});
    const bool wasSymbol = !old->isKnown() && !old->symbol.empty();

    EditRecorder recorder(model);
    for (std::size_t v = 0; v < model.valueCount(); ++v) {
        const ValueId id(v);
        const Value& value = model.value(id);
        if (!value.isAlive() || value.tensor || value.isTypeInferred || !value.type.isTensor() || !value.type.shape || value.type.shape->empty())
            continue;
        const bool isPort = contains(graph.inputs, id) || contains(graph.outputs, id);
        Type type = value.type;
        for (std::size_t d = 0; d < type.shape->size(); ++d)
            if ((*type.shape)[d] == *old && (wasSymbol || d == 0))
                (*type.shape)[d] = wasSymbol || isPort ? batch : Dimension();
        if (type != value.type)
            if (auto set = recorder.add(SetValueType{id, std::move(type)}); !set)
                return fail(set.error());
    }
    if (old->isKnown())
        if (auto freed = freeReshapes(recorder, old->size); !freed)
            return fail(freed.error());
    return recorder.take();
}

Result<Edit> extract(const Model& model, std::span<const NodeId> nodes)
{
    std::unordered_set<NodeId> kept;
    for (const NodeId node : nodes) {
        if (!node || node.index() >= model.nodeCount() || !model.node(node).isAlive())
            return refuse("there is no such node any more");
        if (model.node(node).graph != model.mainGraph)
            return refuse("node " + quoted(model, node) + " lives in the body of another one; only nodes of the model's own graph can be taken out");
        kept.insert(node);
    }
    if (kept.empty())
        return refuse("no nodes were chosen");
    const std::unordered_set<NodeId> chosen = kept;
    std::vector<ValueId> inputs, outputs;
    // What gives the same whatever the model is given comes along: a weight behind an Identity stays a weight.
    const std::vector<bool> isConstant = constantNodes(model);
    std::vector<NodeId> open(kept.begin(), kept.end());
    while (!open.empty()) {
        const NodeId node = open.back();
        open.pop_back();
        forEachRead(model, node, [&](ValueId value) {
            const NodeId producer = model.value(value).producer();
            if (producer && isConstant[producer.index()] && kept.insert(producer).second)
                open.push_back(producer);
        });
    }
    const auto cameAlong = [&](NodeId node) { return isConstant[node.index()] && !chosen.contains(node); };
    for (const NodeId node : model.nodes(model.mainGraph)) {
        const bool isKept = kept.contains(node);
        forEachRead(model, node, [&](ValueId value) {
            const Value& read = model.value(value);
            const bool isFromKept = read.producer() && kept.contains(read.producer());
            if (isKept && !isFromKept && !read.tensor && !contains(inputs, value))
                inputs.push_back(value);
            if (!isKept && isFromKept && !cameAlong(read.producer()) && !contains(outputs, value))
                outputs.push_back(value);
        });
    }
    for (const ValueId output : model.graph(model.mainGraph).outputs)
        if (output && model.value(output).producer() && kept.contains(model.value(output).producer()) && !contains(outputs, output))
            outputs.push_back(output);
    // The end of a dead branch is still what somebody wanted to take out.
    if (outputs.empty())
        for (const NodeId node : kept)
            for (const ValueId output : model.node(node).outputs())
                if (!model.value(output).name.empty() && model.value(output).uses().empty())
                    outputs.push_back(output);

    EditRecorder recorder(model);
    const GraphId main = model.mainGraph;
    const auto add = [&](Edit edit) { return recorder.add(std::move(edit)); };
    for (std::size_t i = model.graph(main).outputs.size(); i-- > 0;)
        if (auto done = add(RemoveGraphOutput{main, i}); !done)
            return fail(done.error());
    for (NodeId node = model.graph(main).last(); node; node = model.node(node).previous())
        if (!kept.contains(node))
            if (auto done = add(RemoveNode{node}); !done)
                return fail(done.error());
    for (std::size_t i = model.graph(main).inputs.size(); i-- > 0;)
        if (const ValueId input = model.graph(main).inputs[i]; !contains(inputs, input))
            if (auto done = add(RemoveGraphInput{main, i}); !done)
                return fail(done.error());
    for (const ValueId input : inputs)
        if (!contains(recorder.model().graph(main).inputs, input))
            if (auto done = add(AddGraphInput{main, {}, input, {}}); !done)
                return fail(done.error());
    for (const ValueId output : outputs)
        if (auto done = add(AddGraphOutput{main, output, {}}); !done)
            return fail(done.error());
    if (const auto unused = removeUnusedTensors(recorder.model()))
        if (auto done = add(*unused); !done)
            return fail(done.error());
    return recorder.take();
}

}  // namespace tenscope

#include "core/torch/onnxsubject.h"

#include <algorithm>

#include "core/analysis/modelsummary.h"
#include "core/convert/heldas.h"
#include "core/graph/text.h"
#include "core/torch/atengraph.h"
#include "core/torch/scriptmodule.h"
#include "core/torch/failure.h"
#include "core/torch/fastgraph.h"
#include "core/torch/place.h"
#include "core/torch/textoperators.h"

namespace tenscope {

namespace {

// Groups the nodes of an ATen graph by the ONNX node that they were written for.
class StepFinder {
public:
    StepFinder(const AtenModel& converted, const AtenGraph& built, const Model& onnx, BuiltModel& result)
        : m_converted(converted), m_built(built), m_onnx(onnx), m_result(result)
    {
    }

    // `owner` is the ONNX node that the graph is a body of: what it writes around its own body's nodes is part of its step.
    void find(GraphId graph, NodeId owner)
    {
        const torch::jit::Node* first = nullptr;
        const torch::jit::Node* last = nullptr;
        NodeId current;
        for (const NodeId node : m_converted.model.nodes(graph)) {
            const NodeId source = m_converted.sources[node.index()];
            for (const GraphId body : m_converted.model.bodies(node))
                find(body, source);
            const auto range = m_built.nodes.find(node);
            if (range == m_built.nodes.end())
                continue;
            if (source != current) {
                add(current, owner, first, last);
                current = source;
                first = range->second.first;
            }
            last = range->second.last;
        }
        add(current, owner, first, last);
    }

private:
    void add(NodeId node, NodeId owner, const torch::jit::Node* first, const torch::jit::Node* last)
    {
        if (!node || node == owner || !first)
            return;
        RunStep step{node, last, {}};
        for (const ValueId output : m_onnx.node(node).outputs()) {
            const auto value = m_result.values.find(output);
            step.outputs.push_back(value == m_result.values.end() ? nullptr : value->second);
        }
        m_result.steps.emplace(first, std::move(step));
    }

    const AtenModel& m_converted;
    const AtenGraph& m_built;
    const Model& m_onnx;
    BuiltModel& m_result;
};

c10::IValue number(const at::Tensor& tensor, const Type& type)
{
    if (tensor.numel() != 1)
        throw Failure(Error::run("it is one number, and a tensor of " + std::to_string(tensor.numel()) + " was given"));
    switch (type.kind) {
    case Type::Kind::Int: return tensor.to(at::kLong).item<std::int64_t>();
    case Type::Kind::Float: return tensor.to(at::kDouble).item<double>();
    default: return tensor.to(at::kBool).item<bool>();
    }
}

c10::IValue argument(const Model& model, const Type& type, const Tensor* tensor, const std::vector<Tensor>* members,
                     c10::Device device)
{
    switch (type.kind) {
    case Type::Kind::Optional:
        if ((!tensor || tensor->element == ElementType::Undefined) && !members)
            return {};
        return argument(model, type.arguments.empty() ? Type() : type.arguments.front(), tensor, members, device);
    case Type::Kind::Sequence: {
        c10::List<at::Tensor> list;
        if (members)
            for (const Tensor& member : *members)
                list.push_back(heldTensor(model, member).to(device));
        else if (tensor && tensor->element != ElementType::Undefined)
            list.push_back(heldTensor(model, *tensor).to(device));
        return list;
    }
    default:
        if (!tensor || tensor->element == ElementType::Undefined)
            throw Failure(Error::run("it is missing; it is a " + toString(type)));
        if (type.kind == Type::Kind::Int || type.kind == Type::Kind::Float || type.kind == Type::Kind::Bool)
            return number(heldTensor(model, *tensor), type);
        if (type.element != ElementType::Undefined && tensor->element != type.element)
            throw Failure(Error::run("it is a " + toString(type) + ", and cannot take " + toString(tensor->type())));
        return heldTensor(model, *tensor).to(device);
    }
}

}  // namespace

OnnxSubject::OnnxSubject(AtenModel converted, BuiltModel& built)
    : m_converted(std::move(converted)), m_built(built), m_stored(m_converted.model)
{
    refuseUnconverted();
    registerTextOperators();
    build(c10::kCPU);
}

void OnnxSubject::refuseUnconverted() const
{
    const std::vector<UnconvertedNode>& left = m_converted.unconverted;
    if (left.empty())
        return;
    const UnconvertedNode& first = left.front();
    std::string text = "The model cannot run here: " + placeOf(m_built.model, first.node) + " (" +
                       displayName(m_built.model, first.node) + ") cannot be converted, because " + first.why;
    if (left.size() > 1)
        text += "; so it is with " + std::to_string(left.size() - 1) + " more";
    throw Failure(Error::run(text + "."));
}

void OnnxSubject::build(c10::Device device)
{
    // Where the conversion was exact, a weight of many gigabytes is in the graph as its place in the file.
    const auto stored = [&](torch::jit::Graph& graph, TensorId id) {
        return graph.insertConstant(m_stored.tensor(id).to(device));
    };
    auto stateful = statefulGraph(m_converted.model, m_stored, stored);
    m_state = stateful ? std::optional(stateful->state) : std::nullopt;
    const AtenGraph aten = stateful ? std::move(stateful->graph) : buildAtenGraph(m_converted.model, stored);
    m_built.graph = aten.graph;
    m_built.steps.clear();
    m_built.values.clear();
    for (const auto& [onnx, held] : m_converted.values)
        if (const auto value = aten.values.find(held); value != aten.values.end())
            m_built.values.emplace(onnx, value->second);
    StepFinder(m_converted, aten, m_built.model, m_built).find(m_converted.model.mainGraph, {});
    m_device = device;
    m_fast.reset();
}

void OnnxSubject::prepare(c10::Device device)
{
    if (device != m_device)
        build(device);
}

std::shared_ptr<torch::jit::Graph> OnnxSubject::fast()
{
    if (m_state)
        return nullptr;
    if (!m_fast)
        m_fast = fastGraph(*m_built.graph);
    return m_fast;
}

torch::jit::Stack OnnxSubject::begin(const RunRequest& request, c10::Device device)
{
    const std::vector<ValueId> inputs = requiredInputs(m_built.model);
    if (request.inputs.size() > inputs.size())
        throw Failure(Error::run("The model takes " + std::to_string(inputs.size()) + " inputs, but " +
                                 std::to_string(request.inputs.size()) + " were given."));
    torch::jit::Stack stack;
    if (m_state)
        stack.emplace_back(m_state->deepcopy()._ivalue());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const Value& value = m_built.model.value(inputs[i]);
        const auto members = request.lists.find(i);
        try {
            stack.push_back(argument(m_built.model, value.type, i < request.inputs.size() ? &request.inputs[i] : nullptr,
                                     members == request.lists.end() ? nullptr : &members->second, device));
        } catch (const Failure& failure) {
            throw Failure(Error::run("The input '" + value.name + "' cannot be used: " + failure.error().message));
        }
    }
    return stack;
}

Tensor OnnxSubject::shown(const at::Tensor& tensor, ValueId value, std::string name) const
{
    const auto element = m_converted.elements.find(value);
    return restoredTensor(tensor, element == m_converted.elements.end() ? ElementType::Undefined : element->second,
                          std::move(name));
}

}  // namespace tenscope

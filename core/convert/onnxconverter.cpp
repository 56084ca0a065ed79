#include "core/convert/onnxconverter.h"

#include <algorithm>
#include <unordered_set>

#include "core/analysis/modelsummary.h"
#include "core/convert/loweringrule.h"
#include "core/convert/schematypes.h"
#include "core/graph/text.h"

namespace tenscope {

namespace {

constexpr int deepestCall = 100;
constexpr std::size_t mostNodes = 4'000'000;

// Ends the conversion as a whole.
struct Stopped {
    Error error;
};

std::int64_t opsetOf(const ConversionFrame& frame, const std::string& domain)
{
    const auto found = frame.opsets->find(domain);
    return found == frame.opsets->end() ? 1 : found->second;
}

}  // namespace

OnnxConverter::OnnxConverter(const Model& onnx, const SchemaFunctions& schemaFunctions, Progress& progress)
    : m_onnx(onnx),
      m_schemaFunctions(schemaFunctions),
      m_progress(progress),
      m_emitter(m_result.model, GraphId(0))
{
    Model& model = m_result.model;
    model.format = Format::TorchScript;
    model.producer = onnx.producer;
    model.files = onnx.files;
    model.mainGraph = model.addGraph("forward");
    for (std::size_t i = 0; i < onnx.scopeCount(); ++i) {
        const Scope& scope = onnx.scope(ScopeId(i));
        model.scope(model.addScope(scope.parent, scope.name)).className = scope.className;
    }
    m_emitter.onNode([this](NodeId node) {
        m_result.sources.resize(node.index() + 1);
        m_result.sources[node.index()] = m_source;
    });
}

Result<AtenModel> OnnxConverter::convert()
{
    if (!m_onnx.mainGraph)
        return fail(Error::run("The model has no graph that could be run."));
    ConversionFrame frame;
    frame.model = &m_onnx;
    frame.opsets = &m_onnx.opsets;
    try {
        addStored(frame, m_onnx.mainGraph);
        addInputs(frame);
        convertNodes(frame, m_onnx.mainGraph);
        for (const ValueId output : m_onnx.graph(m_onnx.mainGraph).outputs) {
            ValueId held;
            try {
                held = m_emitter.materialize(term(frame, output));
            } catch (const Unsupported& unsupported) {
                throw Stopped{Error::run(std::string("The model cannot be run: ") + unsupported.what() + ".")};
            }
            m_result.model.graph(m_result.model.mainGraph).outputs.push_back(held);
            m_result.outputTypes.push_back(type(frame, output));
        }
    } catch (const Stopped& stopped) {
        return fail(stopped.error);
    }
    for (const auto& [value, term] : frame.terms) {
        if (term.value())
            m_result.values.emplace(value, term.value());
        Type known = type(frame, value);
        while (known.element == ElementType::Undefined && known.arguments.size() == 1)
            known = Type(known.arguments.front());
        if (heldAs(known.element) != known.element)
            m_result.elements.emplace(value, known.element);
    }
    m_result.sources.resize(m_result.model.nodeCount());
    return std::move(m_result);
}

void OnnxConverter::addInputs(ConversionFrame& frame)
{
    Model& model = m_result.model;
    for (const ValueId input : requiredInputs(m_onnx)) {
        const Value& source = m_onnx.value(input);
        const ValueId value = model.addValue(model.mainGraph, source.name, heldType(source.type));
        model.graph(model.mainGraph).inputs.push_back(value);
        frame.terms.insert_or_assign(input, Term(value, m_emitter));
        m_result.inputTypes.push_back(source.type);
    }
}

// Stored tensors of the main graph stay stored values, which can become parameters; those of bodies are constants.
void OnnxConverter::addStored(ConversionFrame& frame, GraphId graph)
{
    Model& model = m_result.model;
    for (const ValueId value : frame.model->graph(graph).initializers) {
        const Value& source = frame.model->value(value);
        if (frame.terms.count(value) != 0 || !source.tensor)
            continue;
        Term held = stored(frame, *frame.model, source.tensor);
        if (frame.model == &m_onnx && graph == m_onnx.mainGraph) {
            const ValueId weight = model.addStoredValue(model.mainGraph, source.name, *held.get<TensorId>());
            model.value(weight).type = heldType(model.tensor(*held.get<TensorId>()).type());
            model.value(weight).isParameter = true;
            held = Term(weight, m_emitter);
        }
        frame.types.insert_or_assign(value, frame.model->tensor(source.tensor).type());
        frame.terms.insert_or_assign(value, std::move(held));
    }
}

Term OnnxConverter::stored(ConversionFrame& frame, const Model& from, TensorId id)
{
    const bool isFramesOwn = frame.model == &from;
    if (isFramesOwn)
        if (const auto known = frame.tensors.find(id); known != frame.tensors.end())
            return Term(known->second, m_emitter);
    Tensor tensor = from.tensor(id);
    if (auto* sparse = std::get_if<SparseData>(&tensor.data)) {
        sparse->values = m_result.model.addTensor(from.tensor(sparse->values));
        sparse->indices = m_result.model.addTensor(from.tensor(sparse->indices));
    }
    const TensorId taken = m_result.model.addTensor(std::move(tensor));
    if (isFramesOwn)
        frame.tensors.emplace(id, taken);
    return Term(taken, m_emitter);
}

Term OnnxConverter::term(ConversionFrame& frame, ValueId value)
{
    if (!value)
        throw Unsupported("an input that it needs is left out");
    if (const auto known = frame.terms.find(value); known != frame.terms.end())
        return known->second;
    throw Unsupported("nothing computes '" + frame.model->value(value).name + "' before it");
}

Type OnnxConverter::type(const ConversionFrame& frame, ValueId value) const
{
    if (!value)
        return {};
    const auto known = frame.types.find(value);
    return known == frame.types.end() ? frame.model->value(value).type : known->second;
}

void OnnxConverter::convertNodes(ConversionFrame& frame, GraphId graph)
{
    if (graph != m_onnx.mainGraph || frame.model != &m_onnx)
        addStored(frame, graph);
    for (const NodeId node : frame.model->nodes(graph)) {
        if (++m_count > mostNodes)
            throw Stopped{Error::run("The model has more than " + std::to_string(mostNodes) +
                                     " operators once its functions are followed; that is too many to be run.")};
        if (m_count % 1024 == 0) {
            if (m_progress.cancelled())
                throw Stopped{Error::cancelled()};
            m_progress.report(-1, "Converting to LibTorch's operators");
        }
        const NodeId outer = m_source;
        if (frame.model == &m_onnx && m_depth == 0)
            m_source = node;
        if (m_depth == 0)
            m_emitter.setScope(frame.model->node(node).scope);
        convertNode(frame, node);
        m_source = outer;
        if (m_depth == 0 && outer)
            m_emitter.setScope(m_onnx.node(outer).scope);
    }
}

Term OnnxConverter::recomputed(ConversionFrame& frame, NodeId end, const std::vector<std::pair<ValueId, Term>>& given,
                               ValueId wanted)
{
    std::unordered_map<ValueId, Term> before = frame.terms;
    std::unordered_set<ValueId> changed;
    for (const auto& [value, term] : given) {
        frame.terms.insert_or_assign(value, term);
        changed.insert(value);
    }
    for (const NodeId node : frame.model->nodes(frame.model->node(end).graph)) {
        if (node == end)
            break;
        const auto& inputs = frame.model->node(node).inputs();
        const auto isChanged = [&](const Input& input) { return changed.count(input.value) != 0; };
        if (std::none_of(inputs.begin(), inputs.end(), isChanged))
            continue;
        convertNode(frame, node);
        changed.insert(frame.model->node(node).outputs().begin(), frame.model->node(node).outputs().end());
    }
    std::swap(frame.terms, before);
    if (const auto found = before.find(wanted); found != before.end())
        return found->second;
    throw Unsupported("nothing computes '" + frame.model->value(wanted).name + "' before it");
}

void OnnxConverter::convertNode(ConversionFrame& frame, NodeId node)
{
    const Operator& op = frame.model->op(node);
    const std::int64_t opset = opsetOf(frame, op.domain);
    std::string why;
    try {
        if (const Function* function = frame.model->function(op)) {
            call(frame, node, *frame.model, *function);
            return;
        }
        if (lower(frame, node, opset, &why))
            return;
        if (m_schemaFunctions) {
            if (const auto body = m_schemaFunctions(*frame.model, node, opset); body && !body->functions.empty()) {
                call(frame, node, *body, body->functions.front());
                return;
            }
        }
    } catch (const Unsupported& unsupported) {
        why = unsupported.what();
    }
    keepUnconverted(frame, node, why);
}

bool OnnxConverter::lower(ConversionFrame& frame, NodeId node, std::int64_t opset, std::string* why)
{
    const Operator& op = frame.model->op(node);
    const LoweringRule* rule = findLowering(op.domain, op.name, opset);
    if (!rule) {
        *why = "there is no rule for this operator";
        return false;
    }
    const GraphId graph = m_emitter.graph();
    const NodeId last = m_result.model.graph(graph).last();
    try {
        Lowering lowering(*this, frame, node, opset);
        rule->lower(lowering);
        completeTypes(frame, node, opset);
        nameOutputs(frame, node);
        return true;
    } catch (const Unsupported& unsupported) {
        *why = unsupported.what();
        undo(graph, last);
        return false;
    }
}

// Takes out what a lowering wrote before it gave up.
void OnnxConverter::undo(GraphId graph, NodeId last)
{
    Model& model = m_result.model;
    while (model.graph(graph).last() != last) {
        const NodeId node = model.graph(graph).last();
        for (const GraphId body : model.bodies(node))
            undo(body, {});
        model.removeNode(node);
    }
}

void OnnxConverter::completeTypes(ConversionFrame& frame, NodeId id, std::int64_t opset)
{
    const Node& node = frame.model->node(id);
    std::vector<Type> inputs;
    for (const Input& input : node.inputs())
        inputs.push_back(type(frame, input.value));
    std::vector<Type> inferred;
    for (std::size_t i = 0; i < node.outputs().size(); ++i) {
        const ValueId output = node.outputs()[i];
        const Type& declared = frame.model->value(output).type;
        if (frame.types.count(output) != 0 || (declared.kind != Type::Kind::Unknown && declared.element != ElementType::Undefined))
            continue;
        if (inferred.empty())
            inferred = schemaOutputTypes(frame.model->op(id), opset, inputs, node.outputs().size());
        frame.types.emplace(output, inferred[i]);
    }
}

// A result is called what ONNX calls it, where it is no other value under a second name.
void OnnxConverter::nameOutputs(const ConversionFrame& frame, NodeId node)
{
    Model& model = m_result.model;
    for (const ValueId output : frame.model->node(node).outputs()) {
        const auto found = frame.terms.find(output);
        if (found == frame.terms.end() || !found->second.value())
            continue;
        Value& value = model.value(found->second.value());
        const std::string& name = frame.model->value(output).name;
        const bool isNumbered = value.name.find_first_not_of("0123456789") == std::string::npos;
        if (value.producer() && isNumbered && !name.empty())
            value.name = name;
    }
}

void OnnxConverter::call(ConversionFrame& frame, NodeId id, const Model& model, const Function& function)
{
    if (m_depth >= deepestCall)
        throw Stopped{Error::run("The functions of the model call each other too deeply to be run.")};
    const Node& node = frame.model->node(id);
    ConversionFrame inner;
    inner.model = &model;
    inner.opsets = function.opsets.empty() ? &model.opsets : &function.opsets;
    const Graph& graph = model.graph(function.graph);
    for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
        const ValueId given = i < node.inputs().size() ? node.inputs()[i].value : ValueId();
        if (given) {
            inner.terms.emplace(graph.inputs[i], term(frame, given));
            inner.types.emplace(graph.inputs[i], type(frame, given));
        }
    }
    for (const Attribute& attribute : node.attributes) {
        const auto* reference = std::get_if<AttributeReference>(&attribute.value);
        if (!reference) {
            inner.bindings.push_back({attribute, frame.model});
            continue;
        }
        for (const ConversionFrame::Binding& binding : frame.bindings) {
            if (binding.attribute.name != reference->name)
                continue;
            inner.bindings.push_back(binding);
            inner.bindings.back().attribute.name = attribute.name;
        }
    }
    for (const Attribute& fallback : function.attributeDefaults)
        if (std::none_of(inner.bindings.begin(), inner.bindings.end(),
                         [&](const auto& binding) { return binding.attribute.name == fallback.name; }))
            inner.bindings.push_back({fallback, &model});
    // What one of the function's nodes cannot be is said of the node that calls it.
    const NodeId source = m_source;
    ++m_depth;
    convertNodes(inner, function.graph);
    --m_depth;
    m_source = source;
    for (std::size_t i = 0; i < node.outputs().size() && i < graph.outputs.size(); ++i) {
        const ValueId output = graph.outputs[i];
        if (!output || inner.terms.count(output) == 0)
            continue;
        frame.terms.insert_or_assign(node.outputs()[i], term(inner, output));
        frame.types.insert_or_assign(node.outputs()[i], type(inner, output));
    }
    nameOutputs(frame, id);
}

void OnnxConverter::keepUnconverted(ConversionFrame& frame, NodeId id, const std::string& why)
{
    Model& model = m_result.model;
    const Node& node = frame.model->node(id);
    const Operator& source = frame.model->op(id);
    completeTypes(frame, id, opsetOf(frame, source.domain));
    std::vector<ValueId> inputs;
    for (const Input& input : node.inputs()) {
        const auto known = frame.terms.find(input.value);
        inputs.push_back(known == frame.terms.end() ? ValueId() : m_emitter.materialize(known->second));
    }
    std::vector<Type> types;
    for (const ValueId output : node.outputs())
        types.push_back(heldType(type(frame, output)));
    const NodeId kept = m_emitter.addNode("onnx::" + source.name, inputs, types);
    model.op(model.node(kept).op).isKnown = false;
    for (const Attribute& attribute : node.attributes)
        if (!std::holds_alternative<GraphId>(attribute.value) && !std::holds_alternative<std::vector<GraphId>>(attribute.value) &&
            !std::holds_alternative<TensorId>(attribute.value) && !std::holds_alternative<std::vector<TensorId>>(attribute.value))
            model.node(kept).attributes.push_back({attribute.name, attribute.value, attribute.isFloat32, {}});
    for (std::size_t i = 0; i < node.outputs().size(); ++i)
        frame.terms.insert_or_assign(node.outputs()[i], Term(model.node(kept).outputs()[i], m_emitter));
    nameOutputs(frame, id);
    const std::string name = frame.model == &m_onnx && m_depth == 0 ? std::string() : qualifiedName(*frame.model, id) + ": ";
    m_result.unconverted.push_back({m_source, name + why});
}

Result<AtenModel> convertToAten(const Model& onnx, const SchemaFunctions& schemaFunctions, Progress& progress)
{
    return OnnxConverter(onnx, schemaFunctions, progress).convert();
}

}  // namespace tenscope

#include "core/formats/onnx/graphreader.h"

#include <onnx/onnx_pb.h>

#include "core/formats/onnx/attributereader.h"
#include "core/formats/onnx/fieldnumbers.h"
#include "core/formats/onnx/quantizationannotation.h"
#include "core/formats/onnx/tensorreader.h"
#include "core/formats/onnx/typereader.h"

namespace tenscope {

namespace {

// No model nests that deep; every level makes the search for an outer name longer.
constexpr int maximalDepth = 500;

std::string_view text(const OnnxReadContext& context, ByteRange range)
{
    return {reinterpret_cast<const char*>(context.bytes.data()) + range.offset, std::size_t(range.length)};
}

}  // namespace

// What a graph defines, by name. The names lie in the mapped file, or in `owned` where they passed through protobuf.
struct GraphReader::Names {
    std::unordered_map<std::string_view, ValueId> values;
    std::deque<std::string> owned;
    std::shared_ptr<Names> parent;  // of the graph around it
    int depth = 1;
    std::vector<ValueId> nodeOutputs;  // of all nodes, in file order

    ValueId find(std::string_view name) const
    {
        for (const Names* names = this; names; names = names->parent.get())
            if (const auto found = names->values.find(name); found != names->values.end())
                return found->second;
        return {};
    }
};

struct GraphReader::Job {
    PendingBody body;
    std::shared_ptr<Names> around;
    const std::map<std::string, std::int64_t>* opsets = nullptr;  // of the function it belongs to
};

struct GraphReader::OpenFunction {
    std::size_t index = 0;  // in Model::functions
    std::shared_ptr<Names> names;
    std::vector<WireField> nodes;
    std::vector<ByteRange> defaults;  // of attributes
};

GraphReader::GraphReader(OnnxReadContext& context)
    : m_context(context),
      m_model(context.model),
      m_operators(context.model),
      m_scopes(context.model),
      m_node(std::make_unique<onnx::NodeProto>()),
      m_valueInfo(std::make_unique<onnx::ValueInfoProto>())
{
}

GraphReader::~GraphReader() = default;

Result<void> GraphReader::readGraph(GraphId graph, ByteRange message)
{
    std::vector<Job> jobs;
    jobs.push_back({{graph, message}, nullptr, nullptr});
    return readBodies(jobs);
}

Result<void> GraphReader::readBodies(std::vector<Job>& jobs)
{
    while (!jobs.empty()) {
        const Job job = std::move(jobs.back());
        jobs.pop_back();
        if (auto read = readOne(job, jobs); !read)
            return read;
    }
    return {};
}

Result<void> GraphReader::readOne(const Job& job, std::vector<Job>& jobs)
{
    namespace number = fieldnumber::graph;
    constexpr FieldSet wanted{number::node,
                              number::initializer,
                              number::input,
                              number::output,
                              number::valueInfo,
                              number::quantizationAnnotation,
                              number::sparseInitializer,
                              number::metadataProps};
    const ByteRange message = job.body.message;
    const GraphId graph = job.body.graph;

    auto names = std::make_shared<Names>();
    names->parent = job.around;
    names->depth = job.around ? job.around->depth + 1 : 1;
    if (names->depth > maximalDepth)
        return fail(Error::read(m_context.file->path().string() + " cannot be read: at byte " +
                                std::to_string(message.offset) + ", graphs are nested more than " +
                                std::to_string(maximalDepth) + " deep, as in no model"));

    MessageSplitter splitter;
    onnx::GraphProto proto;
    if (auto read = m_context.parse("a graph", message, wanted, splitter, proto); !read)
        return read;
    m_model.graph(graph).name = proto.name();
    m_model.graph(graph).docString = proto.doc_string();
    m_model.graph(graph).origin = message;

    std::vector<WireField> nodes;
    for (const WireField& field : splitter.taken()) {
        Result<void> read;
        if (field.number == number::node)
            nodes.push_back(field);
        else if (field.number == number::input)
            read = readInput(graph, field.payload, *names);
        else if (field.number == number::metadataProps)
            read = m_context.readMetadata(field, m_model.graph(graph).metadata);
        if (!read)
            return read;
    }
    for (const WireField& field : splitter.taken())
        if (field.number == number::initializer || field.number == number::sparseInitializer)
            if (auto read = readInitializer(graph, field, *names); !read)
                return read;
    if (auto defined = defineOutputs(graph, nodes, *names); !defined)
        return defined;
    for (const WireField& field : splitter.taken())
        if (field.number == number::valueInfo)
            if (auto read = readValueInfo(field.payload, *names); !read)
                return read;
    if (auto read = readNodes(graph, nodes, names, job.opsets, jobs); !read)
        return read;
    for (const WireField& field : splitter.taken()) {
        Result<void> read;
        if (field.number == number::output)
            read = readOutput(graph, field.payload, *names);
        else if (field.number == number::quantizationAnnotation)
            read = annotate(field.payload, *names);
        if (!read)
            return read;
    }
    return {};
}

Result<void> GraphReader::readFunction(ByteRange message)
{
    namespace number = fieldnumber::function;
    constexpr FieldSet wanted{number::node, number::attributeProto, number::valueInfo, number::overload,
                              number::metadataProps};
    MessageSplitter splitter;
    onnx::FunctionProto proto;
    if (auto read = m_context.parse("a function", message, wanted, splitter, proto); !read)
        return read;
    if (auto counted =
            m_context.countObjects(1 + std::uint64_t(proto.input_size()) + std::uint64_t(proto.output_size()));
        !counted)
        return counted;

    Function function;
    function.domain = normalizedDomain(proto.domain());
    function.name = proto.name();
    function.attributeNames.assign(proto.attribute().begin(), proto.attribute().end());
    for (const onnx::OperatorSetIdProto& opset : proto.opset_import())
        function.opsets[std::string(normalizedDomain(opset.domain()))] = opset.version();
    function.origin = message;
    function.graph = m_model.addGraph(proto.name());
    m_model.graph(function.graph).docString = proto.doc_string();
    m_model.graph(function.graph).origin = message;

    OpenFunction open;
    open.index = m_model.functions.size();
    open.names = std::make_shared<Names>();
    for (const std::string& name : proto.input())
        m_model.graph(function.graph)
            .inputs.push_back(define(function.graph, open.names->owned.emplace_back(name), *open.names));
    for (const WireField& field : splitter.taken()) {
        Result<void> read;
        if (field.number == number::node)
            open.nodes.push_back(field);
        else if (field.number == number::attributeProto)
            open.defaults.push_back(field.payload);
        else if (field.number == number::overload)
            function.overload = text(m_context, field.payload);
        else if (field.number == number::metadataProps)
            read = m_context.readMetadata(field, m_model.graph(function.graph).metadata);
        if (!read)
            return read;
    }
    if (auto defined = defineOutputs(function.graph, open.nodes, *open.names); !defined)
        return defined;
    for (const WireField& field : splitter.taken())
        if (field.number == number::valueInfo)
            if (auto read = readValueInfo(field.payload, *open.names); !read)
                return read;
    for (const std::string& name : proto.output())
        m_model.graph(function.graph)
            .outputs.push_back(resolve(function.graph, open.names->owned.emplace_back(name), *open.names));
    m_functions.push_back(std::move(open));
    m_model.functions.push_back(std::move(function));
    return {};
}

Result<void> GraphReader::readFunctionNodes()
{
    for (OpenFunction& open : m_functions) {
        Function& function = m_model.functions[open.index];
        std::vector<Job> jobs;
        for (const ByteRange message : open.defaults) {
            m_context.bodies.clear();
            Result<Attribute> attribute = readAttribute(m_context, message, {});
            if (!attribute)
                return fail(attribute.error());
            function.attributeDefaults.push_back(std::move(*attribute));
            for (const PendingBody& body : m_context.bodies)
                jobs.push_back({body, open.names, &function.opsets});
        }
        if (auto read = readNodes(function.graph, open.nodes, open.names, &function.opsets, jobs); !read)
            return read;
        if (auto read = readBodies(jobs); !read)
            return read;
    }
    m_functions.clear();
    return {};
}

ValueId GraphReader::define(GraphId graph, std::string_view name, Names& names, Type type)
{
    const ValueId value = m_model.addValue(graph, std::string(name), std::move(type));
    // The first definition wins; a check tells the user of the others.
    if (!name.empty())
        names.values.try_emplace(name, value);
    return value;
}

ValueId GraphReader::resolve(GraphId graph, std::string_view name, Names& names)
{
    if (name.empty())
        return {};
    if (const ValueId found = names.find(name))
        return found;
    return define(graph, names.owned.emplace_back(name), names);
}

Result<void> GraphReader::addMetadata(ValueId value, const std::vector<WireField>& fields, std::uint32_t number)
{
    for (const WireField& field : fields)
        if (field.number == number)
            if (auto read = m_context.readMetadata(field, m_model.valueMetadata.edit()[value]); !read)
                return read;
    return {};
}

Result<void> GraphReader::readInput(GraphId graph, ByteRange message, Names& names)
{
    MessageSplitter splitter;
    if (auto read =
            m_context.parse("an input", message, {fieldnumber::valueInfo::metadataProps}, splitter, *m_valueInfo);
        !read)
        return read;
    if (auto counted = m_context.countObjects(1); !counted)
        return counted;
    const ValueId value =
        define(graph, names.owned.emplace_back(m_valueInfo->name()), names, readType(m_valueInfo->type()));
    m_model.graph(graph).inputs.push_back(value);
    return addMetadata(value, splitter.taken(), fieldnumber::valueInfo::metadataProps);
}

Result<void> GraphReader::readOutput(GraphId graph, ByteRange message, Names& names)
{
    MessageSplitter splitter;
    if (auto read =
            m_context.parse("an output", message, {fieldnumber::valueInfo::metadataProps}, splitter, *m_valueInfo);
        !read)
        return read;
    if (auto counted = m_context.countObjects(1); !counted)
        return counted;
    const ValueId value = resolve(graph, m_valueInfo->name(), names);
    m_model.graph(graph).outputs.push_back(value);
    if (!value)
        return {};
    // A value of another graph, an input or an initializer has its type already.
    if (m_model.value(value).graph == graph && m_valueInfo->has_type() &&
        (m_model.value(value).type.kind == Type::Kind::Unknown || m_model.value(value).producer()))
        m_model.value(value).type = readType(m_valueInfo->type());
    return addMetadata(value, splitter.taken(), fieldnumber::valueInfo::metadataProps);
}

Result<void> GraphReader::readValueInfo(ByteRange message, Names& names)
{
    MessageSplitter splitter;
    if (auto read =
            m_context.parse("a value's type", message, {fieldnumber::valueInfo::metadataProps}, splitter, *m_valueInfo);
        !read)
        return read;
    const auto found = names.values.find(m_valueInfo->name());
    if (found == names.values.end())
        return {};  // of a value that an optimizer removed
    Value& value = m_model.value(found->second);
    if (value.type.kind == Type::Kind::Unknown)
        value.type = readType(m_valueInfo->type());
    return addMetadata(found->second, splitter.taken(), fieldnumber::valueInfo::metadataProps);
}

Result<void> GraphReader::readInitializer(GraphId graph, const WireField& field, Names& names)
{
    const bool isSparse = field.number == fieldnumber::graph::sparseInitializer;
    Result<Tensor> tensor =
        isSparse ? readSparseTensor(m_context, field.payload) : readTensor(m_context, field.payload);
    if (!tensor)
        return fail(tensor.error());
    const std::string name = tensor->name;
    std::string why;
    if (const auto* missing = std::get_if<MissingData>(&tensor->data))
        why = missing->why;
    const TensorId id = m_model.addTensor(std::move(*tensor));

    // Up to IR version 3 an initializer is an input with a default: one value, that is both.
    ValueId value;
    const auto known = names.values.find(name);
    if (known != names.values.end() && !m_model.value(known->second).tensor) {
        value = known->second;
        m_model.value(value).tensor = id;
        m_model.graph(graph).initializers.push_back(value);
    } else {
        value = m_model.addStoredValue(graph, name, id);
        if (!name.empty())
            names.values.try_emplace(names.owned.emplace_back(name), value);
    }
    if (!why.empty())
        m_context.issue(Severity::Error, "The data of " + name + " is not to be had: " + why, value);
    return {};
}

Result<void> GraphReader::defineOutputs(GraphId graph, const std::vector<WireField>& nodes, Names& names)
{
    names.values.reserve(names.values.size() + nodes.size());
    for (const WireField& node : nodes) {
        WireReader reader(m_context.bytes, node.payload);
        WireField field;
        std::uint64_t count = 1;
        while (reader.next(field)) {
            if (field.number != fieldnumber::node::output || field.type != WireType::Bytes)
                continue;
            names.nodeOutputs.push_back(define(graph, text(m_context, field.payload), names));
            ++count;
        }
        if (reader.isBroken())
            return fail(m_context.damaged("a node", reader.faultOffset(), reader.fault(), reader.endsEarly()));
        if (auto counted = m_context.countObjects(count); !counted)
            return counted;
    }
    return {};
}

Result<void> GraphReader::readNodes(GraphId graph, const std::vector<WireField>& nodes,
                                    const std::shared_ptr<Names>& names,
                                    const std::map<std::string, std::int64_t>* opsets, std::vector<Job>& jobs)
{
    const double fileSize = double(m_context.bytes.size());
    std::size_t nextOutput = 0;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        m_context.bodies.clear();
        const Result<NodeId> node = readNode(graph, nodes[i].payload, *names, nextOutput, opsets);
        if (!node)
            return fail(node.error());
        for (const PendingBody& body : m_context.bodies)
            jobs.push_back({body, names, opsets});
        if (i % 1024 == 0)
            m_context.progress.report(double(nodes[i].begin) / fileSize);
    }
    return {};
}

Result<NodeId> GraphReader::readNode(GraphId graph, ByteRange message, Names& names, std::size_t& nextOutput,
                                     const std::map<std::string, std::int64_t>* opsets)
{
    namespace number = fieldnumber::node;
    if (auto read = m_context.parse("a node", message, {number::attribute, number::overload, number::metadataProps},
                                    m_nodeSplitter, *m_node);
        !read)
        return fail(read.error());
    const onnx::NodeProto& proto = *m_node;
    if (auto counted = m_context.countObjects(std::uint64_t(proto.input_size())); !counted)
        return fail(counted.error());
    const std::size_t outputs = std::size_t(proto.output_size());
    if (names.nodeOutputs.size() - nextOutput < outputs)
        return fail(m_context.unparsable("a node", message));

    m_inputs.clear();
    for (const std::string& name : proto.input())
        m_inputs.push_back(resolve(graph, name, names));
    m_outputs.assign(names.nodeOutputs.begin() + std::ptrdiff_t(nextOutput),
                     names.nodeOutputs.begin() + std::ptrdiff_t(nextOutput + outputs));
    nextOutput += outputs;

    std::string_view overload;
    Metadata metadata;
    std::size_t attributes = 0;
    for (const WireField& field : m_nodeSplitter.taken()) {
        if (field.number == number::attribute)
            ++attributes;
        else if (field.number == number::overload)
            overload = text(m_context, field.payload);
        else if (auto read = m_context.readMetadata(field, metadata); !read)
            return fail(read.error());
    }
    const NodeId id = m_model.addNode(graph, m_operators.find(proto.domain(), proto.op_type(), overload, opsets),
                                      m_inputs, m_outputs);
    Node& node = m_model.node(id);
    node.name = proto.name();
    node.origin = message;
    if (!proto.doc_string().empty())
        m_model.nodeDocStrings.edit()[id] = proto.doc_string();

    node.attributes.reserve(attributes);
    if (auto counted = m_context.countObjects(attributes); !counted)
        return fail(counted.error());
    for (const WireField& field : m_nodeSplitter.taken()) {
        if (field.number != number::attribute)
            continue;
        Result<Attribute> attribute = readAttribute(m_context, field.payload, id);
        if (!attribute)
            return fail(attribute.error());
        m_model.node(id).attributes.push_back(std::move(*attribute));
    }
    setConstantType(id);
    setScope(id, metadata);
    if (!metadata.empty())
        m_model.nodeMetadata.edit()[id] = std::move(metadata);
    return id;
}

void GraphReader::setScope(NodeId id, const Metadata& metadata)
{
    Node& node = m_model.node(id);
    for (const auto& [key, value] : metadata)
        if (key == "namespace")
            node.scope = m_scopes.fromNamespace(value, node.name);
    if (!node.scope)
        node.scope = m_scopes.fromNodeName(node.name);
    // Exporters and optimizers make nodes of their own without a place in the module tree, but with an output that has one.
    if (!node.scope && !node.outputs().empty() && m_model.value(node.outputs()[0]).name.starts_with('/'))
        node.scope = m_scopes.fromNodeName(m_model.value(node.outputs()[0]).name);
}

// Files seldom say the type of a constant, though it is plain to see.
void GraphReader::setConstantType(NodeId id)
{
    const Node& node = m_model.node(id);
    const Operator& op = m_model.op(id);
    if (op.name != "Constant" || !op.domain.empty() || node.outputs().size() != 1 || node.attributes.size() != 1)
        return;
    Value& output = m_model.value(node.outputs()[0]);
    if (output.type.kind != Type::Kind::Unknown)
        return;
    const AttributeValue& value = node.attributes[0].value;
    const auto list = [](ElementType element, std::size_t size) {
        return Type::tensor(element, std::vector<std::int64_t>{std::int64_t(size)});
    };
    if (const auto* tensor = std::get_if<TensorId>(&value))
        output.type = m_model.tensor(*tensor).type();
    else if (std::holds_alternative<double>(value))
        output.type = Type::tensor(ElementType::Float32, Shape{});
    else if (std::holds_alternative<std::int64_t>(value))
        output.type = Type::tensor(ElementType::Int64, Shape{});
    else if (std::holds_alternative<std::string>(value))
        output.type = Type::tensor(ElementType::String, Shape{});
    else if (const auto* floats = std::get_if<std::vector<double>>(&value))
        output.type = list(ElementType::Float32, floats->size());
    else if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&value))
        output.type = list(ElementType::Int64, integers->size());
    else if (const auto* strings = std::get_if<std::vector<std::string>>(&value))
        output.type = list(ElementType::String, strings->size());
}

Result<void> GraphReader::annotate(ByteRange message, Names& names)
{
    MessageSplitter splitter;
    onnx::TensorAnnotation proto;
    if (auto read = m_context.parse("a quantization annotation", message, {}, splitter, proto); !read)
        return read;
    const ValueId value = names.find(proto.tensor_name());
    if (!value)
        return {};
    const Tensor* scales = nullptr;
    const Tensor* zeroPoints = nullptr;
    for (const onnx::StringStringEntryProto& entry : proto.quant_parameter_tensor_names()) {
        const ValueId parameter = names.find(entry.value());
        const TensorId tensor = parameter ? m_model.value(parameter).tensor : TensorId();
        if (tensor && entry.key() == "SCALE_TENSOR")
            scales = &m_model.tensor(tensor);
        else if (tensor && entry.key() == "ZERO_POINT_TENSOR")
            zeroPoints = &m_model.tensor(tensor);
    }
    if (scales)
        if (auto quantization = quantizationFrom(*scales, zeroPoints, m_model.value(value).type))
            m_model.valueQuantization.edit()[value] = std::move(*quantization);
    return {};
}

}  // namespace tenscope

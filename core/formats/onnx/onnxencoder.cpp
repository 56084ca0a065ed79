// The model, its graphs and functions. Nodes and attributes are in nodeencoder.cpp, tensors in tensorencoder.cpp.

#include "core/formats/onnx/onnxencoder.h"

#include <onnx/onnx_pb.h>

#include <algorithm>

#include "core/formats/onnx/encoderfields.h"
#include "core/formats/onnx/fieldnumbers.h"
#include "core/formats/onnx/graphorder.h"
#include "core/formats/onnx/operatortable.h"
#include "core/formats/onnx/typereader.h"
#include "core/formats/onnx/typewriter.h"

namespace tenscope {

namespace {

// Of models made here; what every runtime of the last years reads.
constexpr std::uint64_t defaultIrVersion = 8;

// The last text of that number in a message: what protobuf makes of it.
std::string_view lastText(std::span<const std::byte> file, ByteRange message, std::uint32_t number)
{
    std::string_view text;
    for (const WireField& field : fieldsOf(file, message))
        if (field.number == number && field.type == WireType::Bytes)
            text = textAt(file, field.payload);
    return text;
}

bool contains(const std::vector<ValueId>& list, ValueId value)
{
    return std::find(list.begin(), list.end(), value) != list.end();
}

}  // namespace

// Which values a graph's messages speak of already.
struct OnnxEncoder::Statements {
    std::unordered_set<ValueId> typed;
    std::unordered_set<ValueId> described;  // their changed metadata was written
};

OnnxEncoder::OnnxEncoder(const Model& model, const Model* read, DataPlan& plan, Progress& progress)
    : m_model(model), m_read(read), m_plan(plan), m_progress(progress)
{
    if (m_read)
        m_file = m_read->files.front()->bytes();
}

void OnnxEncoder::fault(std::string why)
{
    if (m_fault.empty())
        m_fault = std::move(why);
}

const std::string& OnnxEncoder::nameOf(ValueId id) const
{
    static const std::string none;
    return id ? m_model.value(id).name : none;
}

OnnxEncoder::Fields OnnxEncoder::fields(const ByteRange* original) const
{
    return original ? fieldsOf(m_file, *original) : Fields();
}

// Whether nothing makes or reads the value any more: what a deleted node may leave behind.
bool OnnxEncoder::isStray(ValueId id) const
{
    const Value& value = m_model.value(id);
    if (!value.isAlive())
        return true;
    const Value* read = readValue(id);
    return read && read->producer() && !value.producer() && value.uses().empty() && !m_outputs.contains(id);
}

bool OnnxEncoder::isInFunction(GraphId graph) const
{
    const auto isBody = [&](const Function& function) { return function.graph == graph; };
    return std::any_of(m_model.functions.begin(), m_model.functions.end(), isBody);
}

void OnnxEncoder::findChanges()
{
    for (std::size_t g = 0; g < m_model.graphCount(); ++g)
        m_outputs.insert(m_model.graph(GraphId(g)).outputs.begin(), m_model.graph(GraphId(g)).outputs.end());
    // What was an output said its type there; when it is one no more, that must be said elsewhere.
    std::unordered_set<ValueId> wereOutputs;
    for (std::size_t g = 0; m_read && g < m_read->graphCount(); ++g)
        for (const ValueId output : m_read->graph(GraphId(g)).outputs)
            if (output && m_read->value(output).graph == GraphId(g) && !contains(m_model.graph(GraphId(g)).outputs, output))
                wereOutputs.insert(output);
    m_isRenamed.assign(m_read ? m_read->valueCount() : 0, false);
    for (std::size_t v = 0; v < m_model.valueCount(); ++v) {
        const ValueId id(v);
        const Value& value = m_model.value(id);
        const Value* read = readValue(id);
        const bool isRetyped = !read || read->type != value.statedType() || wereOutputs.contains(id);
        const Metadata& metadata = metadataOf(m_model, id);
        const bool isDescribed = read ? metadata != metadataOf(*m_read, id) : !metadata.empty();
        if (read) {
            m_isRenamed[v] = read->name != value.name;
            if (m_isRenamed[v] || isRetyped || isDescribed || isStray(id))
                m_changed[value.graph].try_emplace(read->name, id);
        }
        if (!value.isAlive() || value.name.empty())
            continue;
        // Functions' values seldom have types, and older versions of ONNX have no place for them. That of a constant is plain.
        const bool isConstant = value.producer() && m_model.op(value.producer()).name == "Constant";
        const bool isTyped = isRetyped && value.producer() && value.statedType().kind != Type::Kind::Unknown && !isConstant && !isInFunction(value.graph);
        if (isTyped || (isDescribed && !metadata.empty()))
            m_unsaid[value.graph].push_back(id);
    }
}

Result<WireMessage> OnnxEncoder::encode()
{
    namespace number = fieldnumber::model;
    findChanges();
    const ByteRange whole{0, m_file.size()};
    const Fields all = m_read ? fields(&whole) : Fields();
    MessagePatch patch(m_file, m_read ? whole : ByteRange());
    if (!m_read || m_read->irVersion != m_model.irVersion)
        setVarint(patch, number::irVersion, m_model.irVersion > 0 ? std::uint64_t(m_model.irVersion) : defaultIrVersion);
    if (!m_read)
        setText(patch, number::producerName, m_model.producer, nullptr);
    setText(patch, number::domain, m_model.domain, m_read ? &m_read->domain : nullptr);
    if (m_read ? m_read->modelVersion != m_model.modelVersion : m_model.modelVersion != 0)
        setVarint(patch, number::modelVersion, std::uint64_t(m_model.modelVersion));
    setText(patch, number::docString, m_model.docString, m_read ? &m_read->docString : nullptr);
    encodeOpsets(patch, number::opsetImport, m_model.opsets, m_read ? &m_read->opsets : nullptr, all);
    setEntries(patch, number::metadataProps, m_model.metadata, m_read ? &m_read->metadata : nullptr);

    // The last one is the one that was read.
    const Records graphs = recordsOf(all, number::graph);
    if (m_model.mainGraph && (!m_read || !graphs.empty() || m_model.graph(m_model.mainGraph).nodeCount() > 0)) {
        for (std::size_t i = 0; i + 1 < graphs.size(); ++i)
            patch.keep(*graphs[i]);
        putMessage(patch, number::graph, encodeGraph(m_model.mainGraph), graphs.empty() ? nullptr : graphs.back());
    }
    const Records functions = recordsOf(all, number::functions);
    if (!functions.empty() || !m_model.functions.empty())
        patch.replace(number::functions);
    for (std::size_t f = 0; f < m_model.functions.size(); ++f) {
        const bool isRead = m_read && f < functions.size() && m_model.functions[f].origin == functions[f]->payload;
        putMessage(patch, number::functions, encodeFunction(m_model.functions[f], isRead ? &m_read->functions[f] : nullptr),
                   isRead ? functions[f] : nullptr);
    }
    WireMessage message = patch.finish();
    if (m_progress.cancelled())
        return fail(Error::cancelled());
    if (!m_fault.empty())
        return fail(Error::write(m_fault));
    return message;
}

void OnnxEncoder::encodeOpsets(MessagePatch& patch, std::uint32_t number, const std::map<std::string, std::int64_t>& opsets,
                               const std::map<std::string, std::int64_t>* read, const Fields& all)
{
    if (read && *read == opsets)
        return;
    patch.replace(number);
    std::unordered_set<std::string> said;
    for (const WireField* field : recordsOf(all, number)) {
        const std::string domain(normalizedDomain(lastText(m_file, field->payload, fieldnumber::opset::domain)));
        const auto wanted = opsets.find(domain);
        if (wanted == opsets.end())
            continue;
        said.insert(domain);
        if (read && read->contains(domain) && read->at(domain) == wanted->second) {
            patch.keep(*field);
            continue;
        }
        MessagePatch opset(m_file, field->payload);
        setVarint(opset, fieldnumber::opset::version, std::uint64_t(wanted->second));
        putMessage(patch, number, opset.finish(), field);
    }
    for (const auto& [domain, version] : opsets) {
        if (said.contains(domain))
            continue;
        WireMessage opset;
        opset.bytes(fieldnumber::opset::domain, domain);
        opset.varint(fieldnumber::opset::version, std::uint64_t(version));
        putMessage(patch, number, std::move(opset), nullptr);
    }
}

WireMessage OnnxEncoder::encodeGraph(GraphId id)
{
    namespace number = fieldnumber::graph;
    const Graph& graph = m_model.graph(id);
    const Graph* read = m_read && id.index() < m_read->graphCount() ? &m_read->graph(id) : nullptr;
    const ByteRange* original = read ? &read->origin : nullptr;
    const Fields all = fields(original);
    MessagePatch patch(m_file, original ? *original : ByteRange());
    Statements statements;
    setText(patch, number::name, graph.name, read ? &read->name : nullptr);
    setText(patch, number::docString, graph.docString, read ? &read->docString : nullptr);
    setEntries(patch, number::metadataProps, graph.metadata, read ? &read->metadata : nullptr);
    encodePorts(patch, id, true, all, statements);
    encodeInitializers(patch, id, all);
    encodeNodes(patch, id, number::node, all);
    encodePorts(patch, id, false, all, statements);
    encodeValueInfos(patch, id, number::valueInfo, all, statements);
    encodeAnnotations(patch, id, all);
    return patch.finish();
}

WireMessage OnnxEncoder::encodeFunction(const Function& function, const Function* read)
{
    namespace number = fieldnumber::function;
    const Graph& graph = m_model.graph(function.graph);
    const ByteRange* original = read ? &read->origin : nullptr;
    const Fields all = fields(original);
    MessagePatch patch(m_file, original ? *original : ByteRange());
    const Graph* readGraph = read ? &m_read->graph(read->graph) : nullptr;
    const auto names = [](const Model& model, const std::vector<ValueId>& values) {
        std::vector<std::string_view> result;
        for (const ValueId value : values)
            result.push_back(value ? std::string_view(model.value(value).name) : std::string_view());
        return result;
    };
    const auto port = [&](std::uint32_t which, std::vector<ValueId> Graph::* list) {
        const std::vector<std::string_view> before = readGraph ? names(*m_read, readGraph->*list) : std::vector<std::string_view>();
        encodeNames(patch, which, names(m_model, graph.*list), readGraph ? &before : nullptr, all);
    };
    if (!read) {
        setText(patch, number::name, function.name, nullptr);
        setText(patch, number::domain, function.domain, nullptr);
        setText(patch, number::overload, function.overload, nullptr);
        const std::vector<std::string_view> attributes(function.attributeNames.begin(), function.attributeNames.end());
        encodeNames(patch, number::attribute, attributes, nullptr, all);
        for (const Attribute& attribute : function.attributeDefaults)
            putMessage(patch, number::attributeProto, encodeAttribute(attribute, nullptr), nullptr);
    }
    setText(patch, number::docString, graph.docString, readGraph ? &readGraph->docString : nullptr);
    setEntries(patch, number::metadataProps, graph.metadata, readGraph ? &readGraph->metadata : nullptr);
    port(number::input, &Graph::inputs);
    port(number::output, &Graph::outputs);
    encodeOpsets(patch, number::opsetImport, function.opsets, read ? &read->opsets : nullptr, all);
    encodeNodes(patch, function.graph, number::node, all);
    Statements statements;
    encodeValueInfos(patch, function.graph, number::valueInfo, all, statements);
    return patch.finish();
}

void OnnxEncoder::encodeNames(MessagePatch& patch, std::uint32_t number, const std::vector<std::string_view>& names,
                              const std::vector<std::string_view>* read, const Fields& all)
{
    if (read && *read == names)
        return;
    patch.replace(number);
    const Records records = recordsOf(all, number);
    for (std::size_t i = 0; i < names.size(); ++i) {
        const bool isThere = read && i < records.size();
        if (isThere && i < read->size() && (*read)[i] == names[i]) {
            patch.keep(*records[i]);
            continue;
        }
        WireMessage record;
        record.bytes(number, names[i]);
        patch.add(number, std::move(record), isThere ? std::optional(records[i]->begin) : std::nullopt);
    }
}

void OnnxEncoder::encodeNodes(MessagePatch& patch, GraphId graph, std::uint32_t number, const Fields& all)
{
    // The reader makes the nodes in the order of their records.
    std::unordered_map<NodeId, const WireField*> recordOf;
    std::vector<NodeId> before;
    if (m_read && graph.index() < m_read->graphCount()) {
        const Records records = recordsOf(all, number);
        recordOf.reserve(records.size());
        for (const NodeId node : m_read->nodes(graph)) {
            if (before.size() < records.size())
                recordOf.emplace(node, records[before.size()]);
            before.push_back(node);
        }
    }
    const std::vector<NodeId> nodes = order(graph);
    std::vector<WireMessage> messages;
    messages.reserve(nodes.size());
    bool isChanged = nodes != before;
    for (const NodeId node : nodes) {
        messages.push_back(encodeNode(node));
        isChanged = isChanged || !isStill(messages.back(), recordOf[node]);
        if (m_progress.cancelled())
            return;
    }
    if (!isChanged)
        return;
    patch.replace(number);
    for (std::size_t i = 0; i < nodes.size(); ++i)
        putMessage(patch, number, std::move(messages[i]), recordOf[nodes[i]]);
}

std::vector<NodeId> OnnxEncoder::order(GraphId graph)
{
    std::vector<NodeId> nodes;
    for (const NodeId node : m_model.nodes(graph))
        nodes.push_back(node);
    if (isInOrder(m_model, graph) || (m_read && graph.index() < m_read->graphCount() && !isInOrder(*m_read, graph)))
        return nodes;
    ++m_sortedGraphs;
    return inOrder(m_model, graph);
}

void OnnxEncoder::encodePorts(MessagePatch& patch, GraphId graph, bool isInputs, const Fields& all, Statements& statements)
{
    const std::uint32_t number = isInputs ? fieldnumber::graph::input : fieldnumber::graph::output;
    std::vector<ValueId> values = isInputs ? m_model.graph(graph).inputs : m_model.graph(graph).outputs;
    std::vector<ValueId> before;
    if (m_read && graph.index() < m_read->graphCount())
        before = isInputs ? m_read->graph(graph).inputs : m_read->graph(graph).outputs;
    // Up to IR version 3 every initializer must be an input as well.
    if (isInputs && m_model.irVersion < 4 && graph == m_model.mainGraph && m_model.irVersion > 0)
        for (const ValueId value : m_model.graph(graph).initializers)
            if (!readValue(value) && !contains(values, value))
                values.push_back(value);
    const Records records = recordsOf(all, number);
    std::vector<bool> isTaken(records.size());
    struct Port {
        ValueId value;
        const WireField* record = nullptr;
        WireMessage message;
    };
    std::vector<Port> ports;
    bool isChanged = values != before;
    for (const ValueId value : values) {
        Port port{value, nullptr, {}};
        for (std::size_t i = 0; i < records.size() && i < before.size(); ++i)
            if (before[i] == value && !isTaken[i]) {
                isTaken[i] = true;
                port.record = records[i];
                break;
            }
        port.message = encodeValueInfo(value, port.record, statements);
        isChanged = isChanged || !isStill(port.message, port.record);
        ports.push_back(std::move(port));
    }
    if (!isChanged)
        return;
    patch.replace(number);
    for (Port& port : ports)
        putMessage(patch, number, std::move(port.message), port.record);
}

WireMessage OnnxEncoder::encodeValueInfo(ValueId id, const WireField* original, Statements& statements)
{
    namespace number = fieldnumber::valueInfo;
    if (!id)
        return {};
    const Value& value = m_model.value(id);
    const Value* read = readValue(id);
    const ByteRange range = original ? original->payload : ByteRange();
    MessagePatch patch(m_file, range);
    if (!original || !read || read->name != value.name)
        setText(patch, number::name, value.name, nullptr);
    // A new input or output needs a type, wherever that is known from.
    const Type stated = original ? value.statedType() : value.type;
    if (!original || !read || read->type != stated) {
        const Fields all = original ? fieldsOf(m_file, range) : Fields();
        const Records types = recordsOf(all, number::type);
        WireMessage type;
        onnx::TypeProto proto;
        if (types.size() == 1 && proto.ParsePartialFromArray(m_file.data() + types[0]->payload.offset, int(types[0]->payload.length)))
            type = patchType(m_file, types[0]->payload, readType(proto), stated);
        else
            type = encodeType(stated);
        patch.replace(number::type);
        if (stated.kind != Type::Kind::Unknown)
            putMessage(patch, number::type, std::move(type), nullptr);
    }
    statements.typed.insert(id);
    const Metadata& entries = metadataOf(m_model, id);
    // What several records said of a value was joined when it was read: the first one says it all from now on.
    if (entries != (read && original ? metadataOf(*m_read, id) : Metadata())) {
        const bool isFirst = statements.described.insert(id).second;
        setEntries(patch, number::metadataProps, isFirst ? entries : Metadata(), nullptr);
    }
    return patch.finish();
}

void OnnxEncoder::encodeValueInfos(MessagePatch& patch, GraphId graph, std::uint32_t number, const Fields& all, Statements& statements)
{
    const auto changed = m_changed.find(graph);
    const auto unsaid = m_unsaid.find(graph);
    if (changed == m_changed.end() && unsaid == m_unsaid.end())
        return;
    patch.replace(number);
    for (const WireField* record : recordsOf(all, number)) {
        ValueId id;
        if (changed != m_changed.end())
            if (const auto found = changed->second.find(lastText(m_file, record->payload, fieldnumber::valueInfo::name)); found != changed->second.end())
                id = found->second;
        if (!id) {
            patch.keep(*record);
            continue;
        }
        if (isStray(id) || (m_model.value(id).statedType().kind == Type::Kind::Unknown && metadataOf(m_model, id).empty()))
            continue;
        putMessage(patch, number, encodeValueInfo(id, record, statements), record);
    }
    if (unsaid == m_unsaid.end())
        return;
    for (const ValueId id : unsaid->second)
        if (!statements.typed.contains(id))
            putMessage(patch, number, encodeValueInfo(id, nullptr, statements), nullptr);
}

void OnnxEncoder::encodeAnnotations(MessagePatch& patch, GraphId graph, const Fields& all)
{
    namespace number = fieldnumber::annotation;
    if (m_changed.empty())
        return;
    // The value that a name of the file meant there; nothing where it did not change.
    const auto changed = [&](std::string_view name) -> ValueId {
        for (GraphId g = graph; g;) {
            if (const auto found = m_changed.find(g); found != m_changed.end())
                if (const auto value = found->second.find(name); value != found->second.end())
                    return value->second;
            const NodeId owner = m_model.graph(g).owner;
            g = owner ? m_model.node(owner).graph : GraphId();
        }
        return {};
    };
    const Records records = recordsOf(all, fieldnumber::graph::quantizationAnnotation);
    if (!records.empty())
        patch.replace(fieldnumber::graph::quantizationAnnotation);
    for (const WireField* record : records) {
        MessagePatch annotation(m_file, record->payload);
        const Fields inner = fieldsOf(m_file, record->payload);
        const std::string_view name = lastText(m_file, record->payload, number::tensorName);
        const ValueId value = changed(name);
        if (value && isStray(value))
            continue;
        if (value && nameOf(value) != name)
            setText(annotation, number::tensorName, nameOf(value), nullptr);
        annotation.replace(number::parameters);
        for (const WireField* parameter : recordsOf(inner, number::parameters)) {
            const std::string_view tensorName = lastText(m_file, parameter->payload, fieldnumber::entry::value);
            const ValueId tensor = changed(tensorName);
            MessagePatch entry(m_file, parameter->payload);
            if (tensor && !isStray(tensor) && nameOf(tensor) != tensorName)
                setText(entry, fieldnumber::entry::value, nameOf(tensor), nullptr);
            putMessage(annotation, number::parameters, entry.finish(), parameter);
        }
        putMessage(patch, fieldnumber::graph::quantizationAnnotation, annotation.finish(), record);
    }
}

bool OnnxEncoder::isStill(const WireMessage& message, const WireField* record) const
{
    return record && message.is(m_file.subspan(std::size_t(record->payload.offset), std::size_t(record->payload.length)));
}

void OnnxEncoder::putMessage(MessagePatch& patch, std::uint32_t number, WireMessage&& message, const WireField* record) const
{
    if (isStill(message, record)) {
        patch.keep(*record);
        return;
    }
    WireMessage field;
    field.message(number, std::move(message));
    patch.add(number, std::move(field), record ? std::optional(record->begin) : std::nullopt);
}

}  // namespace tenscope

// Nodes and their attributes: core/formats/onnx/onnxencoder.h.

#include <algorithm>
#include <bit>

#include "core/formats/onnx/encoderfields.h"
#include "core/formats/onnx/fieldnumbers.h"
#include "core/formats/onnx/onnxencoder.h"
#include "core/formats/onnx/typewriter.h"

namespace tenscope {

namespace {

// AttributeProto.AttributeType
enum AttributeType : std::uint64_t {
    Float = 1, Int, String, OneTensor, OneGraph, Floats, Ints, Strings, SeveralTensors, SeveralGraphs, OneSparse, SeveralSparse, OneType, SeveralTypes,
};

bool sameBits(double a, double b)
{
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

bool sameValue(const AttributeValue& a, const AttributeValue& b)
{
    if (a.index() != b.index())
        return false;
    if (const auto* number = std::get_if<double>(&a))
        return sameBits(*number, std::get<double>(b));
    if (const auto* numbers = std::get_if<std::vector<double>>(&a)) {
        const auto& others = std::get<std::vector<double>>(b);
        return std::equal(numbers->begin(), numbers->end(), others.begin(), others.end(), sameBits);
    }
    return a == b;
}

bool holdsObjects(const AttributeValue& value)
{
    return std::holds_alternative<TensorId>(value) || std::holds_alternative<GraphId>(value) ||
           std::holds_alternative<std::vector<TensorId>>(value) || std::holds_alternative<std::vector<GraphId>>(value);
}

template <class Id>
std::vector<Id> idsOf(const AttributeValue& value)
{
    if (const auto* one = std::get_if<Id>(&value))
        return {*one};
    const auto* several = std::get_if<std::vector<Id>>(&value);
    return several ? *several : std::vector<Id>();
}

bool sameOperator(const Operator& a, const Operator& b)
{
    return a.name == b.name && a.domain == b.domain && a.overload == b.overload;
}

std::vector<std::string_view> inputNames(const Model& model, const Node& node)
{
    std::vector<std::string_view> names;
    for (const Input& input : node.inputs())
        names.push_back(input.value ? std::string_view(model.value(input.value).name) : std::string_view());
    return names;
}

std::vector<std::string_view> outputNames(const Model& model, const Node& node)
{
    std::vector<std::string_view> names;
    for (const ValueId output : node.outputs())
        names.push_back(model.value(output).name);
    return names;
}

}  // namespace

WireMessage OnnxEncoder::encodeNode(NodeId id)
{
    namespace number = fieldnumber::node;
    const Node& node = m_model.node(id);
    const Node* read = m_read && id.index() < m_read->nodeCount() ? &m_read->node(id) : nullptr;
    if (read && isUntouched(id, node, *read)) {
        WireMessage message;
        message.append(m_file.subspan(std::size_t(read->origin.offset), std::size_t(read->origin.length)));
        return message;
    }
    const Fields all = fields(read ? &read->origin : nullptr);
    MessagePatch patch(m_file, read ? read->origin : ByteRange());
    std::vector<std::string_view> before;
    if (read)
        before = inputNames(*m_read, *read);
    encodeNames(patch, number::input, inputNames(m_model, node), read ? &before : nullptr, all);
    if (read)
        before = outputNames(*m_read, *read);
    encodeNames(patch, number::output, outputNames(m_model, node), read ? &before : nullptr, all);
    const Operator& op = m_model.op(node.op);
    const Operator* readOp = read ? &m_read->op(read->op) : nullptr;
    setText(patch, number::name, node.name, read ? &read->name : nullptr);
    setText(patch, number::opType, op.name, readOp ? &readOp->name : nullptr);
    setText(patch, number::domain, op.domain, readOp ? &readOp->domain : nullptr);
    setText(patch, number::overload, op.overload, readOp ? &readOp->overload : nullptr);
    setText(patch, number::docString, docStringOf(m_model, id), read ? &docStringOf(*m_read, id) : nullptr);
    setEntries(patch, number::metadataProps, metadataOf(m_model, id), read ? &metadataOf(*m_read, id) : nullptr);
    encodeAttributes(patch, node, read, all);
    return patch.finish();
}

// Most nodes are, so this comes before anything is taken apart.
bool OnnxEncoder::isUntouched(NodeId id, const Node& node, const Node& read) const
{
    // Outputs and inputs of the file's nodes are values of the file.
    const auto sameInput = [&](const Input& a, const Input& b) {
        return a.value == b.value && !(a.value && m_isRenamed[a.value.index()]);
    };
    const auto isRenamed = [&](ValueId value) { return m_isRenamed[value.index()]; };
    const auto sameAttribute = [](const Attribute& a, const Attribute& b) {
        return a.name == b.name && a.origin == b.origin && !holdsObjects(a.value) && sameValue(a.value, b.value);
    };
    return node.name == read.name && node.outputs() == read.outputs() &&
           std::none_of(node.outputs().begin(), node.outputs().end(), isRenamed) &&
           std::equal(node.inputs().begin(), node.inputs().end(), read.inputs().begin(), read.inputs().end(), sameInput) &&
           std::equal(node.attributes.begin(), node.attributes.end(), read.attributes.begin(), read.attributes.end(), sameAttribute) &&
           sameOperator(m_model.op(node.op), m_read->op(read.op)) && docStringOf(m_model, id) == docStringOf(*m_read, id) &&
           metadataOf(m_model, id) == metadataOf(*m_read, id);
}

void OnnxEncoder::encodeAttributes(MessagePatch& patch, const Node& node, const Node* read, const Fields& all)
{
    const Records records = recordsOf(all, fieldnumber::node::attribute);
    std::vector<bool> isTaken(records.size());
    std::vector<std::pair<WireMessage, const WireField*>> messages;
    bool isChanged = node.attributes.size() != records.size();
    for (const Attribute& attribute : node.attributes) {
        std::size_t index = 0;
        while (index < records.size() && (isTaken[index] || index >= read->attributes.size() || read->attributes[index].origin != attribute.origin))
            ++index;
        const bool isRead = index < records.size() && attribute.origin.offset > 0;
        if (isRead)
            isTaken[index] = true;
        messages.emplace_back(encodeAttribute(attribute, isRead ? &read->attributes[index] : nullptr), isRead ? records[index] : nullptr);
        isChanged = isChanged || index != messages.size() - 1 || !isStill(messages.back().first, messages.back().second);
    }
    if (!isChanged)
        return;
    patch.replace(fieldnumber::node::attribute);
    for (auto& [message, record] : messages)
        putMessage(patch, fieldnumber::node::attribute, std::move(message), record);
}

WireMessage OnnxEncoder::encodeAttribute(const Attribute& attribute, const Attribute* read)
{
    namespace number = fieldnumber::attribute;
    const Fields all = fields(read ? &read->origin : nullptr);
    MessagePatch patch(m_file, read ? read->origin : ByteRange());
    setText(patch, number::name, attribute.name, read ? &read->name : nullptr);
    const AttributeValue& value = attribute.value;
    const bool hasObjects = holdsObjects(value);
    // Tensors and bodies may have changed inside; as long as they are the same objects, the attribute is.
    const bool isSame = read && (hasObjects ? value.index() == read->value.index() : sameValue(value, read->value));
    if (!isSame)
        for (const std::uint32_t field : {number::number, number::integer, number::text, number::tensor, number::graph, number::numbers,
                                          number::integers, number::texts, number::tensors, number::graphs, number::typeProto,
                                          number::typeProtos, number::sparseTensor, number::sparseTensors, number::refAttrName})
            patch.replace(field);
    if (!hasObjects) {
        if (!isSame)
            encodePlainValue(patch, attribute);
        return patch.finish();
    }

    const bool isList = std::holds_alternative<std::vector<TensorId>>(value) || std::holds_alternative<std::vector<GraphId>>(value);
    const Fields none;
    const Fields& present = isSame ? all : none;
    if (std::holds_alternative<GraphId>(value) || std::holds_alternative<std::vector<GraphId>>(value)) {
        if (!isSame)
            setVarint(patch, number::type, isList ? SeveralGraphs : OneGraph);
        encodeChildren(patch, isList ? number::graphs : number::graph, idsOf<GraphId>(value),
                       isSame ? idsOf<GraphId>(read->value) : std::vector<GraphId>(), isList, present,
                       [&](GraphId id, const ByteRange*) { return encodeGraph(id); });
        return patch.finish();
    }
    const std::vector<TensorId> tensors = idsOf<TensorId>(value);
    const std::uint32_t dense = isList ? number::tensors : number::tensor;
    const std::uint32_t sparse = isList ? number::sparseTensors : number::sparseTensor;
    const bool isSparse = isSame ? recordsOf(all, dense).empty() && !recordsOf(all, sparse).empty()
                                 : !tensors.empty() && std::holds_alternative<SparseData>(m_model.tensor(tensors[0]).data);
    if (!isSame)
        setVarint(patch, number::type, isSparse ? (isList ? SeveralSparse : OneSparse) : (isList ? SeveralTensors : OneTensor));
    encodeChildren(patch, isSparse ? sparse : dense, tensors, isSame ? idsOf<TensorId>(read->value) : std::vector<TensorId>(), isList, present,
                   [&](TensorId id, const ByteRange* original) {
                       const std::string& name = m_model.tensor(id).name;
                       return isSparse ? encodeSparse(id, name, original) : encodeTensor(id, name, original, false);
                   });
    return patch.finish();
}

template <class Id, class Encode>
void OnnxEncoder::encodeChildren(MessagePatch& patch, std::uint32_t number, const std::vector<Id>& ids, const std::vector<Id>& before,
                                 bool isList, const Fields& all, Encode encode)
{
    // Where only one is allowed, the last one counts, and the others mean nothing.
    Records records = recordsOf(all, number);
    const Records ignored(records.begin(), isList || records.empty() ? records.begin() : records.end() - 1);
    records.erase(records.begin(), records.begin() + std::ptrdiff_t(ignored.size()));
    patch.replace(number);
    for (const WireField* record : ignored)
        patch.keep(*record);
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const bool isRead = i < records.size() && i < before.size() && before[i] == ids[i];
        putMessage(patch, number, encode(ids[i], isRead ? &records[i]->payload : nullptr), isRead ? records[i] : nullptr);
    }
}

void OnnxEncoder::encodePlainValue(MessagePatch& patch, const Attribute& attribute)
{
    namespace number = fieldnumber::attribute;
    const auto say = [&](AttributeType type, std::uint32_t field, const auto& items, const auto& append) {
        setVarint(patch, number::type, type);
        WireMessage records;
        for (const auto& item : items)
            append(records, item);
        patch.add(field, std::move(records));
    };
    const auto integer = [](std::uint32_t field) {
        return [field](WireMessage& message, std::int64_t item) { message.varint(field, std::uint64_t(item)); };
    };
    const auto real = [](std::uint32_t field) { return [field](WireMessage& message, double item) { message.float32(field, float(item)); }; };
    const auto text = [](std::uint32_t field) { return [field](WireMessage& message, const std::string& item) { message.bytes(field, item); }; };
    const auto type = [](std::uint32_t field) { return [field](WireMessage& message, const Type& item) { message.message(field, encodeType(item)); }; };
    std::visit(
        [&](const auto& value) {
            using Kind = std::decay_t<decltype(value)>;
            if constexpr (std::is_same_v<Kind, bool> || std::is_same_v<Kind, std::int64_t>)
                say(Int, number::integer, std::initializer_list<std::int64_t>{std::int64_t(value)}, integer(number::integer));
            else if constexpr (std::is_same_v<Kind, ElementType>)
                say(Int, number::integer, std::initializer_list<std::int64_t>{onnxDataType(value)}, integer(number::integer));
            else if constexpr (std::is_same_v<Kind, double>)
                say(Float, number::number, std::initializer_list<double>{value}, real(number::number));
            else if constexpr (std::is_same_v<Kind, std::string>)
                say(String, number::text, std::initializer_list<std::string>{value}, text(number::text));
            else if constexpr (std::is_same_v<Kind, Type>)
                say(OneType, number::typeProto, std::initializer_list<Type>{value}, type(number::typeProto));
            else if constexpr (std::is_same_v<Kind, std::vector<bool>> || std::is_same_v<Kind, std::vector<std::int64_t>>)
                say(Ints, number::integers, value, integer(number::integers));
            else if constexpr (std::is_same_v<Kind, std::vector<double>>)
                say(Floats, number::numbers, value, real(number::numbers));
            else if constexpr (std::is_same_v<Kind, std::vector<std::string>>)
                say(Strings, number::texts, value, text(number::texts));
            else if constexpr (std::is_same_v<Kind, std::vector<Type>>)
                say(SeveralTypes, number::typeProtos, value, type(number::typeProtos));
            else if constexpr (std::is_same_v<Kind, AttributeReference>)
                setText(patch, number::refAttrName, value.name, nullptr);  // its type, where one is said, stays
            else if constexpr (!std::is_same_v<Kind, std::monostate>)
                fault("attribute " + attribute.name + " is of a kind that ONNX does not have");
        },
        attribute.value);
}

}  // namespace tenscope

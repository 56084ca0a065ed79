// Tensors: core/formats/onnx/onnxencoder.h.

#include <algorithm>

#include "core/formats/onnx/encoderfields.h"
#include "core/formats/onnx/fieldnumbers.h"
#include "core/formats/onnx/onnxencoder.h"
#include "core/formats/onnx/tensordata.h"

namespace tenscope {

namespace {

namespace number = fieldnumber::tensor;

constexpr std::uint64_t external = 1;  // TensorProto.DataLocation

bool saysExternal(const std::vector<WireField>& fields)
{
    std::uint64_t location = 0;
    for (const WireField& field : fields)
        if (field.number == number::dataLocation && field.type == WireType::Varint)
            location = field.value;
    return location == external;
}

void setDims(MessagePatch& patch, std::uint32_t field, const std::vector<std::int64_t>& shape)
{
    patch.replace(field);
    WireMessage records;
    for (const std::int64_t size : shape)
        records.varint(field, std::uint64_t(size));
    patch.add(field, std::move(records));
}

}  // namespace

const Tensor* OnnxEncoder::readTensorOf(TensorId id) const
{
    return m_read && id.index() < m_read->tensorCount() ? &m_read->tensor(id) : nullptr;
}

WireMessage OnnxEncoder::encodeTensor(TensorId id, const std::string& name, const ByteRange* original, bool mayLeave)
{
    const Tensor& tensor = m_model.tensor(id);
    const Tensor* read = original ? readTensorOf(id) : nullptr;
    const bool isExternal = read && saysExternal(fields(original));
    MessagePatch patch(m_file, read ? *original : ByteRange());
    const bool sameElement = read && read->element == tensor.element;
    const bool sameShape = read && read->shape == tensor.shape;
    if (!sameShape)
        setDims(patch, number::dims, tensor.shape);
    if (!sameElement) {
        const std::int32_t dataType = onnxDataType(tensor.element);
        if (dataType == 0)
            fault("tensor " + name + " cannot be written: ONNX has no element type " + std::string(tenscope::name(tensor.element)));
        setVarint(patch, number::dataType, std::uint64_t(dataType));
    }
    setText(patch, number::name, name, read ? &read->name : nullptr);
    setText(patch, number::docString, tensor.docString, read ? &read->docString : nullptr);
    setEntries(patch, number::metadataProps, tensor.metadata, read ? &read->metadata : nullptr);
    encodeData(patch, tensor, m_plan.choose(tensor, sameElement && sameShape && sameData(tensor, *read), isExternal, mayLeave));
    return patch.finish();
}

void OnnxEncoder::encodeData(MessagePatch& patch, const Tensor& tensor, DataPlan::Choice choice)
{
    if (choice == DataPlan::Choice::Stay)
        return;
    for (const std::uint32_t field : {number::segment, number::floatData, number::int32Data, number::stringData, number::int64Data,
                                      number::rawData, number::doubleData, number::uint64Data, number::externalData, number::dataLocation})
        patch.replace(field);
    if (const auto* strings = std::get_if<OwnedStrings>(&tensor.data)) {
        WireMessage records;
        for (const std::string& text : *strings->strings)
            records.bytes(number::stringData, text);
        patch.add(number::stringData, std::move(records));
        return;
    }
    Result<WireMessage> data = denseData(tensor);
    if (!data) {
        fault(data.error().message);
        return;
    }
    if (choice == DataPlan::Choice::Inline) {
        WireMessage record;
        record.message(number::rawData, std::move(*data));
        patch.add(number::rawData, std::move(record));
        return;
    }
    const std::uint64_t length = data->size();
    const std::uint64_t offset = m_plan.place(tensor, std::move(*data));
    WireMessage entries;
    entries.entries(number::externalData,
                    {{"location", m_plan.location}, {"offset", std::to_string(offset)}, {"length", std::to_string(length)}});
    patch.add(number::externalData, std::move(entries));
    setVarint(patch, number::dataLocation, external);
}

WireMessage OnnxEncoder::encodeSparse(TensorId id, const std::string& name, const ByteRange* original)
{
    namespace part = fieldnumber::sparseTensor;
    const Tensor& tensor = m_model.tensor(id);
    const Tensor* read = original ? readTensorOf(id) : nullptr;
    const auto* data = std::get_if<SparseData>(&tensor.data);
    MessagePatch patch(m_file, read ? *original : ByteRange());
    if (!read || read->shape != tensor.shape)
        setDims(patch, part::dims, tensor.shape);
    if (read && read->data.index() == tensor.data.index()) {
        // Its parts are never edited; the name is that of the values.
        const Fields all = fields(original);
        const Records values = recordsOf(all, part::values);
        if (read->name != name && !values.empty()) {
            MessagePatch inner(m_file, values.back()->payload);
            setText(inner, number::name, name, nullptr);
            putMessage(patch, part::values, inner.finish(), values.back());
        }
        return patch.finish();
    }
    if (!data) {
        fault("sparse tensor " + name + " has no data that could be written");
        return {};
    }
    patch.replace(part::values);
    patch.replace(part::indices);
    putMessage(patch, part::values, encodeTensor(data->values, name, nullptr, false), nullptr);
    putMessage(patch, part::indices, encodeTensor(data->indices, m_model.tensor(data->indices).name, nullptr, false), nullptr);
    return patch.finish();
}

void OnnxEncoder::encodeInitializers(MessagePatch& patch, GraphId graph, const Fields& all)
{
    namespace field = fieldnumber::graph;
    // The reader makes one value of each record, dense and sparse ones in the order of the file.
    Records records;
    for (const WireField& record : all)
        if ((record.number == field::initializer || record.number == field::sparseInitializer) && record.type == WireType::Bytes)
            records.push_back(&record);
    std::unordered_map<ValueId, std::size_t> indexOf;
    std::vector<ValueId> before;
    if (m_read && graph.index() < m_read->graphCount())
        before = m_read->graph(graph).initializers;
    for (std::size_t i = 0; i < before.size() && i < records.size(); ++i)
        indexOf.emplace(before[i], i);

    struct Stored {
        std::uint32_t number = 0;
        WireMessage message;
        const WireField* record = nullptr;
    };
    std::vector<Stored> stored;
    bool isChanged = m_model.graph(graph).initializers != before;
    for (const ValueId value : m_model.graph(graph).initializers) {
        const TensorId tensor = m_model.value(value).tensor;
        const auto index = indexOf.find(value);
        Stored one;
        if (index != indexOf.end() && m_read->value(value).tensor == tensor)
            one.record = records[index->second];
        const TensorData& data = m_model.tensor(tensor).data;
        const bool wasSparse = one.record && one.record->number == field::sparseInitializer;
        const bool isSparse = std::holds_alternative<SparseData>(data) || (wasSparse && std::holds_alternative<MissingData>(data));
        one.number = isSparse ? field::sparseInitializer : field::initializer;
        if (one.record && one.record->number != one.number)
            one.record = nullptr;
        const ByteRange* original = one.record ? &one.record->payload : nullptr;
        const std::string& name = m_model.value(value).name;
        one.message = isSparse ? encodeSparse(tensor, name, original) : encodeTensor(tensor, name, original, true);
        isChanged = isChanged || !isStill(one.message, one.record);
        stored.push_back(std::move(one));
        if (m_progress.cancelled())
            return;
    }
    if (!isChanged)
        return;
    patch.replace(field::initializer);
    patch.replace(field::sparseInitializer);
    for (Stored& one : stored)
        putMessage(patch, one.number, std::move(one.message), one.record);
}

}  // namespace tenscope

#include "core/formats/onnx/tensorreader.h"

#include <onnx/onnx_pb.h>

#include <cstring>

#include "core/formats/onnx/fieldnumbers.h"

namespace tenscope {

namespace {

// How the elements of a type are stored in which of TensorProto's typed fields (onnx.proto, "TensorProto").
enum class TypedField { None, Float, Double, Int32, Int64, UInt64, String };

struct Storage {
    TypedField field = TypedField::None;
    std::size_t itemBytes = 0;  // bytes of the tensor that one entry of the field gives
};

Storage storage(ElementType element)
{
    using enum ElementType;
    switch (element) {
    case Float32:
    case Complex64:  // two entries an element
        return {TypedField::Float, 4};
    case Float64:
    case Complex128: return {TypedField::Double, 8};
    case Int64: return {TypedField::Int64, 8};
    case UInt64: return {TypedField::UInt64, 8};
    case UInt32: return {TypedField::UInt64, 4};
    case Int32: return {TypedField::Int32, 4};
    case Float16:
    case BFloat16:
    case Int16:
    case UInt16: return {TypedField::Int32, 2};
    case Bool:
    case Int8:
    case UInt8:
    case Float8E4M3FN:
    case Float8E4M3FNUZ:
    case Float8E5M2:
    case Float8E5M2FNUZ:
    case Float8E8M0:
    case Float4E2M1:  // two elements a byte, one byte an entry
    case Int4:
    case UInt4:
    case Int2:  // four elements a byte
    case UInt2: return {TypedField::Int32, 1};
    case String: return {TypedField::String, 0};
    default: return {};
    }
}

// The low bytes of each entry, one after the other; hosts are little-endian, as are tensors.
template <class Items>
OwnedBytes lowBytes(const Items& items, std::size_t itemBytes)
{
    std::vector<std::byte> bytes(std::size_t(items.size()) * itemBytes);
    std::byte* out = bytes.data();
    for (const auto item : items) {
        std::memcpy(out, &item, itemBytes);
        out += itemBytes;
    }
    return {std::make_shared<const std::vector<std::byte>>(std::move(bytes))};
}

TensorData typedData(const onnx::TensorProto& proto, Storage stored)
{
    switch (stored.field) {
    case TypedField::Float: return lowBytes(proto.float_data(), stored.itemBytes);
    case TypedField::Double: return lowBytes(proto.double_data(), stored.itemBytes);
    case TypedField::Int32: return lowBytes(proto.int32_data(), stored.itemBytes);
    case TypedField::Int64: return lowBytes(proto.int64_data(), stored.itemBytes);
    case TypedField::UInt64: return lowBytes(proto.uint64_data(), stored.itemBytes);
    case TypedField::String:
        return OwnedStrings{
            std::make_shared<const std::vector<std::string>>(proto.string_data().begin(), proto.string_data().end())};
    case TypedField::None: break;
    }
    return MissingData{};
}

struct ExternalPlace {
    std::string location, offset, length;
};

ExternalPlace externalPlace(const onnx::TensorProto& proto)
{
    ExternalPlace place;
    for (const onnx::StringStringEntryProto& entry : proto.external_data()) {
        if (entry.key() == "location")
            place.location = entry.value();
        else if (entry.key() == "offset")
            place.offset = entry.value();
        else if (entry.key() == "length")
            place.length = entry.value();
    }
    return place;
}

std::string countText(std::uint64_t count, const char* what)
{
    return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
}

// Why the data does not fit the shape; empty where it does.
std::string misfit(const Tensor& tensor, std::uint64_t elements)
{
    const bool isString = std::holds_alternative<OwnedStrings>(tensor.data);
    const std::uint64_t needed = isString ? elements : byteSize(tensor.element, elements).value_or(0);
    const std::uint64_t found = isString ? std::get<OwnedStrings>(tensor.data).strings->size() : tensor.storedBytes();
    const char* unit = isString ? "string" : "byte";
    if (found == needed)
        return {};
    return "its shape needs " + countText(needed, unit) + ", but " + countText(found, unit) +
           (found == 1 ? " is" : " are") + " stored";
}

template <class Dims>
void readShape(const Dims& dims, Tensor& tensor, std::string& why)
{
    tensor.shape.assign(dims.begin(), dims.end());
    for (std::int64_t& size : tensor.shape) {
        if (size < 0) {
            why = "its shape has a negative size, " + std::to_string(size);
            size = 0;
        }
    }
}

// The one field of that number which holds the data, or nothing where there is none or several.
const WireField* onlyField(const std::vector<WireField>& taken, std::uint32_t number)
{
    const WireField* found = nullptr;
    for (const WireField& field : taken) {
        if (field.number != number)
            continue;
        if (found)
            return nullptr;
        found = &field;
    }
    return found;
}

const WireField* lastField(const std::vector<WireField>& taken, std::uint32_t number)
{
    for (auto field = taken.rbegin(); field != taken.rend(); ++field)
        if (field->number == number)
            return &*field;
    return nullptr;
}

}  // namespace

Result<Tensor> readTensor(OnnxReadContext& context, ByteRange message)
{
    if (auto counted = context.countObjects(1); !counted)
        return fail(counted.error());
    namespace number = fieldnumber::tensor;
    constexpr FieldSet large{number::rawData, number::floatData, number::doubleData, number::metadataProps};
    constexpr FieldSet rawOnly{number::rawData, number::metadataProps};
    constexpr const char* what = "a tensor";

    MessageSplitter splitter;
    onnx::TensorProto proto;
    if (auto read = context.parse(what, message, large, splitter, proto); !read)
        return fail(read.error());
    const WireField* raw = lastField(splitter.taken(), number::rawData);
    const WireField* floats = onlyField(splitter.taken(), number::floatData);
    const WireField* doubles = onlyField(splitter.taken(), number::doubleData);
    // Writers may split a packed field or mix it with single entries. Nobody does; protobuf joins them where it happens.
    const bool isSplit =
        (!floats && lastField(splitter.taken(), number::floatData)) || (floats && proto.float_data_size() > 0) ||
        (!doubles && lastField(splitter.taken(), number::doubleData)) || (doubles && proto.double_data_size() > 0);
    if (isSplit) {
        if (auto read = context.parse(what, message, rawOnly, splitter, proto); !read)
            return fail(read.error());
        raw = lastField(splitter.taken(), number::rawData);
        floats = doubles = nullptr;
    }

    Tensor tensor;
    tensor.name = proto.name();
    tensor.element = elementTypeFromOnnx(proto.data_type());
    tensor.docString = proto.doc_string();
    tensor.origin = message;
    for (const WireField& field : splitter.taken())
        if (field.number == number::metadataProps)
            if (auto read = context.readMetadata(field, tensor.metadata); !read)
                return fail(read.error());
    std::string why;
    readShape(proto.dims(), tensor, why);

    const Storage stored = storage(tensor.element);
    const std::optional<std::uint64_t> elements = tensor.elements();
    if (why.empty() && stored.field == TypedField::None)
        why = "its element type, number " + std::to_string(proto.data_type()) + " of ONNX, is not known";
    if (why.empty() && (!elements || (stored.field != TypedField::String && !byteSize(tensor.element, *elements))))
        why = "its shape has more elements than any memory";
    if (!why.empty()) {
        tensor.data = MissingData{std::move(why)};
        return tensor;
    }

    if (proto.data_location() == onnx::TensorProto::EXTERNAL) {
        const ExternalPlace place = externalPlace(proto);
        if (stored.field == TypedField::String) {
            tensor.data = MissingData{"strings cannot lie in another file"};
        } else if (auto slice = context.external.find(place.location, place.offset, place.length,
                                                      *byteSize(tensor.element, *elements))) {
            tensor.data = std::move(*slice);
        } else {
            tensor.data = MissingData{std::move(slice.error())};
        }
        return tensor;
    }
    const WireField* inPlace = stored.field == TypedField::Float    ? floats
                               : stored.field == TypedField::Double ? doubles
                                                                    : nullptr;
    // Some writers leave an empty raw_data beside typed data.
    if (raw && (raw->payload.length > 0 || !inPlace) && stored.field != TypedField::String)
        inPlace = raw;
    if (inPlace && inPlace->payload.length > 0)
        tensor.data = FileSlice{context.file, inPlace->payload.offset, inPlace->payload.length};
    else
        tensor.data = typedData(proto, stored);
    if (std::string reason = misfit(tensor, *elements); !reason.empty())
        tensor.data = MissingData{std::move(reason)};
    return tensor;
}

Result<Tensor> readSparseTensor(OnnxReadContext& context, ByteRange message)
{
    namespace number = fieldnumber::sparseTensor;
    MessageSplitter splitter;
    onnx::SparseTensorProto proto;
    if (auto read = context.parse("a sparse tensor", message, {number::values, number::indices}, splitter, proto);
        !read)
        return fail(read.error());
    const auto readPart = [&](std::uint32_t part) -> Result<Tensor> {
        const WireField* field = lastField(splitter.taken(), part);
        return field ? readTensor(context, field->payload) : Result<Tensor>(Tensor{});
    };
    Result<Tensor> values = readPart(number::values);
    if (!values)
        return values;
    Result<Tensor> indices = readPart(number::indices);
    if (!indices)
        return indices;

    Tensor tensor;
    tensor.name = values->name;
    tensor.element = values->element;
    tensor.origin = message;
    tensor.docString = values->docString;
    std::string why;
    readShape(proto.dims(), tensor, why);
    const std::uint64_t count = values->elements().value_or(0);
    const std::uint64_t rank = tensor.shape.size();
    const std::vector<std::int64_t>& indexShape = indices->shape;
    const bool isLinear = indexShape.size() == 1 && std::uint64_t(indexShape[0]) == count;
    const bool isByDimension =
        indexShape.size() == 2 && std::uint64_t(indexShape[0]) == count && std::uint64_t(indexShape[1]) == rank;
    if (const auto* missing = std::get_if<MissingData>(&values->data))
        why = "of its values, " + missing->why;
    else if (const auto* lost = std::get_if<MissingData>(&indices->data))
        why = "of its indices, " + lost->why;
    else if (indices->element != ElementType::Int64 || (!isLinear && !isByDimension))
        why = "its indices do not fit its values and shape";
    if (!why.empty()) {
        tensor.data = MissingData{std::move(why)};
        return tensor;
    }
    tensor.data = SparseData{context.model.addTensor(std::move(*values)), context.model.addTensor(std::move(*indices))};
    return tensor;
}

}  // namespace tenscope

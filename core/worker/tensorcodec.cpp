#include "core/worker/tensorcodec.h"

#include <algorithm>
#include <limits>
#include <string>

#include "core/worker/worker.pb.h"

namespace tenscope {

namespace {

constexpr std::size_t largestInline = 4 * 1024;

// Bytes that the tensor's shape, strides and type reach into its data; nothing where that does not fit 63 bits.
std::optional<std::uint64_t> reach(const Tensor& tensor)
{
    const auto elements = tensor.elements();
    if (!elements || *elements == 0 || tensor.strides.empty())
        return elements ? byteSize(tensor.element, *elements) : std::nullopt;
    constexpr auto most = std::uint64_t(std::numeric_limits<std::int64_t>::max());
    std::uint64_t last = 0;
    for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
        const auto steps = std::uint64_t(tensor.shape[i] - 1);
        const auto stride = std::uint64_t(tensor.strides[i]);
        if (stride != 0 && steps > (most - last) / stride)
            return std::nullopt;
        last += steps * stride;
    }
    return byteSize(tensor.element, last + 1);
}

// Why the tensor's description is impossible; empty where it is possible.
std::string faultOf(const Tensor& tensor)
{
    if (std::any_of(tensor.shape.begin(), tensor.shape.end(), [](std::int64_t size) { return size < 0; }))
        return "its shape has a negative size";
    if (!tensor.strides.empty() && tensor.strides.size() != tensor.shape.size())
        return "it has not as many strides as dimensions";
    if (std::any_of(tensor.strides.begin(), tensor.strides.end(), [](std::int64_t stride) { return stride < 0; }))
        return "it has a negative stride";
    return {};
}

// Whether there is a scale and a zero point for every index that a reader of the tensor may ask for.
bool fits(const Quantization& quantization, const std::vector<std::int64_t>& shape)
{
    if (quantization.scales.size() != quantization.zeroPoints.size())
        return false;
    if (quantization.axis < 0)
        return quantization.scales.size() == 1;
    return std::size_t(quantization.axis) < shape.size() &&
           quantization.scales.size() == std::size_t(shape[std::size_t(quantization.axis)]);
}

// Whether the data holds all elements. Types of no fixed size (strings, Undefined) have nothing to hold against it.
bool holds(const Tensor& tensor, std::uint64_t bytes)
{
    if (bits(tensor.element) == 0)
        return true;
    const auto needed = reach(tensor);
    return needed && *needed <= bytes;
}

Result<void> encodeBytes(std::span<const std::byte> bytes, BlobWriter& attached, protocol::Tensor& message)
{
    if (bytes.size() <= largestInline) {
        message.set_inline_bytes(bytes.data(), bytes.size());
        return {};
    }
    const auto offset = attached.append(bytes);
    if (!offset)
        return fail(offset.error());
    message.mutable_attached()->set_offset(*offset);
    message.mutable_attached()->set_length(bytes.size());
    return {};
}

TensorData decodeData(const protocol::Tensor& message, const Model* model, std::size_t tensorCount,
                      const std::shared_ptr<const MappedFile>& attached)
{
    switch (message.data_case()) {
    case protocol::Tensor::kMissing: return MissingData{message.missing()};
    case protocol::Tensor::kFile: {
        const protocol::FileSlice& slice = message.file();
        if (!model || slice.file() >= model->files.size())
            return MissingData{"its data is said to lie in a file that the model does not have"};
        const auto& file = model->files[slice.file()];
        if (!file->slice(slice.offset(), slice.length()))
            return MissingData{"its data lies outside of " + file->path().string()};
        return FileSlice{file, slice.offset(), slice.length()};
    }
    case protocol::Tensor::kAttached:
        if (!attached || !attached->slice(message.attached().offset(), message.attached().length()))
            return MissingData{"its data was not received"};
        return FileSlice{attached, message.attached().offset(), message.attached().length()};
    case protocol::Tensor::kInlineBytes: {
        const auto bytes = std::as_bytes(std::span(message.inline_bytes()));
        return OwnedBytes{std::make_shared<const std::vector<std::byte>>(bytes.begin(), bytes.end())};
    }
    case protocol::Tensor::kStrings: {
        auto strings = std::make_shared<std::vector<std::string>>();
        const std::string& bytes = message.strings().bytes();
        std::size_t position = 0;
        for (const std::uint32_t length : message.strings().lengths()) {
            if (length > bytes.size() - position)
                return MissingData{"its strings were not received"};
            strings->push_back(bytes.substr(position, length));
            position += length;
        }
        return OwnedStrings{std::move(strings)};
    }
    case protocol::Tensor::kSparse:
        if (message.sparse().values() >= tensorCount || message.sparse().indices() >= tensorCount)
            return MissingData{"its values or indices are tensors that the model does not have"};
        return SparseData{TensorId(message.sparse().values()), TensorId(message.sparse().indices())};
    case protocol::Tensor::DATA_NOT_SET: break;
    }
    return MissingData{"its data was not received"};
}

}  // namespace

ElementType elementTypeFromNumber(std::uint32_t number)
{
    return number < std::uint32_t(elementTypeCount) ? ElementType(number) : ElementType::Undefined;
}

Result<void> encode(const Tensor& tensor, const Model* model, BlobWriter& attached, protocol::Tensor& message)
{
    message.set_name(tensor.name);
    message.set_element(std::uint32_t(tensor.element));
    message.mutable_shape()->Add(tensor.shape.begin(), tensor.shape.end());
    message.mutable_strides()->Add(tensor.strides.begin(), tensor.strides.end());
    if (tensor.quantization)
        encode(*tensor.quantization, *message.mutable_quantization());
    if (!tensor.origin.isEmpty()) {
        message.mutable_origin()->set_offset(tensor.origin.offset);
        message.mutable_origin()->set_length(tensor.origin.length);
    }
    message.set_doc(tensor.docString);
    for (const auto& [key, value] : tensor.metadata) {
        protocol::KeyValue* entry = message.add_metadata();
        entry->set_key(key);
        entry->set_value(value);
    }

    if (const auto* missing = std::get_if<MissingData>(&tensor.data)) {
        message.set_missing(missing->why);
    } else if (const auto* sparse = std::get_if<SparseData>(&tensor.data)) {
        message.mutable_sparse()->set_values(sparse->values.index());
        message.mutable_sparse()->set_indices(sparse->indices.index());
    } else if (const auto* owned = std::get_if<OwnedStrings>(&tensor.data)) {
        for (const std::string& text : *owned->strings) {
            message.mutable_strings()->mutable_bytes()->append(text);
            message.mutable_strings()->add_lengths(std::uint32_t(text.size()));
        }
        message.mutable_strings();
    } else {
        if (const auto* slice = std::get_if<FileSlice>(&tensor.data); slice && model) {
            const auto file = std::find(model->files.begin(), model->files.end(), slice->file);
            if (file != model->files.end()) {
                message.mutable_file()->set_file(std::uint32_t(file - model->files.begin()));
                message.mutable_file()->set_offset(slice->offset);
                message.mutable_file()->set_length(slice->length);
                return {};
            }
        }
        const auto bytes = tensor.bytes();
        if (!bytes) {
            message.set_missing(bytes.error().message);
            return {};
        }
        return encodeBytes(*bytes, attached, message);
    }
    return {};
}

Tensor decode(const protocol::Tensor& message, const Model* model, std::size_t tensorCount,
              const std::shared_ptr<const MappedFile>& attached)
{
    Tensor tensor;
    tensor.name = message.name();
    tensor.element = elementTypeFromNumber(message.element());
    tensor.shape.assign(message.shape().begin(), message.shape().end());
    tensor.strides.assign(message.strides().begin(), message.strides().end());
    if (message.has_quantization())
        tensor.quantization = decode(message.quantization());
    tensor.origin = {message.origin().offset(), message.origin().length()};
    tensor.docString = message.doc();
    for (const protocol::KeyValue& entry : message.metadata())
        tensor.metadata.emplace_back(entry.key(), entry.value());

    if (const std::string fault = faultOf(tensor); !fault.empty()) {
        tensor.data = MissingData{fault};
        tensor.shape.clear();
        tensor.strides.clear();
        return tensor;
    }
    if (tensor.quantization && !fits(*tensor.quantization, tensor.shape)) {
        tensor.quantization.reset();
        tensor.data = MissingData{"its quantization does not fit its shape"};
        return tensor;
    }
    tensor.data = decodeData(message, model, tensorCount, attached);
    const bool hasBytes =
        std::holds_alternative<FileSlice>(tensor.data) || std::holds_alternative<OwnedBytes>(tensor.data);
    if (hasBytes && !holds(tensor, tensor.storedBytes()))
        tensor.data = MissingData{"its data is shorter than its shape says"};
    if (const auto* owned = std::get_if<OwnedStrings>(&tensor.data);
        owned && tensor.elements() != owned->strings->size())
        tensor.data = MissingData{"it has not as many strings as its shape says"};
    return tensor;
}

void encode(const Type& type, protocol::Type& message)
{
    message.set_kind(std::uint32_t(type.kind));
    message.set_element(std::uint32_t(type.element));
    message.set_has_shape(type.shape.has_value());
    if (type.shape) {
        for (const Dimension& dimension : *type.shape) {
            protocol::Dimension* entry = message.add_shape();
            entry->set_size(dimension.size);
            entry->set_symbol(dimension.symbol);
        }
    }
    for (const Type& argument : type.arguments)
        encode(argument, *message.add_arguments());
    message.set_text(type.text);
}

// As deep as protobuf's own limit of nesting allows.
Type decode(const protocol::Type& message)
{
    Type type;
    type.kind = message.kind() <= std::uint32_t(Type::Kind::Object) ? Type::Kind(message.kind()) : Type::Kind::Unknown;
    type.element = elementTypeFromNumber(message.element());
    if (message.has_shape()) {
        type.shape.emplace();
        type.shape->reserve(std::size_t(message.shape_size()));
        for (const protocol::Dimension& dimension : message.shape())
            type.shape->push_back({std::max<std::int64_t>(dimension.size(), -1), dimension.symbol()});
    }
    type.arguments.reserve(std::size_t(message.arguments_size()));
    for (const protocol::Type& argument : message.arguments())
        type.arguments.push_back(decode(argument));
    type.text = message.text();
    return type;
}

void encode(const Quantization& quantization, protocol::Quantization& message)
{
    message.set_axis(quantization.axis);
    message.mutable_scales()->Add(quantization.scales.begin(), quantization.scales.end());
    message.mutable_zero_points()->Add(quantization.zeroPoints.begin(), quantization.zeroPoints.end());
}

Quantization decode(const protocol::Quantization& message)
{
    Quantization quantization;
    quantization.axis = message.axis();
    quantization.scales.assign(message.scales().begin(), message.scales().end());
    quantization.zeroPoints.assign(message.zero_points().begin(), message.zero_points().end());
    return quantization;
}

}  // namespace tenscope

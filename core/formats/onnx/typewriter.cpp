#include "core/formats/onnx/typewriter.h"

#include <optional>

#include "core/formats/onnx/fieldnumbers.h"
#include "core/formats/onnx/messagepatch.h"

namespace tenscope {

namespace {

namespace number = fieldnumber::type;

void appendDimension(WireMessage& message, const Dimension& dimension)
{
    if (dimension.isKnown())
        message.varint(number::dimValue, std::uint64_t(dimension.size));
    else if (!dimension.symbol.empty())
        message.bytes(number::dimParam, dimension.symbol);
}

WireMessage encodeShape(const Shape& shape)
{
    WireMessage message;
    for (const Dimension& dimension : shape) {
        WireMessage one;
        appendDimension(one, dimension);
        message.message(number::dimension, std::move(one));
    }
    return message;
}

WireMessage encodeTensor(ElementType element, const std::optional<Shape>& shape)
{
    WireMessage message;
    message.varint(number::element, std::uint64_t(onnxDataType(element)));
    if (shape)
        message.message(number::shape, encodeShape(*shape));
    return message;
}

std::optional<ElementType> scalarElement(Type::Kind kind)
{
    switch (kind) {
    case Type::Kind::Int:
        return ElementType::Int64;
    case Type::Kind::Float:
        return ElementType::Float32;
    case Type::Kind::Bool:
        return ElementType::Bool;
    case Type::Kind::String:
        return ElementType::String;
    case Type::Kind::Complex:
        return ElementType::Complex128;
    default:
        return std::nullopt;
    }
}

WireMessage patchShape(std::span<const std::byte> file, ByteRange original, const Shape& before, const Shape& after)
{
    MessagePatch patch(file, original);
    std::size_t index = 0;
    for (const WireField& field : fieldsOf(file, original)) {
        if (field.number != number::dimension || field.type != WireType::Bytes)
            continue;
        if (index >= after.size() || before[index] == after[index]) {
            patch.keep(field);
        } else {
            MessagePatch dimension(file, field.payload);
            dimension.replace(number::dimValue);
            dimension.replace(number::dimParam);
            WireMessage one;
            appendDimension(one, after[index]);
            if (!one.isEmpty())
                dimension.add(after[index].isKnown() ? number::dimValue : number::dimParam, std::move(one));
            WireMessage record;
            record.message(number::dimension, dimension.finish());
            patch.add(number::dimension, std::move(record), field.begin);
        }
        ++index;
    }
    return patch.finish();
}

}  // namespace

WireMessage encodeType(const Type& type)
{
    WireMessage message;
    const auto argument = [&](std::size_t index) {
        return index < type.arguments.size() ? encodeType(type.arguments[index]) : WireMessage();
    };
    switch (type.kind) {
    case Type::Kind::Tensor:
        message.message(number::tensor, encodeTensor(type.element, type.shape));
        break;
    case Type::Kind::SparseTensor:
        message.message(number::sparseTensor, encodeTensor(type.element, type.shape));
        break;
    case Type::Kind::Sequence:
    case Type::Kind::Optional: {
        WireMessage inner;
        inner.message(number::element, argument(0));
        message.message(type.kind == Type::Kind::Sequence ? number::sequence : number::optional, std::move(inner));
        break;
    }
    case Type::Kind::Map: {
        WireMessage inner;
        if (type.arguments.size() == 2) {
            inner.varint(number::key, std::uint64_t(onnxDataType(type.arguments[0].element)));
            inner.message(number::value, argument(1));
        }
        message.message(number::map, std::move(inner));
        break;
    }
    case Type::Kind::Object: {
        // The reader joins domain and name with a dot.
        const std::size_t dot = type.text.rfind('.');
        WireMessage inner;
        if (dot != std::string::npos)
            inner.bytes(number::opaqueDomain, std::string_view(type.text).substr(0, dot));
        inner.bytes(number::opaqueName, dot == std::string::npos ? type.text : type.text.substr(dot + 1));
        message.message(number::opaque, std::move(inner));
        return message;
    }
    default:
        if (const auto element = scalarElement(type.kind))
            message.message(number::tensor, encodeTensor(*element, Shape{}));
        break;
    }
    if (!type.text.empty())
        message.bytes(number::denotation, type.text);
    return message;
}

WireMessage patchType(std::span<const std::byte> file, ByteRange original, const Type& before, const Type& after)
{
    const bool isAlike = before.isTensor() && after.kind == before.kind && before.shape && after.shape &&
                         before.shape->size() == after.shape->size() && before.text == after.text;
    const std::uint32_t kind = before.kind == Type::Kind::Tensor ? number::tensor : number::sparseTensor;
    std::optional<WireField> tensor;
    std::size_t tensors = 0, shapes = 0;
    for (const WireField& field : fieldsOf(file, original))
        if (field.number == kind && field.type == WireType::Bytes) {
            tensor = field;
            ++tensors;
        }
    // A message that is there twice is merged when it is read; nobody writes that, and it is not worth keeping.
    if (!isAlike || tensors != 1)
        return encodeType(after);

    MessagePatch inner(file, tensor->payload);
    if (before.element != after.element) {
        inner.replace(number::element);
        WireMessage element;
        element.varint(number::element, std::uint64_t(onnxDataType(after.element)));
        inner.add(number::element, std::move(element));
    }
    for (const WireField& field : fieldsOf(file, tensor->payload)) {
        if (field.number != number::shape || field.type != WireType::Bytes)
            continue;
        if (++shapes > 1)
            return encodeType(after);
        WireMessage record;
        record.message(number::shape, patchShape(file, field.payload, *before.shape, *after.shape));
        inner.add(number::shape, std::move(record), field.begin);
    }
    MessagePatch patch(file, original);
    WireMessage record;
    record.message(kind, inner.finish());
    patch.add(kind, std::move(record), tensor->begin);
    return patch.finish();
}

}  // namespace tenscope

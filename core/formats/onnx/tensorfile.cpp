#include "core/formats/onnx/tensorfile.h"

#include "core/formats/onnx/readcontext.h"
#include "core/formats/onnx/tensorreader.h"
#include "core/formats/onnx/wirereader.h"

namespace tenscope {

namespace {

// Numbers of fields that SequenceProto and OptionalProto have in common (onnx/onnx-data.proto): a tensor, or each of a
// list's; and an optional's list.
constexpr std::uint32_t tensorField = 3;
constexpr std::uint32_t sequenceField = 5;

// Collects the tensors of such a message; false where it holds something else.
bool collect(OnnxReadContext& context, ByteRange message, const Type& type, OnnxFileValue& value)
{
    const Type inner = type.arguments.empty() ? Type() : type.arguments.front();
    value.isList = value.isList || type.kind == Type::Kind::Sequence;
    WireReader reader(context.bytes, message);
    for (WireField field; reader.next(field);) {
        if (field.type != WireType::Bytes || field.number < tensorField)
            continue;
        if (field.number == sequenceField && type.kind == Type::Kind::Optional && inner.kind == Type::Kind::Sequence)
            return collect(context, field.payload, inner, value);
        if (field.number != tensorField)
            return false;
        auto tensor = readTensor(context, field.payload);
        if (!tensor || std::holds_alternative<MissingData>(tensor->data))
            return false;
        value.tensors.push_back(std::move(*tensor));
    }
    return !reader.isBroken();
}

}  // namespace

Result<OnnxFileValue> readOnnxValue(const std::filesystem::path& path, const Type& type)
{
    OnnxFileValue value;
    if (type.kind != Type::Kind::Sequence && type.kind != Type::Kind::Optional) {
        auto tensor = readOnnxTensor(path);
        if (!tensor)
            return fail(tensor.error());
        // numpy has no bfloat16: what writes test data from there gives its bits as uint16.
        if (type.element == ElementType::BFloat16 && tensor->element == ElementType::UInt16)
            tensor->element = type.element;
        value.tensors.push_back(std::move(*tensor));
        return value;
    }
    auto file = MappedFile::open(path);
    if (!file)
        return fail(file.error());
    Progress progress;
    OnnxReadContext context(*file, progress);
    if (!collect(context, {0, (*file)->size()}, type, value))
        return fail(Error::read(path.string() + " is not a list or an optional of ONNX tensors"));
    return value;
}

Result<Tensor> readOnnxTensor(const std::filesystem::path& path)
{
    auto file = MappedFile::open(path);
    if (!file)
        return fail(file.error());
    // An empty message is a tensor without a type, and so are most files that are something else but can be parsed.
    const auto none = [&] { return fail(Error::read(path.string() + " is not an ONNX tensor (TensorProto)")); };
    Progress progress;
    OnnxReadContext context(*file, progress);
    auto tensor = readTensor(context, {0, (*file)->size()});
    if (!tensor || tensor->element == ElementType::Undefined)
        return none();
    if (const auto* missing = std::get_if<MissingData>(&tensor->data))
        return fail(Error::read(path.string() + ": " + missing->why));
    return tensor;
}

}  // namespace tenscope

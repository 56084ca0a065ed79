#include "core/formats/onnx/encoderfields.h"

namespace tenscope {

Records recordsOf(const std::vector<WireField>& fields, std::uint32_t number)
{
    Records records;
    for (const WireField& field : fields)
        if (field.number == number && field.type == WireType::Bytes)
            records.push_back(&field);
    return records;
}

std::string_view textAt(std::span<const std::byte> file, ByteRange range)
{
    return {reinterpret_cast<const char*>(file.data()) + range.offset, std::size_t(range.length)};
}

void setText(MessagePatch& patch, std::uint32_t number, std::string_view now, const std::string* before)
{
    if (before && *before == now)
        return;
    patch.replace(number);
    if (now.empty())
        return;
    WireMessage record;
    record.bytes(number, now);
    patch.add(number, std::move(record));
}

void setVarint(MessagePatch& patch, std::uint32_t number, std::uint64_t now)
{
    patch.replace(number);
    WireMessage record;
    record.varint(number, now);
    patch.add(number, std::move(record));
}

void setEntries(MessagePatch& patch, std::uint32_t number, const Metadata& now, const Metadata* before)
{
    if (before && *before == now)
        return;
    patch.replace(number);
    WireMessage records;
    records.entries(number, now);
    patch.add(number, std::move(records));
}

const Metadata& metadataOf(const Model& model, ValueId id)
{
    static const Metadata none;
    const auto found = model.valueMetadata->find(id);
    return found == model.valueMetadata->end() ? none : found->second;
}

const Metadata& metadataOf(const Model& model, NodeId id)
{
    static const Metadata none;
    const auto found = model.nodeMetadata->find(id);
    return found == model.nodeMetadata->end() ? none : found->second;
}

const std::string& docStringOf(const Model& model, NodeId id)
{
    static const std::string none;
    const auto found = model.nodeDocStrings->find(id);
    return found == model.nodeDocStrings->end() ? none : found->second;
}

}  // namespace tenscope

#include "core/formats/onnx/messagepatch.h"

namespace tenscope {

std::vector<WireField> fieldsOf(std::span<const std::byte> file, ByteRange message)
{
    std::vector<WireField> fields;
    WireReader reader(file, message);
    WireField field;
    while (reader.next(field))
        fields.push_back(field);
    return fields;
}

void MessagePatch::add(std::uint32_t number, WireMessage&& record, std::optional<std::uint64_t> begin)
{
    Field& field = m_fields[number];
    if (begin) {
        field.isOrdered = field.isOrdered && *begin >= field.lastBegin;
        field.lastBegin = *begin;
    }
    field.records.push_back({std::move(record), begin});
}

void MessagePatch::keep(const WireField& field)
{
    WireMessage copy;
    copy.append(record(field));
    add(field.number, std::move(copy), field.begin);
}

void MessagePatch::write(Field& field, std::size_t end, WireMessage& message)
{
    for (; field.written < end; ++field.written)
        message.append(std::move(field.records[field.written].bytes));
}

WireMessage MessagePatch::finish()
{
    WireReader counter(m_file, m_original);
    WireField record;
    while (counter.next(record))
        if (const auto found = m_fields.find(record.number); found != m_fields.end())
            ++found->second.left;

    WireMessage message;
    WireReader reader(m_file, m_original);
    while (reader.next(record)) {
        const auto found = m_fields.find(record.number);
        if (found == m_fields.end()) {
            message.append(this->record(record));
            continue;
        }
        Field& field = found->second;
        --field.left;
        if (!field.isOrdered || field.left == 0) {
            write(field, field.records.size(), message);
            continue;
        }
        // New records wait for the one that they stand before, so that what was deleted takes nothing along.
        std::size_t next = field.written;
        while (next < field.records.size() && !(field.records[next].begin && *field.records[next].begin >= record.begin))
            ++next;
        if (next < field.records.size() && *field.records[next].begin == record.begin)
            write(field, next + 1, message);
    }
    for (auto& [number, field] : m_fields)
        write(field, field.records.size(), message);
    return message;
}

}  // namespace tenscope

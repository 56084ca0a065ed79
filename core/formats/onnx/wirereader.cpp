#include "core/formats/onnx/wirereader.h"

namespace tenscope {

bool WireReader::stop(std::uint64_t offset, std::string fault, bool endsEarly)
{
    m_fault = std::move(fault);
    m_faultOffset = offset;
    m_endsEarly = endsEarly;
    m_position = m_end;
    return false;
}

bool WireReader::readVarint(std::uint64_t& value)
{
    value = 0;
    const std::uint64_t begin = m_position;
    for (int shift = 0; shift < 70; shift += 7) {
        if (m_position >= m_end)
            return stop(begin, "a number begins that never ends", true);
        const auto byte = std::to_integer<std::uint64_t>(m_bytes[m_position++]);
        // The tenth byte has room for one bit only; protobuf drops the others, and so do we.
        value |= (byte & 0x7f) << shift;
        if (byte < 0x80)
            return true;
    }
    return stop(begin, "a number is longer than ten bytes");
}

bool WireReader::readTag(WireField& field)
{
    field.begin = m_position;
    std::uint64_t tag = 0;
    if (!readVarint(tag))
        return false;
    field.number = std::uint32_t(tag >> 3);
    const auto type = std::uint8_t(tag & 7);
    if (tag > 0xffffffffu || field.number == 0 || type > 5)
        return stop(field.begin, "there is no field, but other data");
    field.type = WireType(type);
    return true;
}

bool WireReader::next(WireField& field)
{
    if (m_position >= m_end || !readTag(field))
        return false;
    field.payload.offset = m_position;
    std::uint64_t length = 0;
    switch (field.type) {
    case WireType::Varint:
        if (!readVarint(field.value))
            return false;
        field.payload.length = m_position - field.payload.offset;
        return true;
    case WireType::Fixed64: length = 8; break;
    case WireType::Fixed32: length = 4; break;
    case WireType::Bytes:
        if (!readVarint(length))
            return false;
        field.payload.offset = m_position;
        break;
    case WireType::GroupBegin:
        if (!skipGroup(field.number))
            return false;
        field.payload.length = m_position - field.payload.offset;
        return true;
    case WireType::GroupEnd: return stop(field.begin, "a group ends that never began");
    }
    if (length > m_end - m_position)
        return stop(field.begin,
                    "a field of " + std::to_string(length) + " bytes begins, but only " +
                        std::to_string(m_end - m_position) + " bytes follow",
                    true);
    field.payload.length = length;
    m_position += length;
    return true;
}

// Counts instead of calling itself: a hostile file opens groups by the million.
bool WireReader::skipGroup(std::uint32_t number)
{
    const std::uint64_t begin = m_position;
    for (std::uint64_t depth = 1; depth > 0;) {
        if (m_position >= m_end)
            return stop(begin, "a group begins that never ends", true);
        WireField field;
        if (!readTag(field))
            return false;
        std::uint64_t length = 0;
        if (field.type == WireType::GroupBegin)
            ++depth;
        else if (field.type == WireType::GroupEnd)
            --depth;
        else if (field.type == WireType::Fixed64)
            length = 8;
        else if (field.type == WireType::Fixed32)
            length = 4;
        else if (!readVarint(length))
            return false;
        else if (field.type == WireType::Varint)
            length = 0;
        if (length > m_end - m_position)
            return stop(begin, "a group begins that never ends", true);
        m_position += length;
        if (depth == 0 && field.number != number)
            return stop(begin, "a group begins that ends as another one");
    }
    return true;
}

}  // namespace tenscope

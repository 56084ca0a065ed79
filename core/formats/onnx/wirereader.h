#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "core/graph/tensor.h"

namespace tenscope {

enum class WireType : std::uint8_t { Varint = 0, Fixed64 = 1, Bytes = 2, GroupBegin = 3, GroupEnd = 4, Fixed32 = 5 };

// One field of a protobuf message, as it lies in the file.
struct WireField {
    std::uint32_t number = 0;
    WireType type = WireType::Varint;
    std::uint64_t begin = 0;  // of the record: where its tag stands
    ByteRange payload;        // behind the tag, and of Bytes behind the length
    std::uint64_t value = 0;  // of Varint

    std::uint64_t end() const { return payload.offset + payload.length; }
};

// Walks the fields of one message in protobuf's wire format (protobuf.dev/programming-guides/encoding) without touching
// what the fields hold: the payload of a field of many gigabytes is stepped over. Groups are one field, whatever is in them.
class WireReader {
public:
    // `message` must lie inside `bytes`.
    WireReader(std::span<const std::byte> bytes, ByteRange message)
        : m_bytes(bytes), m_position(message.offset), m_end(message.offset + message.length)
    {
    }

    // False at the end of the message, and where it is broken: fault() then says what is wrong.
    bool next(WireField& field);

    bool isBroken() const { return !m_fault.empty(); }
    // To follow "at byte N": "a field of 30 bytes begins, but only 12 bytes follow".
    const std::string& fault() const { return m_fault; }
    std::uint64_t faultOffset() const { return m_faultOffset; }
    // Whether the fault is that the message ends too early: what a truncated file looks like.
    bool endsEarly() const { return m_endsEarly; }

private:
    bool readVarint(std::uint64_t& value);
    bool readTag(WireField& field);
    bool skipGroup(std::uint32_t number);
    bool stop(std::uint64_t offset, std::string fault, bool endsEarly = false);

    std::span<const std::byte> m_bytes;
    std::uint64_t m_position = 0;
    std::uint64_t m_end = 0;
    std::string m_fault;
    std::uint64_t m_faultOffset = 0;
    bool m_endsEarly = false;
};

}  // namespace tenscope

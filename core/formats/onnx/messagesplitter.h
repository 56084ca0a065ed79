#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/formats/onnx/wirereader.h"

namespace tenscope {

// A set of field numbers below 64: all that onnx.proto uses.
class FieldSet {
public:
    constexpr FieldSet(std::initializer_list<std::uint32_t> numbers)
    {
        for (const std::uint32_t number : numbers)
            m_bits |= std::uint64_t(1) << number;
    }
    constexpr bool contains(std::uint32_t number) const { return number < 64 && (m_bits >> number & 1) != 0; }

private:
    std::uint64_t m_bits = 0;
};

// Takes the fields that are large, or whose place in the file must be known, out of a message and leaves the rest for
// protobuf's own classes. This is how a model of any size is read through them without copying its tensors: a TensorProto
// without its raw_data is a small message. Fields that the ONNX library at hand is too old to know are taken the same way.
//
// Reusable: split() keeps the memory of the last message.
class MessageSplitter {
public:
    // Only fields of wire type Bytes are taken; all others of those numbers stay in rest(), where protobuf files them
    // under unknown fields. False where the message is broken: fault() says why.
    bool split(std::span<const std::byte> bytes, ByteRange message, FieldSet wanted);

    const std::vector<WireField>& taken() const { return m_taken; }  // in file order
    std::string_view rest() const { return m_rest; }
    const std::string& fault() const { return m_fault; }
    std::uint64_t faultOffset() const { return m_faultOffset; }
    bool endsEarly() const { return m_endsEarly; }

    // Parses rest() into a message of protobuf's; false where it cannot be parsed.
    template <class Message>
    bool parseRest(Message& message) const
    {
        message.Clear();
        return m_rest.size() <= std::size_t(std::numeric_limits<int>::max()) &&
               message.ParsePartialFromArray(m_rest.data(), int(m_rest.size()));
    }

private:
    std::vector<WireField> m_taken;
    std::string_view m_rest;
    std::string m_joined;
    std::string m_fault;
    std::uint64_t m_faultOffset = 0;
    bool m_endsEarly = false;
};

}  // namespace tenscope

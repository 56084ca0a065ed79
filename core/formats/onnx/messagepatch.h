#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "core/formats/onnx/wiremessage.h"

namespace tenscope {

// A message of the file with some of its fields said anew. All other records are copied as they are, in their places,
// whatever they are: that is what keeps unknown fields, unusual encodings and the order of fields through an edit.
class MessagePatch {
public:
    // `original` lies inside `file`; an empty one makes a message of the new fields alone.
    MessagePatch(std::span<const std::byte> file, ByteRange original) : m_file(file), m_original(original) {}

    // From now on the message has exactly these records of the field, in the order of the calls.
    void replace(std::uint32_t number) { m_fields[number]; }
    // One more of them. `begin`: it is what became of the record that begins there. Where all records that have one stand in
    // the file's order, each stays at its place, and new ones stand before the next of those; else all stand where the
    // first one was. A field that was not there comes at the end.
    void add(std::uint32_t number, WireMessage&& record, std::optional<std::uint64_t> begin = {});
    // The record that begins at field.begin, as it is.
    void keep(const WireField& field);

    // The whole record of a field that is there.
    std::span<const std::byte> record(const WireField& field) const
    {
        return m_file.subspan(std::size_t(field.begin), std::size_t(field.end() - field.begin));
    }

    WireMessage finish();

private:
    struct Record {
        WireMessage bytes;
        std::optional<std::uint64_t> begin;
    };
    struct Field {
        std::vector<Record> records;
        std::size_t written = 0;
        std::size_t left = 0;  // records of the original not passed yet
        bool isOrdered = true;
        std::uint64_t lastBegin = 0;
    };
    static void write(Field& field, std::size_t end, WireMessage& message);

    std::span<const std::byte> m_file;
    ByteRange m_original;
    std::map<std::uint32_t, Field> m_fields;
};

// The fields of a message that is known to be sound.
std::vector<WireField> fieldsOf(std::span<const std::byte> file, ByteRange message);

}  // namespace tenscope

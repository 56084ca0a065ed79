#include "core/formats/onnx/detectonnx.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "core/formats/onnx/fieldnumbers.h"
#include "core/formats/onnx/wirereader.h"

namespace tenscope {

namespace {

// A model has a handful of outermost fields, and now and then some thousand functions.
constexpr int examinedFields = 100'000;

struct Outline {
    std::set<std::pair<std::uint32_t, WireType>> fields;  // the different ones
    ByteRange graph;
    std::uint64_t firstValue = 0;  // of field 1, where that is a number
    bool isWhole = false;
    bool endsEarly = false;
    std::uint64_t broken = 0;  // where
};

Outline outline(std::span<const std::byte> bytes)
{
    Outline outline;
    WireReader reader(bytes, {0, bytes.size()});
    WireField field;
    int count = 0;
    while (count < examinedFields && reader.next(field)) {
        ++count;
        outline.fields.emplace(field.number, field.type);
        if (field.number == fieldnumber::model::graph && field.type == WireType::Bytes)
            outline.graph = field.payload;
        if (field.number == 1 && field.type == WireType::Varint)
            outline.firstValue = field.value;
    }
    outline.isWhole = !reader.isBroken();
    outline.endsEarly = reader.endsEarly();
    outline.broken = reader.faultOffset();
    return outline;
}

// Whether the message begins like a GraphProto: with a name, or with something that is a message itself.
bool isGraph(std::span<const std::byte> bytes, ByteRange message)
{
    if (message.length == 0)
        return true;
    WireReader reader(bytes, message);
    WireField field;
    constexpr std::array<std::uint32_t, 10> known{1, 2, 5, 10, 11, 12, 13, 14, 15, 16};
    return reader.next(field) && field.type == WireType::Bytes &&
           std::find(known.begin(), known.end(), field.number) != known.end();
}

// The outermost fields of a ModelProto, all that may stand there: whether `outline` has no other.
bool fitsModel(const Outline& outline)
{
    for (const auto& [number, type] : outline.fields) {
        const bool isNumber = number == 1 || number == 5;
        const bool isBytes =
            (number >= 2 && number <= 8 && number != 5) || number == 14 || number == 20 || number == 25 || number == 26;
        if (number <= 26 && !(isNumber && type == WireType::Varint) && !(isBytes && type == WireType::Bytes))
            return false;
        if (number > 1000)  // future fields are not far away
            return false;
    }
    return true;
}

// The field that a truncated file breaks off in is a graph, and what there is of it begins like one.
bool breaksInGraph(std::span<const std::byte> bytes, const Outline& outline)
{
    constexpr std::byte graphTag{fieldnumber::model::graph << 3 | std::uint32_t(WireType::Bytes)};
    return outline.endsEarly && outline.broken < bytes.size() && bytes[outline.broken] == graphTag;
}

}  // namespace

std::optional<Detected> detectOnnx(const MappedFile& file)
{
    const std::span<const std::byte> bytes = file.bytes();
    const Outline found = outline(bytes);
    const auto has = [&](std::uint32_t number, WireType type) { return found.fields.contains({number, type}); };
    namespace number = fieldnumber::model;
    const bool hasVersion = has(number::irVersion, WireType::Varint) && found.firstValue > 0 && found.firstValue < 1000;
    const bool hasGraph = has(number::graph, WireType::Bytes) && isGraph(bytes, found.graph);
    const bool breaksOff = !found.isWhole && breaksInGraph(bytes, found);
    const Detected model{Format::Onnx, "an ONNX model", {}};

    if (fitsModel(found) && !found.fields.empty()) {
        // What is behind a sound graph may be damaged: that is for the reader to say.
        if (hasGraph && (hasVersion || has(number::opsetImport, WireType::Bytes) || found.isWhole))
            return model;
        if (breaksOff && (hasVersion || has(number::opsetImport, WireType::Bytes)))
            return model;
        if (found.isWhole && hasVersion &&
            (has(number::functions, WireType::Bytes) || has(number::opsetImport, WireType::Bytes)))
            return model;
    }
    if (!found.isWhole)
        return std::nullopt;
    // TensorProto: data_type, and one field with data.
    if (has(2, WireType::Varint) &&
        (has(9, WireType::Bytes) || has(4, WireType::Bytes) || has(5, WireType::Bytes) || has(7, WireType::Bytes) ||
         has(6, WireType::Bytes)) &&
        found.fields.rbegin()->first <= 16)
        return Detected{std::nullopt, "a single ONNX tensor", "it can be an input of a model, but holds none"};
    // SavedModel: schema version 1, meta graphs.
    if (found.fields.size() == 2 && has(1, WireType::Varint) && has(2, WireType::Bytes) && found.firstValue == 1)
        return Detected{std::nullopt, "a TensorFlow SavedModel", "convert it to ONNX with tf2onnx"};
    // GraphDef: nodes, versions, a library.
    if (has(1, WireType::Bytes) && has(4, WireType::Bytes) && found.fields.rbegin()->first <= 4)
        return Detected{std::nullopt, "a TensorFlow graph", "convert it to ONNX with tf2onnx"};
    return std::nullopt;
}

}  // namespace tenscope

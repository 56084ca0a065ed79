#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/mappedfile.h"
#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/formats/onnx/externaldata.h"
#include "core/formats/onnx/messagesplitter.h"
#include "core/graph/model.h"

namespace tenscope {

using Metadata = std::vector<std::pair<std::string, std::string>>;

// A body that an attribute holds. Bodies are read after the node they belong to, one by one and without recursion, so that
// depth of nesting costs no stack.
struct PendingBody {
    GraphId graph;
    ByteRange message;
};

// What the parts of the ONNX reader share while one file is read.
struct OnnxReadContext {
    OnnxReadContext(std::shared_ptr<const MappedFile> opened, Progress& observer)
        : file(std::move(opened)), bytes(file->bytes()), progress(observer), external(file->path())
    {
    }

    std::shared_ptr<const MappedFile> file;
    std::span<const std::byte> bytes;
    Progress& progress;
    ExternalData external;
    Model model;
    std::vector<PendingBody> bodies;  // found in the attributes of the node that is being read

    void issue(Severity severity, std::string text, Place place = {})
    {
        model.issues.push_back({severity, std::move(text), place});
    }

    // The sentence for a message (`what`: "a node") that cannot be parsed.
    Error damaged(const char* what, std::uint64_t offset, const std::string& fault, bool endsEarly = false) const;
    Error damaged(const char* what, const MessageSplitter& message) const;
    // For a message whose fields are sound, but that protobuf cannot parse.
    Error unparsable(const char* what, ByteRange message) const;
    // Takes fields out of the message and parses what is left into `proto`.
    template <class Proto>
    Result<void> parse(const char* what, ByteRange message, FieldSet wanted, MessageSplitter& splitter,
                       Proto& proto) const
    {
        if (!splitter.split(bytes, message, wanted))
            return fail(damaged(what, splitter));
        if (!splitter.parseRest(proto))
            return fail(unparsable(what, message));
        return {};
    }

    // Memory that a file costs is bounded by its size, but a node of two bytes takes hundreds: count them.
    Result<void> countObjects(std::uint64_t added);
    // One StringStringEntryProto appended.
    Result<void> readMetadata(const WireField& field, Metadata& metadata);

private:
    std::uint64_t m_objects = 0;
};

}  // namespace tenscope

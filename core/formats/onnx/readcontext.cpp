#include "core/formats/onnx/readcontext.h"

#include <onnx/onnx_pb.h>

namespace tenscope {

namespace {

// Ten times the largest graphs there are; each costs some hundred bytes.
constexpr std::uint64_t maximalObjects = 20'000'000;

}  // namespace

Error OnnxReadContext::damaged(const char* what, std::uint64_t offset, const std::string& fault, bool endsEarly) const
{
    std::string text =
        file->path().string() + " cannot be read: in " + what + ", at byte " + std::to_string(offset) + ", " + fault;
    text += endsEarly ? "; the file is incomplete: copy or download it again"
                      : "; the file is damaged: copy or download it again";
    return Error::read(std::move(text));
}

Error OnnxReadContext::damaged(const char* what, const MessageSplitter& message) const
{
    return damaged(what, message.faultOffset(), message.fault(), message.endsEarly());
}

Error OnnxReadContext::unparsable(const char* what, ByteRange message) const
{
    return damaged(what, message.offset,
                   "a message of " + std::to_string(message.length) + " bytes holds other data than it should");
}

Result<void> OnnxReadContext::countObjects(std::uint64_t added)
{
    m_objects += added;
    if (m_objects > maximalObjects)
        return fail(Error::read(file->path().string() + " cannot be read: it claims more than " +
                                std::to_string(maximalObjects) +
                                " nodes, values and tensors, which no model has; the file is damaged"));
    if (progress.cancelled())
        return fail(Error::cancelled());
    return {};
}

Result<void> OnnxReadContext::readMetadata(const WireField& field, Metadata& metadata)
{
    if (auto counted = countObjects(1); !counted)
        return counted;
    onnx::StringStringEntryProto proto;
    MessageSplitter splitter;
    if (auto read = parse("a metadata property", field.payload, {}, splitter, proto); !read)
        return read;
    metadata.emplace_back(proto.key(), proto.value());
    return {};
}

}  // namespace tenscope

#include "core/formats/onnx/messagesplitter.h"

namespace tenscope {

bool MessageSplitter::split(std::span<const std::byte> bytes, ByteRange message, FieldSet wanted)
{
    m_taken.clear();
    m_joined.clear();
    m_fault.clear();
    m_rest = {};
    const auto* text = reinterpret_cast<const char*>(bytes.data());
    const std::uint64_t end = message.offset + message.length;

    // What stays is joined run by run; a single run, the usual case, is not copied at all.
    std::uint64_t runBegin = message.offset;
    const auto closeRun = [&](std::uint64_t runEnd) {
        if (runEnd == runBegin)
            return;
        const std::string_view run(text + runBegin, runEnd - runBegin);
        if (m_rest.empty()) {
            m_rest = run;
            return;
        }
        if (m_joined.empty())
            m_joined = m_rest;
        m_joined += run;
        m_rest = m_joined;
    };

    WireReader reader(bytes, message);
    WireField field;
    while (reader.next(field)) {
        if (field.type != WireType::Bytes || !wanted.contains(field.number))
            continue;
        closeRun(field.begin);
        runBegin = field.end();
        m_taken.push_back(field);
    }
    if (reader.isBroken()) {
        m_fault = reader.fault();
        m_faultOffset = reader.faultOffset();
        m_endsEarly = reader.endsEarly();
        return false;
    }
    closeRun(end);
    return true;
}

}  // namespace tenscope

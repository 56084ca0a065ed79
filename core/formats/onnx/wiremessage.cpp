#include "core/formats/onnx/wiremessage.h"

#include <cstring>

#include "core/formats/onnx/fieldnumbers.h"

namespace tenscope {

void WireMessage::append(std::span<const std::byte> elsewhere)
{
    if (elsewhere.empty())
        return;
    m_size += elsewhere.size();
    if (!m_pieces.empty())
        if (auto* last = std::get_if<std::span<const std::byte>>(&m_pieces.back()); last && last->data() + last->size() == elsewhere.data()) {
            *last = {last->data(), last->size() + elsewhere.size()};
            return;
        }
    m_pieces.emplace_back(elsewhere);
}

void WireMessage::append(Stream stream)
{
    if (stream.size == 0)
        return;
    m_size += stream.size;
    m_pieces.emplace_back(std::move(stream));
}

void WireMessage::appendOwned(std::string_view bytes)
{
    if (bytes.empty())
        return;
    m_size += bytes.size();
    if (!m_pieces.empty())
        if (auto* last = std::get_if<std::string>(&m_pieces.back())) {
            last->append(bytes);
            return;
        }
    m_pieces.emplace_back(std::string(bytes));
}

void WireMessage::append(WireMessage&& other)
{
    for (Piece& piece : other.m_pieces) {
        if (const auto* view = std::get_if<std::span<const std::byte>>(&piece))
            append(*view);
        else if (const auto* owned = std::get_if<std::string>(&piece))
            appendOwned(*owned);
        else
            append(std::move(std::get<Stream>(piece)));
    }
    other.m_pieces.clear();
    other.m_size = 0;
}

void WireMessage::rawVarint(std::uint64_t value)
{
    char buffer[10];
    std::size_t size = 0;
    for (; value >= 0x80; value >>= 7)
        buffer[size++] = char(value | 0x80);
    buffer[size++] = char(value);
    appendOwned({buffer, size});
}

void WireMessage::tag(std::uint32_t number, WireType type)
{
    rawVarint(std::uint64_t(number) << 3 | std::uint64_t(type));
}

void WireMessage::varint(std::uint32_t number, std::uint64_t value)
{
    tag(number, WireType::Varint);
    rawVarint(value);
}

void WireMessage::float32(std::uint32_t number, float value)
{
    tag(number, WireType::Fixed32);
    char buffer[4];
    std::memcpy(buffer, &value, 4);
    appendOwned({buffer, 4});
}

void WireMessage::bytes(std::uint32_t number, std::string_view value)
{
    tag(number, WireType::Bytes);
    rawVarint(value.size());
    appendOwned(value);
}

void WireMessage::message(std::uint32_t number, WireMessage&& value)
{
    tag(number, WireType::Bytes);
    rawVarint(value.size());
    append(std::move(value));
}

void WireMessage::entries(std::uint32_t number, const std::vector<std::pair<std::string, std::string>>& entries)
{
    for (const auto& [key, value] : entries) {
        WireMessage entry;
        entry.bytes(fieldnumber::entry::key, key);
        entry.bytes(fieldnumber::entry::value, value);
        message(number, std::move(entry));
    }
}

bool WireMessage::is(std::span<const std::byte> elsewhere) const
{
    if (m_pieces.empty() || elsewhere.empty())
        return m_pieces.empty() && elsewhere.empty();
    const auto* view = std::get_if<std::span<const std::byte>>(&m_pieces.front());
    return m_pieces.size() == 1 && view && view->data() == elsewhere.data() && view->size() == elsewhere.size();
}

Result<void> WireMessage::writeTo(const Sink& sink) const
{
    for (const Piece& piece : m_pieces) {
        Result<void> written;
        if (const auto* view = std::get_if<std::span<const std::byte>>(&piece))
            written = sink(*view);
        else if (const auto* owned = std::get_if<std::string>(&piece))
            written = sink(std::as_bytes(std::span(*owned)));
        else
            written = std::get<Stream>(piece).write(sink);
        if (!written)
            return written;
    }
    return {};
}

}  // namespace tenscope

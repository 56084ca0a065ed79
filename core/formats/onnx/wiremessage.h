#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/result.h"
#include "core/formats/onnx/wirereader.h"
#include "core/graph/tensor.h"

namespace tenscope {

// A message in protobuf's wire format while it is being put together: pieces that lie somewhere already (in the mapped
// file, in a tensor) and are only pointed at, and pieces made here. Pieces that lie side by side become one, so that a
// message whose parts were all copied from one place is that place again, and costs nothing however large it is.
//
// What is pointed at must live as long as the message.
class WireMessage {
public:
    using Sink = std::function<Result<void>(std::span<const std::byte>)>;
    // Bytes that are made when they are written: `size` of them.
    struct Stream {
        std::uint64_t size = 0;
        std::function<Result<void>(const Sink&)> write;
    };

    void append(std::span<const std::byte> elsewhere);
    void append(Stream stream);
    void append(WireMessage&& other);
    void appendOwned(std::string_view bytes);

    // Whole fields.
    void varint(std::uint32_t number, std::uint64_t value);
    void float32(std::uint32_t number, float value);
    void bytes(std::uint32_t number, std::string_view value);  // copied
    void message(std::uint32_t number, WireMessage&& value);
    void entries(std::uint32_t number, const std::vector<std::pair<std::string, std::string>>& entries);

    std::uint64_t size() const { return m_size; }
    bool isEmpty() const { return m_size == 0; }
    // Whether this is nothing but those bytes, at that place.
    bool is(std::span<const std::byte> elsewhere) const;

    // Gives the pieces to the sink, in order, until it fails.
    Result<void> writeTo(const Sink& sink) const;

private:
    void tag(std::uint32_t number, WireType type);
    void rawVarint(std::uint64_t value);

    using Piece = std::variant<std::span<const std::byte>, std::string, Stream>;
    std::vector<Piece> m_pieces;
    std::uint64_t m_size = 0;
};

}  // namespace tenscope

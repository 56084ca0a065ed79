#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/graph/elementtype.h"

namespace tenscope {

// What stands before the elements of a .npy file.
struct NpyHeader {
    ElementType element = ElementType::Undefined;
    std::uint64_t itemBytes = 0;     // of one element in the file
    bool isBigEndian = false;
    bool isUtf32 = false;            // of strings: UTF-32 rather than bytes
    bool isFortranOrder = false;
    std::vector<std::int64_t> shape; // whose elements and bytes fit 63 bits
    std::uint64_t dataOffset = 0;

    std::uint64_t elements = 0;
    std::uint64_t dataBytes() const { return elements * itemBytes; }
};

// The longest header that is read; numpy's own limit is shorter.
inline constexpr std::uint64_t longestNpyHeader = 1 << 20;

// Reads the header from the beginning of a .npy file; longestNpyHeader + 12 bytes are always enough. `what` names the file
// in the sentence of an error (ErrorKind::Read).
Result<NpyHeader> parseNpyHeader(std::span<const std::byte> begin, const std::string& what);

// A version 1.0 header in front of C-ordered little-endian data: magic, length and dictionary, padded to 64 bytes.
std::string npyHeader(const std::string& descr, const std::vector<std::int64_t>& shape);

// "<f4", "|b1" … of the types that NumPy has; empty for the others and for strings.
std::string npyDescr(ElementType element);

}  // namespace tenscope

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

// The file of operator schemas that tenscope-onnxcatalog writes and OperatorCatalog reads.
//
// All numbers are little-endian 32-bit and unsigned unless said otherwise; a text is its length in bytes and then its
// UTF-8 bytes, without a final zero; a list is its length and then its members; positions count from the file's start.
//
//   file       magic (8 bytes), version, number of entries, entries, then texts and schemas in any order
//   entry      position of domain (a text), position of name (a text), since-version, position of schema
//              fixed size and sorted by domain, name, since-version: found by bisection, without decoding the others
//   schema     flags, min inputs, max inputs, min outputs, max outputs, doc (text), inputs (list of parameter),
//              outputs (list of parameter), attributes (list, by name), type constraints (list)
//   parameter  kind (0 single, 1 optional, 2 variadic), name, type, doc (texts)
//   attribute  flags, name, type, doc, default (texts)
//   constraint name, doc (texts), types (list of texts)
namespace tenscope::catalogfile {

inline constexpr std::array<char, 8> magic = {'T', 'S', 'O', 'N', 'N', 'X', 'O', 'P'};
inline constexpr std::uint32_t version = 1;
inline constexpr std::size_t headerSize = 16;
inline constexpr std::size_t entrySize = 16;

enum SchemaFlag : std::uint32_t { Deprecated = 1, HasFunctionBody = 2 };
enum AttributeFlag : std::uint32_t { Required = 1, HasDefault = 2 };

}  // namespace tenscope::catalogfile

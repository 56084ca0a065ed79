#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/formats/onnx/messagepatch.h"
#include "core/graph/model.h"

// Small common things of the ONNX encoder.
namespace tenscope {

using Metadata = std::vector<std::pair<std::string, std::string>>;
using Records = std::vector<const WireField*>;

// Those that hold bytes: texts, messages, packed numbers. They point into `fields`.
Records recordsOf(const std::vector<WireField>& fields, std::uint32_t number);

std::string_view textAt(std::span<const std::byte> file, ByteRange range);

// Makes the field say `now`, unless it says so already (`before`; null: nothing is there). Empty texts are left out.
void setText(MessagePatch& patch, std::uint32_t number, std::string_view now, const std::string* before);
void setVarint(MessagePatch& patch, std::uint32_t number, std::uint64_t now);
void setEntries(MessagePatch& patch, std::uint32_t number, const Metadata& now, const Metadata* before);

// Empty where there is none.
const Metadata& metadataOf(const Model& model, ValueId id);
const Metadata& metadataOf(const Model& model, NodeId id);
const std::string& docStringOf(const Model& model, NodeId id);

}  // namespace tenscope

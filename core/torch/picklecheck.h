#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tenscope {

// Walks through a pickle of the dialect that LibTorch's Unpickler reads, without making anything of it, and says what is
// wrong with it; nothing where it is sound. The Unpickler trusts what it reads in places: a pickle that asks for a memo
// of four billion entries, closes what it never opened, nests a million tuples or contains itself would bring the
// process down. O(bytes).
std::optional<std::string> pickleFault(std::string_view pickle);

}  // namespace tenscope

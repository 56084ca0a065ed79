#pragma once

#include <QString>
#include <cstdint>
#include <optional>
#include <vector>

namespace tenscope {

// The place in a shape of the element that is `linear`-th in row-major order; sizes of 0 and scalars give zeros.
std::vector<std::int64_t> shapedIndex(const std::vector<std::int64_t>& shape, std::uint64_t linear);
std::uint64_t linearIndex(const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& index);

// "[0, 12, 3]".
QString indexText(const std::vector<std::int64_t>& index);
// Reads "3, 1, 0", "[3 1 0]" (an index) or "1234" (the place in row-major order). Nothing where it is not inside.
std::optional<std::uint64_t> parseIndex(const QString& text, const std::vector<std::int64_t>& shape);

}  // namespace tenscope

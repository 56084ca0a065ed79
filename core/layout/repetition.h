#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tenscope {

// A stretch of a sequence: `count` equal blocks of `period` members, from `first` on.
struct Repetition {
    std::size_t first = 0, period = 0, count = 0;
    std::size_t end() const { return first + period * count; }
};

// Stretches that repeat themselves, the longest first chosen, in order and without overlap. `tokens` says what each member
// is; `cut` (one longer) how many values pass from before a place to behind it: of the ways to cut a stretch into blocks, the one
// that cuts the fewest is taken. Periods from 3 to 256. O(256 n) for each stretch found, at most 32 of them.
std::vector<Repetition> findRepetitions(std::span<const std::uint64_t> tokens, std::span<const std::uint32_t> cut);

}  // namespace tenscope

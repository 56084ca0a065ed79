#include "core/layout/repetition.h"

#include <algorithm>
#include <limits>

namespace tenscope {

namespace {

constexpr std::size_t shortest = 3, longest = 256;
constexpr std::size_t mostStretches = 32;

// The way to cut [begin, end) into that many blocks, or one fewer, that cuts the fewest values a place.
Repetition cleanest(std::span<const std::uint32_t> cut, std::size_t begin, std::size_t end, std::size_t period,
                    std::size_t count)
{
    Repetition found;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t blocks = count; blocks >= std::max<std::size_t>(2, count - 1); --blocks) {
        for (std::size_t first = begin; first + blocks * period <= end; ++first) {
            double crossing = 0;
            for (std::size_t block = 0; block <= blocks; ++block)
                crossing += cut[first + block * period];
            crossing /= double(blocks + 1);
            if (crossing < least) {
                least = crossing;
                found = {first, period, blocks};
            }
        }
    }
    return found;
}

// Within [begin, end): the repetition that covers most; of those that cover as much, the one with the shortest period.
Repetition best(std::span<const std::uint64_t> tokens, std::span<const std::uint32_t> cut, std::size_t begin, std::size_t end)
{
    Repetition found;
    std::size_t covered = 0;
    for (std::size_t period = shortest; period <= std::min(longest, (end - begin) / 2); ++period) {
        for (std::size_t i = begin; i + period < end;) {
            if (tokens[i] != tokens[i + period]) {
                ++i;
                continue;
            }
            std::size_t same = i;
            while (same + period < end && tokens[same] == tokens[same + period])
                ++same;
            const std::size_t length = same - i + period, count = length / period;
            // A stretch of one and the same member has no blocks in it.
            const bool isPlain = std::all_of(tokens.begin() + std::ptrdiff_t(i), tokens.begin() + std::ptrdiff_t(i + period),
                                             [&](std::uint64_t token) { return token == tokens[i]; });
            if (count >= 2 && !isPlain && count * period > covered) {
                covered = count * period;
                found = cleanest(cut, i, i + length, period, count);
            }
            i = same + 1;
        }
    }
    return found;
}

}  // namespace

std::vector<Repetition> findRepetitions(std::span<const std::uint64_t> tokens, std::span<const std::uint32_t> cut)
{
    std::vector<Repetition> result;
    std::vector<std::pair<std::size_t, std::size_t>> open{{0, tokens.size()}};
    while (!open.empty() && result.size() < mostStretches) {
        const auto [begin, end] = open.back();
        open.pop_back();
        if (end - begin < 2 * shortest)
            continue;
        const Repetition found = best(tokens, cut, begin, end);
        if (found.count == 0)
            continue;
        result.push_back(found);
        open.push_back({found.end(), end});
        open.push_back({begin, found.first});
    }
    std::sort(result.begin(), result.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    return result;
}

}  // namespace tenscope

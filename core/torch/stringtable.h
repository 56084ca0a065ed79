#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tenscope {

// Strings of tensors as numbers. LibTorch's tensors hold numbers only; as numbers of a table, strings can be gathered,
// reshaped and compared by the same operators as everything else. Operators that look into a string (tenscope::…) ask here.
// One table for the process, since operators of LibTorch have no place for another.
class StringTable {
public:
    static StringTable& shared();

    std::int64_t number(std::string_view text);
    std::string text(std::int64_t number) const;  // empty for numbers that nobody gave out

private:
    mutable std::mutex m_mutex;
    std::deque<std::string> m_texts;
    std::unordered_map<std::string_view, std::int64_t> m_numbers;  // views of m_texts
};

}  // namespace tenscope

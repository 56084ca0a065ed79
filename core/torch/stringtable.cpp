#include "core/torch/stringtable.h"

namespace tenscope {

StringTable& StringTable::shared()
{
    static StringTable table;
    return table;
}

std::int64_t StringTable::number(std::string_view text)
{
    const std::lock_guard lock(m_mutex);
    if (const auto known = m_numbers.find(text); known != m_numbers.end())
        return known->second;
    const auto number = std::int64_t(m_texts.size());
    m_numbers.emplace(m_texts.emplace_back(text), number);
    return number;
}

std::string StringTable::text(std::int64_t number) const
{
    const std::lock_guard lock(m_mutex);
    return number >= 0 && std::size_t(number) < m_texts.size() ? m_texts[std::size_t(number)] : std::string();
}

}  // namespace tenscope

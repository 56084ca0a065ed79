#include "core/torch/uniquenames.h"

namespace tenscope {

std::string UniqueNames::unique(const std::string& wanted)
{
    if (m_taken.insert(wanted).second)
        return wanted;
    const std::size_t digits = wanted.find_last_not_of("0123456789") + 1;
    const bool hasNumber = digits > 0 && digits < wanted.size() && wanted[digits - 1] == '.';
    const std::string base = digits == 0 ? std::string() : (hasNumber ? wanted.substr(0, digits - 1) : wanted) + '.';
    std::size_t& next = m_next[base];
    std::string name;
    do {
        name = base + std::to_string(++next);
    } while (!m_taken.insert(name).second);
    return name;
}

}  // namespace tenscope

#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace tenscope {

// Gives every value a name of its own.
class UniqueNames {
public:
    void clear() { m_names.clear(), m_nextNumber.clear(); }
    // Takes a name that is given elsewhere.
    void insert(const std::string& name) { m_names.insert(name); }

    // The name, with a number in place of its own where it is taken: "x.1" → "x.7".
    std::string unique(const std::string& wanted)
    {
        if (m_names.insert(wanted).second)
            return wanted;
        const std::size_t digits = wanted.find_last_not_of("0123456789") + 1;
        const bool hasNumber = digits > 0 && digits < wanted.size() && wanted[digits - 1] == '.';
        const std::string base = digits == 0 ? std::string() : (hasNumber ? wanted.substr(0, digits - 1) : wanted) + '.';
        std::size_t& next = m_nextNumber[base];
        std::string name;
        do {
            name = base + std::to_string(++next);
        } while (!m_names.insert(name).second);
        return name;
    }

private:
    std::unordered_set<std::string> m_names;
    std::unordered_map<std::string, std::size_t> m_nextNumber;
};

}  // namespace tenscope

#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>

namespace tenscope {

// Gives out names that nobody else has, each in constant time.
class UniqueNames {
public:
    void take(const std::string& name) { m_taken.insert(name); }

    // The name, with another number where it is taken: "x.1" → "x.2", "x" → "x.1"; names that are numbers get the next one.
    std::string unique(const std::string& wanted);

private:
    std::unordered_set<std::string> m_taken;
    std::unordered_map<std::string, std::size_t> m_next;  // by what stands before the number
};

}  // namespace tenscope

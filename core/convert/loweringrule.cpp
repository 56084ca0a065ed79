#include "core/convert/loweringrule.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/convert/fromonnx/families.h"

namespace tenscope {

namespace {

struct Key {
    std::string_view domain;
    std::string_view name;
    bool operator==(const Key&) const = default;
};

struct KeyHash {
    std::size_t operator()(const Key& key) const noexcept
    {
        return std::hash<std::string_view>()(key.name) * 31 + std::hash<std::string_view>()(key.domain);
    }
};

// The rows of each operator, the newest first.
using Index = std::unordered_map<Key, std::vector<const LoweringRule*>, KeyHash>;

Index makeIndex()
{
    Index index;
    for (const LoweringTable& table : onnxFamilies())
        for (const LoweringRule& rule : table)
            index[{rule.domain, rule.name}].push_back(&rule);
    for (auto& [key, rules] : index)
        std::sort(rules.begin(), rules.end(), [](const LoweringRule* a, const LoweringRule* b) { return a->since > b->since; });
    return index;
}

}  // namespace

const LoweringRule* findLowering(std::string_view domain, std::string_view name, std::int64_t opset)
{
    static const Index index = makeIndex();
    const auto found = index.find({domain, name});
    if (found == index.end())
        return nullptr;
    for (const LoweringRule* rule : found->second)
        if (rule->since <= opset)
            return rule;
    return nullptr;
}

}  // namespace tenscope

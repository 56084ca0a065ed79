#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "core/graph/id.h"
#include "core/torch/script.h"

namespace tenscope {

// A value while the graph is walked: what stands for it in our graph and in the one that runs. A module or another object
// of the file is known as such, with its path, until something needs it as a value.
struct Item {
    ValueId value;
    torch::jit::Value* running = nullptr;
    const ScriptObject* object = nullptr;
    std::string path;
    std::optional<c10::IValue> known;  // of values that are the same in every run
};

using Frame = std::unordered_map<const torch::jit::Value*, Item>;

inline std::string pathOf(const Item& item, const std::string& name)
{
    return item.path.empty() ? name : item.path + '.' + name;
}

}  // namespace tenscope

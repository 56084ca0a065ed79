#pragma once

#include <set>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/torch/script.h"

namespace tenscope {

// Which attributes the reachable code assigns: state, not constants. By class, since calls are followed by type.
class AssignedAttributes {
public:
    explicit AssignedAttributes(const Script& script);

    bool contains(const c10::ClassType* type, const std::string& name) const { return m_assigned.count({type, name}) != 0; }

private:
    void visit(torch::jit::Function* function);
    void scan(const torch::jit::Block* block);
    void visitAll(const std::string& method);

    const Script& m_script;
    std::set<std::pair<const c10::ClassType*, std::string>> m_assigned;
    std::unordered_set<const torch::jit::Function*> m_seen;
    std::vector<torch::jit::Function*> m_waiting;
};

}  // namespace tenscope

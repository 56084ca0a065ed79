#pragma once

#include <set>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/torch/script.h"

namespace tenscope {

// The function that a prim::CallMethod on an object of that type, or a prim::CallFunction, calls; null for other nodes.
torch::jit::Function* calledFunction(const torch::jit::Node* node, const c10::ClassTypePtr& objectType);

// Which attributes the code assigns that the module's methods reach: they are state, not constants. By class, since calls
// are followed by type. What __setstate__ assigns is how the attributes came to be, and does not count.
class AssignedAttributes {
public:
    explicit AssignedAttributes(const Script& script);

    bool contains(const c10::ClassType* type, const std::string& name) const { return m_assigned.count({type, name}) != 0; }

private:
    void visit(torch::jit::Function* function);
    void visitAll(const std::string& method);
    void scan(const torch::jit::Block* block);

    const Script& m_script;
    std::set<std::pair<const c10::ClassType*, std::string>> m_assigned;
    std::unordered_set<const torch::jit::Function*> m_seen;
    std::vector<torch::jit::Function*> m_waiting;
};

}  // namespace tenscope

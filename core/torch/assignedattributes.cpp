#include "core/torch/assignedattributes.h"

namespace tenscope {

torch::jit::Function* calledFunction(const torch::jit::Node* node, const c10::ClassTypePtr& objectType)
{
    if (node->kind() == c10::prim::CallMethod)
        return objectType ? objectType->findMethod(node->s(c10::attr::name)) : nullptr;
    if (node->kind() == c10::prim::CallFunction)
        if (const auto type = node->input(0)->type()->cast<c10::FunctionType>())
            return type->function();
    return nullptr;
}

AssignedAttributes::AssignedAttributes(const Script& script) : m_script(script)
{
    for (torch::jit::Function* method : script.root->type()->methods())
        if (method->name() != "__setstate__" && method->name() != "__getstate__")
            visit(method);
    while (!m_waiting.empty()) {
        torch::jit::Function* next = m_waiting.back();
        m_waiting.pop_back();
        scan(torch::jit::toGraphFunction(*next).graph()->block());
    }
}

void AssignedAttributes::visit(torch::jit::Function* function)
{
    if (function && torch::jit::tryToGraphFunction(*function) && m_seen.insert(function).second)
        m_waiting.push_back(function);
}

// A method that is called through an interface: whoever implements it.
void AssignedAttributes::visitAll(const std::string& method)
{
    for (torch::jit::Function* function : m_script.unit->get_functions())
        if (function->name() == method)
            visit(function);
}

void AssignedAttributes::scan(const torch::jit::Block* block)
{
    for (const torch::jit::Node* node : block->nodes()) {
        const auto type = node->inputs().empty() ? nullptr : node->input(0)->type()->cast<c10::ClassType>();
        if (node->kind() == c10::prim::SetAttr)
            m_assigned.insert({type.get(), node->s(c10::attr::name)});
        else if (node->kind() == c10::prim::CallMethod && !type)
            visitAll(node->s(c10::attr::name));
        else
            visit(calledFunction(node, type));
        for (const torch::jit::Block* inner : node->blocks())
            scan(inner);
        if (node->hasAttribute(c10::attr::Subgraph))
            scan(node->g(c10::attr::Subgraph)->block());
    }
}

}  // namespace tenscope

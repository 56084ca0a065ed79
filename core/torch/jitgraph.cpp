#include "core/torch/jitgraph.h"

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

torch::jit::Function* anyMethod(const c10::IValue& object)
{
    static torch::jit::GraphFunction none("none", std::make_shared<torch::jit::Graph>(), nullptr);
    const auto& methods = object.toObjectRef().type()->methods();
    return methods.empty() ? &none : methods.front();
}

// Not Node::createClone(): that looks for a free debug name each time, which is quadratic.
torch::jit::Node* cloneNode(torch::jit::Graph& graph, const torch::jit::Node* node, const std::vector<torch::jit::Value*>& inputs,
                            torch::jit::Block* block)
{
    torch::jit::Node* copy = graph.create(node->kind(), node->outputs().size());
    copy->copyAttributes(*node);
    copy->setSourceRange(node->sourceRange());
    for (torch::jit::Value* input : inputs)
        copy->addInput(input);
    for (std::size_t i = 0; i < node->outputs().size(); ++i)
        copy->outputs()[i]->setType(node->outputs()[i]->type());
    block->appendNode(copy);
    return copy;
}

}  // namespace tenscope

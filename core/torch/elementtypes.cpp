#include "core/torch/elementtypes.h"

#include <algorithm>

#include "core/torch/tensors.h"

namespace tenscope {

void showElementTypes(Model& model, OperatorTable& operators)
{
    for (std::size_t i = 0; i < model.nodeCount(); ++i) {
        Node& node = model.node(NodeId(i));
        const auto* number = node.isAlive() && node.attributes.size() == 1 && node.outputs().size() == 1 &&
                                     model.op(NodeId(i)).name == "Constant"
                                 ? std::get_if<std::int64_t>(&node.attributes[0].value)
                                 : nullptr;
        if (!number || *number < 0 || *number >= std::int64_t(c10::ScalarType::Undefined))
            continue;
        const auto& uses = model.value(node.outputs()[0]).uses();
        const auto isType = [&](const Use& use) { return operators.isElementType(model.node(use.node).op, use.input); };
        const ElementType element = elementType(c10::ScalarType(*number));
        if (!uses.empty() && element != ElementType::Undefined && std::all_of(uses.begin(), uses.end(), isType))
            node.attributes[0].value = element;
    }
}

}  // namespace tenscope

#include "core/torch/operatortable.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/torch/tensors.h"
#include "core/torch/unknownoperators.h"

namespace tenscope {

namespace {

// What LibTorch's own statements call their inputs: they have no schema.
struct Formal {
    std::string_view name;
    std::vector<std::string> inputs;
    bool isVariadic = false;
};

const Formal* formalOf(std::string_view name)
{
    static const std::array<Formal, 12> formals{{
        {"If", {"condition"}},
        {"Loop", {"max_trip_count", "condition", "carried"}, true},
        {"ListConstruct", {"elements"}, true},
        {"TupleConstruct", {"members"}, true},
        {"DictConstruct", {"entries"}, true},
        {"ListUnpack", {"list"}},
        {"TupleUnpack", {"tuple"}},
        {"TupleIndex", {"tuple", "index"}},
        {"TupleSlice", {"tuple"}},
        {"SetAttr", {"value"}},
        {"CallMethod", {"self", "arguments"}, true},
        {"CallFunction", {"function", "arguments"}, true},
    }};
    for (const Formal& formal : formals)
        if (formal.name == name)
            return &formal;
    return nullptr;
}

}  // namespace

OperatorId OperatorTable::of(const torch::jit::Node& node)
{
    const c10::FunctionSchema* schema = node.maybeSchema();
    if (schema) {
        if (const auto entry = m_bySchema.find(schema); entry != m_bySchema.end())
            return entry->second;
    } else if (const auto entry = m_byKind.find(node.kind()); entry != m_byKind.end()) {
        return entry->second;
    }

    Operator op;
    op.domain = node.kind().ns().toUnqualString();
    op.name = node.kind().toUnqualString();
    std::vector<bool> elementTypes;
    if (schema) {
        op.isKnown = !UnknownOperators::isPlaceholder(*schema);
        if (op.isKnown)
            op.overload = schema->overload_name();
        for (const c10::Argument& argument : schema->arguments()) {
            op.inputNames.push_back(argument.name());
            c10::TypePtr type = argument.real_type();
            if (const auto optional = type->cast<c10::OptionalType>())
                type = optional->getElementType();
            elementTypes.push_back(type->kind() == c10::TypeKind::ScalarTypeType);
        }
        for (const c10::Argument& result : schema->returns())
            op.outputNames.push_back(result.name());
        op.isVariadic = schema->is_vararg();
    } else if (const Formal* formal = node.kind().is_prim() ? formalOf(op.name) : nullptr) {
        op.inputNames = formal->inputs;
        op.isVariadic = formal->isVariadic;
    }
    const OperatorId id = m_model.addOperator(op);
    m_elementTypes.try_emplace(id, std::move(elementTypes));
    (schema ? m_bySchema.try_emplace(schema, id).first->second : m_byKind.try_emplace(node.kind(), id).first->second) = id;
    return id;
}

OperatorId OperatorTable::prim(const char* name)
{
    Operator op;
    op.domain = "prim";
    op.name = name;
    if (const Formal* formal = formalOf(name)) {
        op.inputNames = formal->inputs;
        op.isVariadic = formal->isVariadic;
    }
    return m_model.addOperator(op);
}

bool OperatorTable::isElementType(OperatorId op, std::size_t index) const
{
    const auto entry = m_elementTypes.find(op);
    return entry != m_elementTypes.end() && index < entry->second.size() && entry->second[index];
}

void OperatorTable::showElementTypes()
{
    for (std::size_t i = 0; i < m_model.nodeCount(); ++i) {
        Node& node = m_model.node(NodeId(i));
        if (!node.isAlive() || node.attributes.size() != 1 || node.outputs().size() != 1 || m_model.op(node.op).name != "Constant")
            continue;
        const auto* number = std::get_if<std::int64_t>(&node.attributes[0].value);
        if (!number || *number < 0 || *number >= std::int64_t(c10::ScalarType::Undefined))
            continue;
        const auto& uses = m_model.value(node.outputs()[0]).uses();
        const auto isType = [this](const Use& use) { return isElementType(m_model.node(use.node).op, use.input); };
        const ElementType element = elementType(c10::ScalarType(*number));
        if (!uses.empty() && element != ElementType::Undefined && std::all_of(uses.begin(), uses.end(), isType))
            node.attributes[0].value = element;
    }
}

}  // namespace tenscope

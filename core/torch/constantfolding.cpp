#include "core/torch/constantfolding.h"

#include <algorithm>

namespace tenscope {

namespace {

using Known = std::optional<c10::IValue>;

bool canBeNone(const c10::TypePtr& type)
{
    switch (type->kind()) {
    case c10::TypeKind::TensorType:
    case c10::TypeKind::IntType:
    case c10::TypeKind::FloatType:
    case c10::TypeKind::BoolType:
    case c10::TypeKind::StringType:
    case c10::TypeKind::ListType:
    case c10::TypeKind::TupleType:
    case c10::TypeKind::DictType:
    case c10::TypeKind::ClassType: return false;
    default: return true;
    }
}

// Whether a and b are the same object, where one of them is None.
std::optional<bool> isSame(const Known& a, const Known& b, const c10::TypePtr& aType, const c10::TypePtr& bType)
{
    if (a && b && (a->isNone() || b->isNone()))
        return a->isNone() && b->isNone();
    if ((a && a->isNone() && !canBeNone(bType)) || (b && b->isNone() && !canBeNone(aType)))
        return false;
    return std::nullopt;
}

template <class T>
std::optional<bool> compared(c10::Symbol kind, const T& a, const T& b)
{
    switch (kind) {
    case c10::aten::eq: return a == b;
    case c10::aten::ne: return a != b;
    case c10::aten::lt: return a < b;
    case c10::aten::le: return a <= b;
    case c10::aten::gt: return a > b;
    case c10::aten::ge: return a >= b;
    default: return std::nullopt;
    }
}

std::optional<bool> comparison(c10::Symbol kind, const c10::IValue& a, const c10::IValue& b)
{
    if (a.isInt() && b.isInt())
        return compared(kind, a.toInt(), b.toInt());
    if (a.isDouble() && b.isDouble())
        return compared(kind, a.toDouble(), b.toDouble());
    if (a.isString() && b.isString())
        return compared(kind, a.toStringRef(), b.toStringRef());
    if (a.isBool() && b.isBool())
        return compared(kind, a.toBool(), b.toBool());
    return std::nullopt;
}

}  // namespace

bool isImmutable(const c10::IValue& value)
{
    if (value.isTuple()) {
        const auto& members = value.toTupleRef().elements();
        return std::all_of(members.begin(), members.end(), [](const c10::IValue& member) {
            return !member.isTuple() && isImmutable(member);  // one level: what settings are made of
        });
    }
    return value.isNone() || value.isBool() || value.isInt() || value.isDouble() || value.isString() || value.isDevice();
}

std::optional<std::vector<c10::IValue>> evaluated(const torch::jit::Node& node, const std::vector<Known>& inputs,
                                                  const std::vector<c10::TypePtr>& types)
{
    const auto one = [](const std::optional<bool>& result) {
        return result ? std::optional(std::vector<c10::IValue>{*result}) : std::nullopt;
    };
    const auto both = [&] { return inputs.size() == 2 && inputs[0] && inputs[1]; };
    switch (node.kind()) {
    case c10::prim::Constant: {
        const auto value = torch::jit::toIValue(node.output());
        return value ? std::optional(std::vector<c10::IValue>{*value}) : std::nullopt;
    }
    case c10::aten::__is__:
        return inputs.size() == 2 ? one(isSame(inputs[0], inputs[1], types[0], types[1])) : std::nullopt;
    case c10::aten::__isnot__: {
        const auto same = inputs.size() == 2 ? isSame(inputs[0], inputs[1], types[0], types[1]) : std::nullopt;
        return same ? one(!*same) : std::nullopt;
    }
    case c10::aten::eq:
    case c10::aten::ne:
    case c10::aten::lt:
    case c10::aten::le:
    case c10::aten::gt:
    case c10::aten::ge: return both() ? one(comparison(node.kind(), *inputs[0], *inputs[1])) : std::nullopt;
    case c10::aten::__not__:
        return inputs.size() == 1 && inputs[0] && inputs[0]->isBool() ? one(!inputs[0]->toBool()) : std::nullopt;
    case c10::aten::Bool:
        if (inputs.size() != 1 || !inputs[0])
            return std::nullopt;
        if (inputs[0]->isBool())
            return one(inputs[0]->toBool());
        return inputs[0]->isInt() ? one(inputs[0]->toInt() != 0) : std::nullopt;
    case c10::prim::unchecked_cast:
        return inputs.size() == 1 && inputs[0] ? std::optional(std::vector<c10::IValue>{*inputs[0]}) : std::nullopt;
    case c10::prim::TupleUnpack:
        if (inputs.size() == 1 && inputs[0] && inputs[0]->isTuple() &&
            inputs[0]->toTupleRef().elements().size() == node.outputs().size()) {
            const auto& members = inputs[0]->toTupleRef().elements();
            return std::vector<c10::IValue>(members.begin(), members.end());
        }
        return std::nullopt;
    case c10::prim::TupleIndex:
        if (both() && inputs[0]->isTuple() && inputs[1]->isInt()) {
            const auto& members = inputs[0]->toTupleRef().elements();
            const std::int64_t at = inputs[1]->toInt() + (inputs[1]->toInt() < 0 ? std::int64_t(members.size()) : 0);
            if (at >= 0 && at < std::int64_t(members.size()))
                return std::vector<c10::IValue>{members[std::size_t(at)]};
        }
        return std::nullopt;
    default: return std::nullopt;
    }
}

}  // namespace tenscope

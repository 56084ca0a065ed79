#include "core/convert/fromonnx/build.h"

namespace tenscope {

Type tensorList()
{
    Type type;
    type.kind = Type::Kind::Sequence;
    type.arguments = {Type::tensor(ElementType::Undefined)};
    return type;
}

Term deviceOf(Lowering& l, const Term& tensor)
{
    Type device;
    device.kind = Type::Kind::Device;
    return l.emit().applyAs(device, "prim::device", {tensor});
}

Term range(Lowering& l, const Term& like, const Term& start, const Term& end, ElementType element)
{
    return l.aten("arange", start, end, element, Term(), deviceOf(l, like), Term());
}

Term filled(Lowering& l, const Term& like, const Term& sizes, const Term& value, ElementType element)
{
    return l.aten("full", sizes, value, element, Term(), deviceOf(l, like), Term());
}

Term numbers(Lowering& l, const Term& like, const Term& values, ElementType element)
{
    return l.aten("tensor", values, element, deviceOf(l, like), false);
}

Term sublist(Lowering& l, const Term& list, const Term& start, const Term& end)
{
    const auto* constant = list.get<Ints>();
    const auto* first = start.get<std::int64_t>();
    const auto* last = end.get<std::int64_t>();
    if (constant && first && (last || end.isNone())) {
        const auto place = [&](std::int64_t at) {
            const auto length = std::int64_t(constant->size());
            return std::min(std::max<std::int64_t>(at < 0 ? at + length : at, 0), length);
        };
        const std::int64_t from = place(*first);
        const std::int64_t to = last ? place(*last) : std::int64_t(constant->size());
        return from < to ? Ints(constant->begin() + from, constant->begin() + to) : Ints();
    }
    AtenEmitter& emit = l.emit();
    return emit.applyAs(emit.typeOf(list), "slice", {list, start, end, 1});
}

Term vectorShape(Lowering& l, const Term& axis, const Term& rank)
{
    const auto* at = axis.get<std::int64_t>();
    const auto* dimensions = rank.get<std::int64_t>();
    if (at && dimensions && *at >= 0 && *at < *dimensions) {
        Ints shape(std::size_t(*dimensions), 1);
        shape[std::size_t(*at)] = -1;
        return shape;
    }
    return l.aten("mul", Ints{1}, axis) + Ints{-1} + l.aten("mul", Ints{1}, rank - axis - 1);
}

Term fromFront(const Term& axis, const Term& rank)
{
    const auto* constant = axis.get<std::int64_t>();
    return constant && *constant < 0 ? rank + axis : axis;
}

Term rankOf(Lowering& l, std::size_t input)
{
    const auto known = l.rank(input);
    return known ? Term(*known) : l.emit().rank(l.input(input));
}

std::vector<Term> parts(Lowering& l, const Term& tensor, std::int64_t count, std::int64_t dimension)
{
    AtenEmitter& emit = l.emit();
    return emit.unpack(emit.applyAs(tensorList(), "chunk", {tensor, count, dimension}), std::size_t(count));
}

Term where(Lowering& l, const Term& condition, const Term& a, const Term& b)
{
    if (!a.isTensor())
        return l.aten("masked_fill", b, condition, a);
    if (!b.isTensor())
        return l.aten("masked_fill", a, l.aten("logical_not", condition), b);
    return l.aten("where", condition, a, b);
}

Term clamped(Lowering& l, const Term& value, const Term& lowest, const Term& highest)
{
    return l.aten("clamp", value, lowest, highest);
}

Term reduced(Lowering& l, std::string_view op, const Term& value, const Term& dims, bool keep)
{
    if (op == "sum" || op == "mean")
        return l.aten(op, value, dims, keep, Term());
    return l.aten(op, value, dims, keep);
}

Term asFloat32(Lowering& l, const Term& value)
{
    return l.emit().cast(value, ElementType::Float32);
}

}  // namespace tenscope

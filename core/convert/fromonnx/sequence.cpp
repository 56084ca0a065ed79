// Sequences are lists of tensors, optionals are TorchScript's. ONNX's values never change, so that a list is copied before
// it is changed.

#include "core/convert/fromonnx/build.h"
#include "core/convert/fromonnx/families.h"

namespace tenscope {

namespace {

Type simple(Type::Kind kind)
{
    Type type;
    type.kind = kind;
    return type;
}

Type sequenceOf(ElementType element)
{
    Type type = simple(Type::Kind::Sequence);
    type.arguments = {Type::tensor(element)};
    return type;
}

Type optionalOf(Type inner)
{
    Type type = simple(Type::Kind::Optional);
    type.arguments = {std::move(inner)};
    return type;
}

// Of the members of a sequence.
ElementType memberElement(Lowering& l, std::size_t input)
{
    const Type type = l.type(input);
    return type.arguments.empty() ? ElementType::Undefined : type.arguments.front().element;
}

Term copied(Lowering& l, const Term& list)
{
    return l.emit().applyAs(l.emit().typeOf(list), "list", {list});
}

void sequenceConstruct(Lowering& l)
{
    std::vector<Term> members;
    for (std::size_t i = 0; i < l.inputCount(); ++i)
        members.push_back(l.input(i));
    l.output(0, l.emit().list(members), sequenceOf(l.element(0)));
}

void sequenceEmpty(Lowering& l)
{
    l.output(0, l.emit().list({}), sequenceOf(elementTypeFromOnnx(std::int32_t(l.integer("dtype", 1)))));
}

void sequenceAt(Lowering& l)
{
    l.output(0, l.emit().element(l.input(0), l.integer(1)), memberElement(l, 0));
}

void sequenceLength(Lowering& l)
{
    l.output(0, l.emit().toTensor(l.emit().length(l.input(0)), ElementType::Int64));
}

void sequenceInsert(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const Term list = copied(l, l.input(0));
    if (l.hasInput(2))
        emit.applyTo("insert", {list, l.integer(2), l.input(1)});
    else
        emit.applyAs(emit.typeOf(list), "append", {list, l.input(1)});
    l.output(0, list, sequenceOf(l.element(1)));
}

void sequenceErase(Lowering& l)
{
    const Term list = copied(l, l.input(0));
    l.aten("pop", list, l.hasInput(1) ? l.integer(1) : Term(-1));
    l.output(0, list, l.type(0));
}

void concatFromSequence(Lowering& l)
{
    const bool isNewAxis = l.integer("new_axis", 0) != 0;
    l.output(0, l.aten(isNewAxis ? "stack" : "cat", l.input(0), l.integer("axis")), memberElement(l, 0));
}

// Parts of one size, of the sizes of a vector, or single ones, which lose the dimension unless keepdims says otherwise.
void splitToSequence(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const Type list = sequenceOf(ElementType::Undefined);
    const std::int64_t axis = l.integer("axis", 0);
    const Type result = sequenceOf(l.element(0));
    if (!l.hasInput(1)) {
        if (l.integer("keepdims", 1) == 0)
            return l.output(0, emit.applyAs(list, "unbind", {l.input(0), axis}), result);
        return l.output(0, emit.applyAs(list, "split", {l.input(0), 1, axis}), result);
    }
    const auto rank = l.rank(1);
    if (!rank)
        throw Unsupported("whether its second input is a vector is not known");
    if (*rank == 0)
        return l.output(0, emit.applyAs(list, "split", {l.input(0), l.integer(1), axis}), result);
    l.output(0, emit.applyAs(list, "split_with_sizes", {l.input(0), l.ints(1), axis}), result);
}

// The body once for each member of the first sequence; other sequences go along, tensors are the same each time.
void sequenceMap(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const GraphId body = l.body("body");
    std::vector<Term> lists;
    for (std::size_t i = 0; i < l.outputCount(); ++i)
        lists.push_back(emit.list({}));
    const auto round = [&](const Term& at, const std::vector<Term>&, Term*) {
        std::vector<std::pair<Term, Type>> inputs;
        for (std::size_t i = 0; i < l.inputCount(); ++i) {
            const bool isSequence = l.type(i).kind == Type::Kind::Sequence;
            inputs.emplace_back(isSequence ? emit.element(l.input(i), at) : l.input(i),
                                isSequence ? Type::tensor(memberElement(l, i)) : l.type(i));
        }
        const std::vector<Term> outputs = l.inlined(body, inputs);
        for (std::size_t i = 0; i < lists.size() && i < outputs.size(); ++i)
            emit.applyAs(emit.typeOf(lists[i]), "append", {lists[i], outputs[i]});
        return std::vector<Term>();
    };
    emit.loop(emit.length(l.input(0)), true, {}, round);
    for (std::size_t i = 0; i < lists.size(); ++i)
        l.output(i, lists[i], sequenceOf(l.bodyOutputType(body, i).element));
}

void optional(Lowering& l)
{
    if (l.hasInput(0))
        return l.output(0, l.input(0), optionalOf(l.type(0)));
    const Attribute* type = l.node().attribute("type");
    const auto* inner = type ? std::get_if<Type>(&type->value) : nullptr;
    l.output(0, Term(), optionalOf(inner ? *inner : Type()));
}

void optionalGetElement(Lowering& l)
{
    const Term x = l.input(0);
    const Type type = l.type(0);
    const Type inner = type.kind == Type::Kind::Optional && !type.arguments.empty() ? type.arguments.front() : type;
    if (x.kind() != Type::Kind::Optional)
        return l.output(0, x, inner);
    const Type held = l.emit().typeOf(x);
    l.output(0, l.emit().applyAs(held.arguments.front(), "_unwrap_optional", {x}), inner);
}

void optionalHasElement(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    Term has = false;
    if (l.hasInput(0)) {
        const Term x = l.input(0);
        has = x.kind() != Type::Kind::Optional ? Term(!x.isNone())
                                               : emit.applyAs(simple(Type::Kind::Bool), "__isnot__", {x, Term()});
    }
    if (const auto* known = has.get<bool>())
        return l.output(0, emit.tensor(ElementType::Bool, {}, Ints{*known ? 1 : 0}), ElementType::Bool);
    l.output(0, emit.toTensor(has, ElementType::Bool), ElementType::Bool);
}

constexpr LoweringRule rules[] = {
    {"SequenceConstruct", sequenceConstruct},
    {"SequenceEmpty", sequenceEmpty},
    {"SequenceAt", sequenceAt},
    {"SequenceLength", sequenceLength},
    {"SequenceInsert", sequenceInsert},
    {"SequenceErase", sequenceErase},
    {"SequenceMap", sequenceMap},
    {"ConcatFromSequence", concatFromSequence},
    {"SplitToSequence", splitToSequence},
    {"Optional", optional},
    {"OptionalGetElement", optionalGetElement},
    {"OptionalHasElement", optionalHasElement},
};

}  // namespace

LoweringTable sequenceLowerings()
{
    return rules;
}

}  // namespace tenscope

#include "core/convert/fromonnx/build.h"
#include "core/convert/fromonnx/families.h"

namespace tenscope {

namespace {

void constant(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const auto length = [](const auto& list) { return Ints{std::int64_t(list.size())}; };
    if (l.has("value") || l.has("sparse_value")) {
        const char* name = l.has("value") ? "value" : "sparse_value";
        return l.output(0, l.tensorAttribute(name), l.storedAttribute(name)->type());
    }
    if (l.has("value_float"))
        return l.output(0, emit.tensor(ElementType::Float32, {}, Floats{l.real("value_float", 0)}), ElementType::Float32);
    if (l.has("value_int"))
        return l.output(0, emit.tensor(ElementType::Int64, {}, Ints{l.integer("value_int")}), ElementType::Int64);
    if (l.has("value_floats")) {
        const Floats values = l.reals("value_floats");
        return l.output(0, emit.tensor(ElementType::Float32, length(values), values), ElementType::Float32);
    }
    if (l.has("value_ints")) {
        const Ints values = l.integers("value_ints");
        return l.output(0, emit.tensor(ElementType::Int64, length(values), values), ElementType::Int64);
    }
    if (l.has("value_string"))
        return l.output(0, emit.tensor(Ints(), std::vector<std::string>{l.text("value_string", {})}), ElementType::String);
    if (!l.has("value_strings"))
        throw Unsupported("it holds no value");
    const std::vector<std::string> values = l.texts("value_strings");
    l.output(0, emit.tensor(length(values), values), ElementType::String);
}

// One element, seen as often as the shape says: it takes no memory of its own.
void constantOfShape(Lowering& l)
{
    const Tensor* stored = l.storedAttribute("value");
    const ElementType element = stored ? stored->element : ElementType::Float32;
    const Term value = stored ? l.tensorAttribute("value") : l.emit().tensor(ElementType::Float32, {1}, Floats{0});
    const Term scalar = l.aten("reshape", value, Ints());
    l.output(0, l.aten("expand", scalar, l.ints(0), false), element);
}

// Rows and columns are compared: their difference is what lies on a diagonal.
void eyeLike(Lowering& l)
{
    const Term x = l.input(0);
    const ElementType element =
        l.has("dtype") ? elementTypeFromOnnx(std::int32_t(l.integer("dtype"))) : l.element(0);
    AtenEmitter& emit = l.emit();
    const Term rows = range(l, x, 0, emit.size(x, 0), ElementType::Int64);
    const Term columns = range(l, x, 0, emit.size(x, 1), ElementType::Int64);
    const Term diagonal = equal(columns - l.aten("unsqueeze", rows, 1), l.integer("k", 0));
    l.output(0, emit.cast(diagonal, element), element);
}

void rangeOf(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const bool isFloat = l.isFloat(0);
    std::vector<Term> bounds;
    for (std::size_t i = 0; i < 3; ++i) {
        const auto known = l.constantFloats(i);
        if (!isFloat)
            bounds.push_back(l.integer(i));
        else
            bounds.push_back(known && known->size() == 1 ? Term(known->front()) : emit.toFloat(l.input(i)));
    }
    l.output(0, l.aten("arange", bounds[0], bounds[1], bounds[2], heldAs(l.element(0)), Term(), deviceOf(l, l.input(0)), Term()));
}

constexpr LoweringRule rules[] = {
    {"Constant", constant},
    {"ConstantOfShape", constantOfShape},
    {"EyeLike", eyeLike},
    {"Range", rangeOf},
};

}  // namespace

LoweringTable constantLowerings()
{
    return rules;
}

}  // namespace tenscope

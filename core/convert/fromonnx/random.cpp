// Random numbers. A seed makes LibTorch's own sequence of numbers repeatable; no two engines have the same one.
#include <string>

#include "core/convert/fromonnx/build.h"
#include "core/convert/fromonnx/families.h"

namespace tenscope {

namespace {

// ONNX gives seeds as a float in most operators.
void seed(Lowering& l)
{
    if (!l.has("seed"))
        return;
    const auto* integer = std::get_if<std::int64_t>(&l.node().attribute("seed")->value);
    l.emit().applyTo("manual_seed", {integer ? *integer : std::int64_t(l.real("seed", 0))});
}

ElementType elementOf(Lowering& l, ElementType fallback)
{
    if (!l.has("dtype"))
        return fallback;
    const ElementType element = elementTypeFromOnnx(std::int32_t(l.integer("dtype")));
    if (element == ElementType::Undefined)
        throw Unsupported("the type that its attribute 'dtype' names is not known");
    return element;
}

// Made as float32 or float64, the types that LibTorch has a generator for everywhere.
Term drawn(Lowering& l, const char* op, const Term& sizes, const Term& device, ElementType element)
{
    seed(l);
    const ElementType made = element == ElementType::Float64 ? element : ElementType::Float32;
    return l.aten(op, sizes, made, Term(), device, Term());
}

Term normal(Lowering& l, const Term& sizes, const Term& device, ElementType element)
{
    return drawn(l, "randn", sizes, device, element) * l.real("scale", 1.0) + l.real("mean", 0.0);
}

Term uniform(Lowering& l, const Term& sizes, const Term& device, ElementType element)
{
    const double low = l.real("low", 0.0), high = l.real("high", 1.0);
    return drawn(l, "rand", sizes, device, element) * (high - low) + low;
}

using Distribution = Term (*)(Lowering& l, const Term& sizes, const Term& device, ElementType element);

template <Distribution distribution>
void ofShape(Lowering& l)
{
    const ElementType element = elementOf(l, ElementType::Float32);
    l.output(0, l.emit().cast(distribution(l, l.integers("shape"), Term(), element), element), element);
}

template <Distribution distribution>
void like(Lowering& l)
{
    const ElementType element = elementOf(l, l.element(0));
    const Term x = l.input(0);
    l.output(0, l.emit().cast(distribution(l, l.emit().sizes(x), deviceOf(l, x), element), element), element);
}

void bernoulli(Lowering& l)
{
    const ElementType element = elementOf(l, l.element(0));
    seed(l);
    l.output(0, l.emit().cast(l.aten("bernoulli", l.input(0), Term()), element), element);
}

// The input holds logarithms of probabilities that need not add up to one.
void multinomial(Lowering& l)
{
    const ElementType element = elementOf(l, ElementType::Int32);
    seed(l);
    const Term probabilities = l.aten("softmax", l.input(0), -1, Term());
    const Term drawnClasses = l.aten("multinomial", probabilities, l.integer("sample_size", 1), true, Term());
    l.output(0, l.emit().cast(drawnClasses, element), element);
}

// --- Dropout does nothing unless the model is one to be trained.

ElementType maskElement(Lowering& l)
{
    return l.opset() < 10 ? l.element(0) : ElementType::Bool;
}

void keepAll(Lowering& l)
{
    const Term x = l.input(0);
    l.output(0, x);
    if (l.hasOutput(1))
        l.output(1, l.aten("ones_like", x, maskElement(l), Term(), Term(), Term(), Term()), maskElement(l));
}

// What is kept makes up for what is dropped. With a ratio of 1 nothing is kept.
void drop(Lowering& l, const Term& ratio)
{
    const Term x = l.input(0);
    const Term kept = l.aten("ge", uniform(l, l.emit().sizes(x), deviceOf(l, x), ElementType::Float32), ratio);
    const Term factor = Term(1.0) / larger(1.0 - ratio, 1e-12);
    l.output(0, where(l, kept, x * factor, 0.0));
    if (l.hasOutput(1))
        l.output(1, l.emit().cast(kept, maskElement(l)), maskElement(l));
}

// Before it had inputs, a model said which it is by is_test, and from opset 7 on was never one to be trained.
void dropoutByAttributes(Lowering& l)
{
    if (l.opset() >= 7 || l.integer("is_test", 0) != 0)
        return keepAll(l);
    drop(l, l.real("ratio", 0.5));
}

void dropout(Lowering& l)
{
    const auto mode = l.constantInts(2);
    if (!l.hasInput(2) || (mode && mode->size() == 1 && mode->front() == 0))
        return keepAll(l);
    AtenEmitter& emit = l.emit();
    const auto known = l.constantFloats(1);
    const Term given = known && known->size() == 1 ? Term(known->front())
                       : l.hasInput(1)             ? emit.toFloat(l.input(1))
                                                   : Term(0.5);
    if (mode)
        return drop(l, given);
    drop(l, emit.choose(
                emit.toBool(l.input(2)), [&] { return given; }, [] { return Term(0.0); }));
}

constexpr LoweringRule rules[] = {
    {"RandomNormal", ofShape<normal>},  {"RandomUniform", ofShape<uniform>},
    {"RandomNormalLike", like<normal>}, {"RandomUniformLike", like<uniform>},
    {"Bernoulli", bernoulli},           {"Multinomial", multinomial},
    {"Dropout", dropoutByAttributes},   {"Dropout", dropout, 12},
};

}  // namespace

LoweringTable randomLowerings()
{
    return rules;
}

}  // namespace tenscope

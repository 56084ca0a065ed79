#include "core/convert/fromonnx/build.h"
#include "core/convert/fromonnx/families.h"
#include "core/convert/fromonnx/plain.h"

namespace tenscope {

namespace {

// The second operand as the first is to see it. Up to opset 6 operators broadcast only where they are told to, and then
// the second operand may stand at an axis of the first: it gets dimensions of 1 behind it.
Term secondOperand(Lowering& l)
{
    const Term b = l.input(1);
    if (l.opset() >= 7 || l.integer("broadcast", 0) == 0 || !l.has("axis"))
        return b;
    AtenEmitter& emit = l.emit();
    const std::int64_t axis = l.integer("axis");
    const Term rank = rankOf(l, 0);
    const Term at = axis < 0 ? rank + axis : Term(axis);
    const Term behind = rank - at - emit.rank(b);
    return l.aten("reshape", b, emit.sizes(b) + l.aten("mul", Ints{1}, behind));
}

void add(Lowering& l)
{
    l.output(0, l.wrapped(l.input(0) + secondOperand(l), l.element(0)));
}

void sub(Lowering& l)
{
    l.output(0, l.wrapped(l.input(0) - secondOperand(l), l.element(0)));
}

void mul(Lowering& l)
{
    l.output(0, l.wrapped(l.input(0) * secondOperand(l), l.element(0)));
}

// Integers are divided towards zero.
void div(Lowering& l)
{
    const Term b = secondOperand(l);
    l.output(0, l.isFloat(0) ? l.input(0) / b : l.aten("div", l.input(0), b, "trunc"));
}

// The result has the base's type, whatever the exponent's is.
void pow(Lowering& l)
{
    const Term exponent = secondOperand(l);
    const bool isSame = l.element(0) == l.element(1) && l.element(0) != ElementType::Undefined;
    const auto constant = l.constantFloats(1);
    if (isSame && l.isFloat(0) && constant && constant->size() == 1 && l.rank(1) == 0)
        return l.output(0, l.aten("pow", l.input(0), constant->front()));
    const Term power = l.aten("pow", l.input(0), exponent);
    l.output(0, isSame ? power : l.emit().cast(power, l.element(0)));
}

// With fmod the sign is the dividend's as in C, else the divisor's as in Python.
void mod(Lowering& l)
{
    l.output(0, l.aten(l.integer("fmod", 0) != 0 ? "fmod" : "remainder", l.input(0), l.input(1)));
}

template <OperatorName op>
void comparison(Lowering& l)
{
    l.output(0, l.aten(op.text, l.input(0), secondOperand(l)));
}

// Any number of inputs, from left to right.
template <OperatorName op>
Term folded(Lowering& l)
{
    Term result = l.input(0);
    for (std::size_t i = 1; i < l.inputCount(); ++i)
        result = l.aten(op.text, result, l.input(i));
    return result;
}

template <OperatorName op>
void variadic(Lowering& l)
{
    l.output(0, folded<op>(l));
}

void mean(Lowering& l)
{
    l.output(0, folded<"add">(l) / double(l.inputCount()));
}

void clipByAttributes(Lowering& l)
{
    const Term low = l.has("min") ? Term(l.real("min", 0)) : Term();
    const Term high = l.has("max") ? Term(l.real("max", 0)) : Term();
    l.output(0, low.isNone() && high.isNone() ? l.input(0) : clamped(l, l.input(0), low, high));
}

// Bounds that are known become numbers, which LibTorch's clamp is fastest with.
void clip(Lowering& l)
{
    const auto bound = [&](std::size_t i) -> Term {
        if (!l.hasInput(i))
            return {};
        if (l.isFloat(0)) {
            const auto known = l.constantFloats(i);
            return known && known->size() == 1 ? Term(known->front()) : l.emit().toFloat(l.input(i));
        }
        return l.integer(i);
    };
    const Term low = bound(1), high = bound(2);
    l.output(0, low.isNone() && high.isNone() ? l.input(0) : clamped(l, l.input(0), low, high));
}

void isInf(Lowering& l)
{
    const bool negative = l.integer("detect_negative", 1) != 0;
    const bool positive = l.integer("detect_positive", 1) != 0;
    const Term x = l.input(0);
    if (negative && positive)
        return l.output(0, l.aten("isinf", x));
    if (negative)
        return l.output(0, l.aten("isneginf", x));
    l.output(0, positive ? l.aten("isposinf", x) : l.aten("lt", l.aten("abs", x), 0.0));
}

void where(Lowering& l)
{
    l.output(0, l.aten("where", l.input(0), l.input(1), l.input(2)));
}

constexpr LoweringRule rules[] = {
    {"Add", add},
    {"Sub", sub},
    {"Mul", mul},
    {"Div", div},
    {"Pow", pow},
    {"Mod", mod},
    {"Equal", comparison<"eq">},
    {"Less", comparison<"lt">},
    {"LessOrEqual", comparison<"le">},
    {"Greater", comparison<"gt">},
    {"GreaterOrEqual", comparison<"ge">},
    {"And", comparison<"logical_and">},
    {"Or", comparison<"logical_or">},
    {"Xor", comparison<"logical_xor">},
    {"Not", plainUnary<"logical_not">},
    {"Max", variadic<"maximum">},
    {"Min", variadic<"minimum">},
    {"Sum", variadic<"add">},
    {"Mean", mean},
    {"Clip", clipByAttributes},
    {"Clip", clip, 11},
    {"Where", where},
    {"IsInf", isInf},
    {"IsNaN", plainUnary<"isnan">},
    {"Abs", plainUnary<"abs">},
    {"Neg", plainUnary<"neg">},
    {"Sign", plainUnary<"sign">},
    {"Exp", plainUnary<"exp">},
    {"Log", plainUnary<"log">},
    {"Sqrt", plainUnary<"sqrt">},
    {"Reciprocal", plainUnary<"reciprocal">},
    {"Ceil", plainUnary<"ceil">},
    {"Floor", plainUnary<"floor">},
    {"Round", plainUnary<"round">},  // halves to even, in both
    {"Erf", plainUnary<"erf">},
    {"Sin", plainUnary<"sin">},
    {"Cos", plainUnary<"cos">},
    {"Tan", plainUnary<"tan">},
    {"Asin", plainUnary<"asin">},
    {"Acos", plainUnary<"acos">},
    {"Atan", plainUnary<"atan">},
    {"Sinh", plainUnary<"sinh">},
    {"Cosh", plainUnary<"cosh">},
    {"Asinh", plainUnary<"asinh">},
    {"Acosh", plainUnary<"acosh">},
    {"Atanh", plainUnary<"atanh">},
};

}  // namespace

LoweringTable arithmeticLowerings()
{
    return rules;
}

}  // namespace tenscope

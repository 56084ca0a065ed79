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
    const Term rank = emit.rank(l.input(0));
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

template <OperatorName op>
void comparison(Lowering& l)
{
    l.output(0, l.aten(op.text, l.input(0), secondOperand(l)));
}

constexpr LoweringRule rules[] = {
    {"Add", add},
    {"Sub", sub},
    {"Mul", mul},
    {"Div", div},
    {"Equal", comparison<"eq">},
    {"Less", comparison<"lt">},
    {"LessOrEqual", comparison<"le">},
    {"Greater", comparison<"gt">},
    {"GreaterOrEqual", comparison<"ge">},
    {"And", comparison<"logical_and">},
    {"Or", comparison<"logical_or">},
    {"Xor", comparison<"logical_xor">},
    {"Not", plainUnary<"logical_not">},
    {"Abs", plainUnary<"abs">},
    {"Neg", plainUnary<"neg">},
    {"Exp", plainUnary<"exp">},
    {"Log", plainUnary<"log">},
    {"Sqrt", plainUnary<"sqrt">},
};

}  // namespace

LoweringTable arithmeticLowerings()
{
    return rules;
}

}  // namespace tenscope

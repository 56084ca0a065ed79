#include "core/convert/fromonnx/build.h"
#include "core/convert/fromonnx/families.h"
#include "core/convert/fromonnx/plain.h"

namespace tenscope {

namespace {

void leakyRelu(Lowering& l)
{
    l.output(0, l.aten("leaky_relu", l.input(0), l.real("alpha", 0.01)));
}

void elu(Lowering& l)
{
    l.output(0, l.aten("elu", l.input(0), l.real("alpha", 1.0), 1.0, 1.0));
}

void celu(Lowering& l)
{
    l.output(0, l.aten("celu", l.input(0), l.real("alpha", 1.0)));
}

void selu(Lowering& l)
{
    const bool isFirst = l.opset() < 6;
    const double alpha = l.real("alpha", isFirst ? 1.6732 : 1.67326319217681884765625);
    const double gamma = l.real("gamma", isFirst ? 1.0507 : 1.05070102214813232421875);
    l.output(0, l.aten("elu", l.input(0), alpha, gamma, 1.0));
}

void hardSigmoid(Lowering& l)
{
    l.output(0, clamped(l, l.input(0) * l.real("alpha", 0.2) + l.real("beta", 0.5), 0.0, 1.0));
}

// LibTorch goes over to the identity where the rest no longer counts in float32.
void softplus(Lowering& l)
{
    l.output(0, l.aten("softplus", l.input(0), 1.0, l.element(0) == ElementType::Float64 ? 40.0 : 20.0));
}

void softsign(Lowering& l)
{
    const Term x = l.input(0);
    l.output(0, x / (l.aten("abs", x) + 1));
}

void thresholdedRelu(Lowering& l)
{
    l.output(0, l.aten("threshold", l.input(0), l.real("alpha", 1.0), 0.0));
}

// Integers are shrunk too.
void shrink(Lowering& l)
{
    const Term x = l.input(0);
    const double bias = l.real("bias", 0.0), lambda = l.real("lambd", 0.5);
    const Term above = where(l, greater(x, lambda), x - bias, 0.0);
    l.output(0, l.aten("type_as", where(l, less(x, -lambda), x + bias, above), x));
}

void gelu(Lowering& l)
{
    l.output(0, l.aten("gelu", l.input(0), l.text("approximate", "none")));
}

void swish(Lowering& l)
{
    const Term x = l.input(0);
    const double alpha = l.real("alpha", 1.0);
    l.output(0, alpha == 1.0 ? l.aten("silu", x) : x * l.aten("sigmoid", x * alpha));
}

// Up to opset 6 the slopes are those of the channels.
void channelPrelu(Lowering& l)
{
    l.output(0, l.aten("prelu", l.input(0), l.aten("reshape", l.input(1), Ints{-1})));
}

// One slope for each channel may have fewer dimensions than the input: it is broadcast from the right, as ONNX says.
void prelu(Lowering& l)
{
    const Term x = l.input(0);
    l.output(0, l.aten("where", less(x, 0), x * l.input(1), x));
}

// Up to opset 12 the dimensions from the axis on are one: softmax of the matrix that they make with those before.
template <OperatorName op>
void softmaxOfMatrix(Lowering& l)
{
    const Term x = l.input(0);
    const std::int64_t axis = l.integer("axis", 1);
    if (axis == 0) {
        const Term flat = l.aten(op.text, l.aten("reshape", x, Ints{-1}), 0, Term());
        return l.output(0, l.aten("reshape", flat, l.emit().sizes(x)));
    }
    const Term matrix = l.aten("flatten", x, axis, -1);
    l.output(0, l.aten("reshape", l.aten(op.text, matrix, axis, Term()), l.emit().sizes(x)));
}

template <OperatorName op>
void softmax(Lowering& l)
{
    l.output(0, l.aten(op.text, l.input(0), l.integer("axis", -1), Term()));
}

// One at the first of the largest.
Term hottest(Lowering& l, const Term& x, std::int64_t axis)
{
    const Term zeros = l.aten("zeros_like", x, Term(), Term(), Term(), Term(), Term());
    return l.aten("scatter", zeros, axis, l.aten("argmax", x, axis, true), 1);
}

void hardmax(Lowering& l)
{
    l.output(0, hottest(l, l.input(0), l.integer("axis", -1)));
}

void hardmaxOfMatrix(Lowering& l)
{
    const Term x = l.input(0);
    const std::int64_t axis = l.integer("axis", 1);
    const Term matrix = axis == 0 ? l.aten("reshape", x, Ints{1, -1}) : l.aten("flatten", x, axis, -1);
    l.output(0, l.aten("reshape", hottest(l, matrix, -1), l.emit().sizes(x)));
}

constexpr LoweringRule rules[] = {
    {"Relu", plainUnary<"relu">},
    {"Sigmoid", plainUnary<"sigmoid">},
    {"Tanh", plainUnary<"tanh">},
    {"LeakyRelu", leakyRelu},
    {"Elu", elu},
    {"Celu", celu},
    {"Selu", selu},
    {"HardSigmoid", hardSigmoid},
    {"HardSwish", plainUnary<"hardswish">},
    {"Mish", plainUnary<"mish">},
    {"Softplus", softplus},
    {"Softsign", softsign},
    {"ThresholdedRelu", thresholdedRelu},
    {"Shrink", shrink},
    {"Gelu", gelu},
    {"Swish", swish},
    {"PRelu", channelPrelu},
    {"PRelu", prelu, 7},
    {"Hardmax", hardmaxOfMatrix},
    {"Hardmax", hardmax, 13},
    {"Softmax", softmaxOfMatrix<"softmax">},
    {"Softmax", softmax<"softmax">, 13},
    {"LogSoftmax", softmaxOfMatrix<"log_softmax">},
    {"LogSoftmax", softmax<"log_softmax">, 13},
};

}  // namespace

LoweringTable activationLowerings()
{
    return rules;
}

}  // namespace tenscope

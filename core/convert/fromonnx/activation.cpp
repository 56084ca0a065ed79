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

constexpr LoweringRule rules[] = {
    {"Relu", plainUnary<"relu">},
    {"Sigmoid", plainUnary<"sigmoid">},
    {"Tanh", plainUnary<"tanh">},
    {"LeakyRelu", leakyRelu},
    {"Elu", elu},
    {"PRelu", prelu},
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

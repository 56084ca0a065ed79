// Operators of ONNX Runtime (com.microsoft) that its optimizer and exporters put in the place of several of ONNX's.
#include <string>

#include "core/convert/fromonnx/build.h"
#include "core/convert/fromonnx/convolve.h"
#include "core/convert/fromonnx/families.h"
#include "core/convert/fromonnx/normalize.h"

namespace tenscope {

namespace {

constexpr std::string_view microsoft = "com.microsoft";

// There are no schemas of these operators to tell the type of a result: it is that of the first input.
void result(Lowering& l, const Term& value, std::size_t i = 0)
{
    l.output(i, value, l.element(0));
}

// What FusedConv and FusedGemm do with the result; `alpha` and `beta` are numbers of the activation.
Term activatedBy(Lowering& l, const std::string& activation, const Term& x, const Floats& numbers)
{
    const auto number = [&](std::size_t i, double fallback) { return i < numbers.size() ? numbers[i] : fallback; };
    if (activation.empty())
        return x;
    if (activation == "Relu")
        return l.aten("relu", x);
    if (activation == "Tanh")
        return l.aten("tanh", x);
    if (activation == "Sigmoid")
        return l.aten("sigmoid", x);
    if (activation == "LeakyRelu")
        return l.aten("leaky_relu", x, number(0, 0.01));
    if (activation == "Clip")
        return clamped(l, x, number(0, -3.402823466e38), number(1, 3.402823466e38));
    if (activation == "HardSigmoid")
        return clamped(l, x * number(0, 0.2) + number(1, 0.5), 0.0, 1.0);
    throw Unsupported("its activation '" + activation + "' is not known");
}

void fusedConv(Lowering& l)
{
    const Term sum = convolved(l, l.input(0), l.input(1), l.inputOr(2, Term()));
    result(l, activatedBy(l, l.text("activation", ""), l.hasInput(3) ? sum + l.input(3) : sum,
                          l.reals("activation_params")));
}

void fusedGemm(Lowering& l)
{
    const Term a = l.integer("transA", 0) != 0 ? l.aten("t", l.input(0)) : l.input(0);
    const Term b = l.integer("transB", 0) != 0 ? l.aten("t", l.input(1)) : l.input(1);
    const Term product = l.aten("mm", a, b) * l.real("alpha", 1.0);
    const Term sum = l.hasInput(2) ? product + l.input(2) * l.real("beta", 1.0) : product;
    Floats numbers;
    if (l.has("activation_alpha"))
        numbers = {l.real("activation_alpha", 0), l.real("activation_beta", 0.5)};
    result(l, activatedBy(l, l.text("activation", ""), sum, numbers));
}

// transBatch: the first dimension is the last but one, before the matrices are transposed.
void fusedMatMul(Lowering& l)
{
    const auto operand = [&](std::size_t input, const char* batch, const char* matrix) {
        Term x = l.input(input);
        if (l.integer(batch, 0) != 0)
            x = l.aten("movedim", x, 0, -2);
        return l.integer(matrix, 0) != 0 && l.rank(input) != 1 ? l.aten("transpose", x, -2, -1) : x;
    };
    const Term product = l.aten("matmul", operand(0, "transBatchA", "transA"), operand(1, "transBatchB", "transB"));
    const double alpha = l.real("alpha", 1.0);
    result(l, alpha == 1.0 ? product : product * alpha);
}

void biasGelu(Lowering& l)
{
    result(l, l.aten("gelu", l.input(0) + l.input(1), "none"));
}

void fastGelu(Lowering& l)
{
    result(l, l.aten("gelu", l.hasInput(1) ? l.input(0) + l.input(1) : l.input(0), "tanh"));
}

void gemmFastGelu(Lowering& l)
{
    const Term product = l.aten("matmul", l.input(0), l.input(1));
    result(l, l.aten("gelu", l.hasInput(2) ? product + l.input(2) : product, "tanh"));
}

void exactGelu(Lowering& l)
{
    result(l, l.aten("gelu", l.input(0), "none"));
}

void quickGelu(Lowering& l)
{
    const Term x = l.input(0);
    result(l, x * l.aten("sigmoid", x * l.real("alpha", 1.702)));
}

void biasAdd(Lowering& l)
{
    result(l, l.input(0) + l.input(1) + l.input(2));
}

// --- Normalizations of a sum. `mean` and `inverse` are None where nobody asks for them.

struct Normalized {
    Term output, mean, inverse;
};

// Without a mean only the root of the mean square counts.
Normalized normalized(Lowering& l, const Term& x, const Term& gamma, const Term& beta, bool hasMean, double epsilon)
{
    const Term wide = l.element(0) == ElementType::Float64 ? x : asFloat32(l, x);
    Normalized n;
    Term centered = wide;
    if (hasMean) {
        n.mean = reduced(l, "mean", wide, Ints{-1});
        centered = wide - n.mean;
    }
    n.inverse = inverseDeviation(l, reduced(l, "mean", centered * centered, Ints{-1}), epsilon);
    const Term scaled = l.aten("type_as", centered * n.inverse, x) * gamma;
    n.output = beta.isNone() ? scaled : scaled + beta;
    return n;
}

void outputNormalized(Lowering& l, const Term& sum, const Normalized& n)
{
    result(l, n.output);
    if (!n.mean.isNone())
        l.output(1, n.mean, ElementType::Float32);
    if (l.hasOutput(2))
        l.output(2, n.inverse, ElementType::Float32);
    if (l.hasOutput(3))
        result(l, sum, 3);
}

void skipLayerNormalization(Lowering& l)
{
    const Term skipped = l.input(0) + l.input(1);
    const Term sum = l.hasInput(4) ? skipped + l.input(4) : skipped;
    outputNormalized(l, sum, normalized(l, sum, l.input(2), l.inputOr(3, Term()), true, l.real("epsilon", 1e-12)));
}

void skipSimplifiedLayerNormalization(Lowering& l)
{
    const Term skipped = l.input(0) + l.input(1);
    const Term sum = l.hasInput(3) ? skipped + l.input(3) : skipped;
    outputNormalized(l, sum, normalized(l, sum, l.input(2), Term(), false, l.real("epsilon", 1e-12)));
}

void simplifiedLayerNormalization(Lowering& l)
{
    const Term x = l.input(0);
    const Term axes = lastDimensions(l, x, l.integer("axis", -1), l.rank(0));
    const Term wide = l.element(0) == ElementType::Float64 ? x : asFloat32(l, x);
    const Term inverse = inverseDeviation(l, reduced(l, "mean", wide * wide, axes), l.real("epsilon", 1e-5));
    result(l, l.aten("type_as", wide * inverse, x) * l.input(1));
    if (l.hasOutput(1))
        l.output(1, inverse, ElementType::Float32);
}

// The sum of what stands for words, places and segments, normalized; and how many words of each sequence count.
void embedLayerNormalization(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const auto looked = [&](std::size_t table, const Term& which) {
        return l.aten("embedding", l.input(table), emit.cast(which, ElementType::Int64), -1, false, false);
    };
    const Term words = l.input(0);
    const Term places = l.hasInput(8)
                            ? l.input(8)
                            : l.aten("unsqueeze", range(l, words, 0, emit.size(words, 1), ElementType::Int64), 0);
    Term sum = looked(2, words) + looked(3, places);
    if (l.hasInput(1) && l.hasInput(4))
        sum = sum + looked(4, l.input(1));
    const ElementType element = l.element(2);
    l.output(0, normalized(l, sum, l.input(5), l.input(6), true, l.real("epsilon", 1e-12)).output, element);
    if (l.hasOutput(1)) {
        const Term counts =
            l.hasInput(7) ? l.aten("sum", l.input(7), Ints{1}, false, ElementType::Int32)
                          : filled(l, words, emit.list({emit.size(words, 0)}, Type::Kind::Int), 0, ElementType::Int32);
        l.output(1, counts, ElementType::Int32);
    }
    if (l.hasOutput(2))
        l.output(2, sum, element);
}

// With channels last, unlike ONNX's.
void groupNorm(Lowering& l)
{
    const bool isLast = l.integer("channels_last", 1) != 0;
    const Term x = isLast ? l.aten("movedim", l.input(0), -1, 1) : l.input(0);
    const Term gamma = l.aten("type_as", l.input(1), x), beta = l.aten("type_as", l.input(2), x);
    Term y = l.aten("group_norm", x, l.integer("groups"), gamma, beta, l.real("epsilon", 1e-5), false);
    if (l.integer("activation", 0) == 1)
        y = l.aten("silu", y);
    result(l, isLast ? l.aten("movedim", y, 1, -1) : y);
}

void expandDims(Lowering& l)
{
    result(l, l.aten("unsqueeze", l.input(0), l.integer(1)));
}

void distances(Lowering& l)
{
    const std::string metric = l.text("metric", "sqeuclidean");
    if (metric != "euclidean" && metric != "sqeuclidean")
        throw Unsupported("its metric '" + metric + "' is not known");
    const Term distance = l.aten("cdist", l.input(0), l.input(1), 2.0, Term());
    result(l, metric == "euclidean" ? distance : distance * distance);
}

constexpr LoweringRule rules[] = {
    {"FusedConv", fusedConv, 1, microsoft},
    {"FusedGemm", fusedGemm, 1, microsoft},
    {"FusedMatMul", fusedMatMul, 1, microsoft},
    {"TransposeMatMul", fusedMatMul, 1, microsoft},
    {"Gelu", exactGelu, 1, microsoft},
    {"BiasGelu", biasGelu, 1, microsoft},
    {"FastGelu", fastGelu, 1, microsoft},
    {"GemmFastGelu", gemmFastGelu, 1, microsoft},
    {"QuickGelu", quickGelu, 1, microsoft},
    {"BiasAdd", biasAdd, 1, microsoft},
    {"SkipLayerNormalization", skipLayerNormalization, 1, microsoft},
    {"SkipSimplifiedLayerNormalization", skipSimplifiedLayerNormalization, 1, microsoft},
    {"SimplifiedLayerNormalization", simplifiedLayerNormalization, 1, microsoft},
    {"SimplifiedLayerNormalization", simplifiedLayerNormalization},  // ONNX Runtime's, under ONNX's domain
    {"EmbedLayerNormalization", embedLayerNormalization, 1, microsoft},
    {"GroupNorm", groupNorm, 1, microsoft},
    {"ExpandDims", expandDims, 1, microsoft},
    {"CDist", distances, 1, microsoft},
};

}  // namespace

LoweringTable fusedLowerings()
{
    return rules;
}

}  // namespace tenscope

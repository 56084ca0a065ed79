// Quantized operators of ONNX Runtime (com.microsoft): each is the operator on the real numbers between dequantization
// and quantization, except for the products, which are added up exactly before they are scaled once.
#include "core/convert/fromonnx/build.h"
#include "core/convert/fromonnx/families.h"
#include "core/convert/fromonnx/plain.h"
#include "core/convert/fromonnx/quantize.h"

namespace tenscope {

namespace {

constexpr std::string_view microsoft = "com.microsoft";

// The real numbers of the quantized input `i`, whose scale and zero point follow it.
Term real(Lowering& l, std::size_t i)
{
    return dequantized(l, l.input(i), scalarQuantization(l, i + 1, i + 2));
}

// `i`: the input with the result's scale, which the zero point follows.
void outputQuantized(Lowering& l, const Term& value, std::size_t i)
{
    LinearQuantization q = scalarQuantization(l, i, i + 1);
    if (!l.hasInput(i + 1))
        q.element = l.element(0);
    l.output(0, quantized(l, value, q), q.element);
}

void add(Lowering& l)
{
    outputQuantized(l, real(l, 0) + real(l, 3), 6);
}

void mul(Lowering& l)
{
    outputQuantized(l, real(l, 0) * real(l, 3), 6);
}

template <OperatorName op>
void unary(Lowering& l)
{
    outputQuantized(l, l.aten(op.text, real(l, 0)), 3);
}

void leakyRelu(Lowering& l)
{
    outputQuantized(l, l.aten("leaky_relu", real(l, 0), l.real("alpha", 0.01)), 3);
}

// Up to opset 12 ONNX's softmax takes all dimensions from the axis on as one.
void softmax(Lowering& l)
{
    const std::int64_t axis = l.integer("axis", -1);
    const Term x = real(l, 0);
    if (l.integer("opset", 13) >= 13 || axis == -1)
        return outputQuantized(l, l.aten("softmax", x, axis, Term()), 3);
    const Term matrix = l.aten("flatten", x, axis, -1);
    outputQuantized(l, l.aten("reshape", l.aten("softmax", matrix, -1, Term()), l.emit().sizes(x)), 3);
}

void globalAveragePool(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const bool isLast = l.integer("channels_last", 0) != 0;
    const Term x = real(l, 0);
    const Term rank = rankOf(l, 0);
    const Term axes = isLast ? emit.toInts(range(l, x, 1, rank - 1, ElementType::Int64))
                             : emit.toInts(range(l, x, 2, rank, ElementType::Int64));
    outputQuantized(l, reduced(l, "mean", x, axes), 3);
}

void reduceMean(Lowering& l)
{
    Term axes = l.integers("axes");
    if (axes.get<Ints>()->empty())
        axes = l.emit().toInts(range(l, l.input(0), 0, rankOf(l, 0), ElementType::Int64));
    outputQuantized(l, reduced(l, "mean", real(l, 0), axes, l.integer("keepdims", 1) != 0), 3);
}

// Inputs: the result's scale and zero point, then three for each part.
void concat(Lowering& l)
{
    std::vector<Term> all;
    for (std::size_t i = 2; i + 2 < l.inputCount(); i += 3)
        all.push_back(real(l, i));
    if (all.empty())
        throw Unsupported("it has no inputs to join");
    const Term joined = l.aten("cat", l.emit().list(all), l.integer("axis"));
    const LinearQuantization q = scalarQuantization(l, 0, 1);
    l.output(0, quantized(l, joined, q), q.element);
}

// The condition, then three inputs each.
void where(Lowering& l)
{
    const LinearQuantization q = scalarQuantization(l, 7, 8);
    l.output(0, quantized(l, l.aten("where", l.input(0), real(l, 1), real(l, 4)), q), q.element);
}

// --- Products.

// A vector for the columns of a matrix is broadcast as it is.
Term columnZeroPoint(Lowering& l, std::size_t input)
{
    return l.hasInput(input) ? l.input(input) : Term();
}

// Without a scale for the result it stays real.
void qGemm(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const bool isTransposed = l.integer("transB", 0) != 0;
    Term a = centered(l, l.input(0), l.aten("reshape", l.input(2), Ints()));
    if (l.integer("transA", 0) != 0)
        a = l.aten("t", a);
    // Scales and zero points are those of the columns of B as it is multiplied.
    const Term weights = isTransposed ? l.aten("t", l.input(3)) : l.input(3);
    Term product = l.aten("mm", a, centered(l, weights, columnZeroPoint(l, 5)));
    if (l.hasInput(6))
        product = product + emit.cast(l.input(6), ElementType::Float64);
    const Term scale = l.aten("reshape", l.input(1), Ints()) * l.input(4) * l.real("alpha", 1.0);
    if (!l.hasInput(7))
        return l.output(0, asFloat32(l, product * scale), ElementType::Float32);
    LinearQuantization q = scalarQuantization(l, 7, 8);
    q.scale = q.scale / scale;
    l.output(0, quantized(l, product, q), q.element);
}

void outputScaled(Lowering& l, const Term& product, const Term& scale, std::size_t biasInput)
{
    const Term scaled = asFloat32(l, product * scale);
    l.output(0, l.hasInput(biasInput) ? scaled + l.input(biasInput) : scaled, ElementType::Float32);
}

void matMulIntegerToFloat(Lowering& l)
{
    const Term a = centered(l, l.input(0), columnZeroPoint(l, 4)), b = centered(l, l.input(1), columnZeroPoint(l, 5));
    outputScaled(l, l.aten("matmul", a, b), l.input(2) * l.input(3), 6);
}

// The first matrix is quantized for the product, as DynamicQuantizeLinear does it.
void dynamicQuantizeMatMul(Lowering& l)
{
    const DynamicallyQuantized a = dynamicallyQuantized(l, l.input(0));
    const Term product =
        l.aten("matmul", centered(l, a.values, a.q.zeroPoint), centered(l, l.input(1), columnZeroPoint(l, 3)));
    outputScaled(l, product, a.q.scale * l.input(2), 4);
}

// --- MatMulNBits: rows of weights in blocks, each with a scale and a zero point; several weights share a byte, the
// first in its lowest bits.

// [rows, bytes] → [rows, numbers] of int32.
Term unpackedBits(Lowering& l, const Term& packed, std::int64_t bits)
{
    if (bits == 8)
        return l.emit().cast(packed, ElementType::Int32);
    std::vector<Term> numbers;
    for (std::int64_t shift = 0; shift < 8; shift += bits) {
        const Term shifted = shift == 0 ? packed : l.aten("__rshift__", packed, shift);
        numbers.push_back(l.aten("bitwise_and", shifted, (std::int64_t(1) << bits) - 1));
    }
    return l.emit().cast(l.aten("flatten", l.aten("stack", l.emit().list(numbers), -1), -2, -1), ElementType::Int32);
}

void matMulNBits(Lowering& l)
{
    const std::int64_t inner = l.integer("K"), outer = l.integer("N"), bits = l.integer("bits", 4),
                       block = l.integer("block_size");
    if ((bits != 2 && bits != 4 && bits != 8) || block < 1 || inner < 1 || outer < 1)
        throw Unsupported("only 2, 4 and 8 bits in blocks are supported for it");
    if (l.hasInput(4))
        throw Unsupported("the order of its groups (g_idx) is not supported");
    const std::int64_t blocks = (inner + block - 1) / block;
    const Term scales = l.aten("reshape", l.input(2), Ints{outer, blocks, 1});
    const Term whole = unpackedBits(l, l.aten("reshape", l.input(1), Ints{outer, -1}), bits);
    const Term numbers = l.aten("reshape", whole, Ints{outer, blocks, block});
    Term zeroPoint = std::int64_t(1) << (bits - 1);
    if (l.hasInput(3)) {
        const bool isPacked = l.element(3) == ElementType::UInt8;
        const Term rows = l.aten("reshape", l.input(3), Ints{outer, -1});
        const Term points = isPacked ? l.aten("slice", unpackedBits(l, rows, bits), 1, 0, blocks, 1) : rows;
        zeroPoint = l.aten("unsqueeze", points, -1);
    }
    const Term weights = l.aten("flatten", l.aten("type_as", numbers - zeroPoint, scales) * scales, 1, -1);
    const Term used = blocks * block == inner ? weights : l.aten("slice", weights, 1, 0, inner, 1);
    l.output(0, l.aten("linear", l.input(0), l.aten("type_as", used, l.input(0)), l.inputOr(5, Term())), l.element(0));
}

constexpr LoweringRule rules[] = {
    {"QLinearAdd", add, 1, microsoft},
    {"QLinearMul", mul, 1, microsoft},
    {"QLinearSigmoid", unary<"sigmoid">, 1, microsoft},
    {"QLinearLeakyRelu", leakyRelu, 1, microsoft},
    {"QLinearSoftmax", softmax, 1, microsoft},
    {"QLinearGlobalAveragePool", globalAveragePool, 1, microsoft},
    {"QLinearReduceMean", reduceMean, 1, microsoft},
    {"QLinearConcat", concat, 1, microsoft},
    {"QLinearWhere", where, 1, microsoft},
    {"QGemm", qGemm, 1, microsoft},
    {"MatMulIntegerToFloat", matMulIntegerToFloat, 1, microsoft},
    {"DynamicQuantizeMatMul", dynamicQuantizeMatMul, 1, microsoft},
    {"MatMulNBits", matMulNBits, 1, microsoft},
};

}  // namespace

LoweringTable fusedQuantizationLowerings()
{
    return rules;
}

}  // namespace tenscope

#include "core/convert/fromonnx/build.h"
#include "core/convert/fromonnx/convolve.h"
#include "core/convert/fromonnx/families.h"
#include "core/convert/fromonnx/quantize.h"

namespace tenscope {

namespace {

// A scale or zero point as it is broadcast against the whole: one number, one for each place along the axis, or one for
// each block of so many places along it.
Term alongAxis(Lowering& l, std::size_t input)
{
    const Term parameter = l.input(input), x = l.input(0);
    if (l.rank(input) == 0)
        return parameter;
    AtenEmitter& emit = l.emit();
    const std::int64_t axis = l.integer("axis", 1), block = l.integer("block_size", 0);
    if (block > 0) {
        const Term repeated = l.aten("repeat_interleave", parameter, block, axis, Term());
        return l.aten("slice", repeated, axis, 0, emit.size(x, axis), 1);
    }
    const Term rank = rankOf(l, 0);
    const auto shaped = [&] { return l.aten("reshape", parameter, vectorShape(l, fromFront(axis, rank), rank)); };
    const auto* known = rank.get<std::int64_t>();
    if (l.rank(input) == 1 && (!known || *known > axis))
        return shaped();
    return emit.choose(
        equal(l.aten("numel", parameter), 1), [&] { return l.aten("reshape", parameter, Ints()); }, shaped);
}

LinearQuantization quantizationOf(Lowering& l)
{
    LinearQuantization q;
    q.scale = alongAxis(l, 1);
    if (l.hasInput(2)) {
        q.zeroPoint = alongAxis(l, 2);
        q.element = l.element(2);
    }
    return q;
}

// Integers are taken as the real numbers that they are.
void quantizeLinear(Lowering& l)
{
    LinearQuantization q = quantizationOf(l);
    if (!l.hasInput(2) && l.integer("output_dtype", 0) != 0)
        q.element = elementTypeFromOnnx(std::int32_t(l.integer("output_dtype")));
    if (q.element == ElementType::Undefined)
        throw Unsupported("the type that it quantizes to is not known");
    const bool isWide = l.element(0) == ElementType::Float64;
    const Term x = isWide ? l.input(0) : asFloat32(l, l.input(0));
    q.scale = isWide ? q.scale : asFloat32(l, q.scale);
    l.output(0, quantized(l, x, q, l.integer("saturate", 1) != 0), q.element);
}

void dequantizeLinear(Lowering& l)
{
    LinearQuantization q = quantizationOf(l);
    q.element = l.element(0);
    const std::int64_t wanted = l.integer("output_dtype", 0);
    const ElementType element = wanted != 0 ? elementTypeFromOnnx(std::int32_t(wanted)) : l.element(1);
    const bool isNarrow = element == ElementType::Float16 || element == ElementType::BFloat16;
    if (isNarrow)
        q.scale = asFloat32(l, q.scale);
    const Term real = dequantized(l, l.input(0), q);
    l.output(0, isNarrow ? l.emit().cast(real, element) : real, element);
}

void dynamicQuantizeLinear(Lowering& l)
{
    const DynamicallyQuantized result = dynamicallyQuantized(l, l.input(0));
    l.output(0, result.values, ElementType::UInt8);
    l.output(1, result.q.scale, ElementType::Float32);
    l.output(2, result.q.zeroPoint, ElementType::UInt8);
}

// A number for each row of a matrix (or stack of them) given as a vector becomes a column.
Term forRows(Lowering& l, std::size_t matrix, std::size_t input)
{
    if (l.rank(input) == 0)
        return l.input(input);
    if (l.rank(matrix) == 1)
        return l.aten("reshape", l.input(input), Ints());
    return l.rank(input) == 1 ? l.aten("reshape", l.input(input), Ints{-1, 1}) : l.input(input);
}

Term forColumns(Lowering& l, std::size_t matrix, std::size_t input)
{
    return l.rank(matrix) == 1 ? l.aten("reshape", l.input(input), Ints()) : l.input(input);
}

void matMulInteger(Lowering& l)
{
    const Term a = centered(l, l.input(0), l.hasInput(2) ? forRows(l, 0, 2) : Term());
    const Term b = centered(l, l.input(1), l.hasInput(3) ? forColumns(l, 1, 3) : Term());
    l.output(0, l.emit().cast(l.aten("matmul", a, b), ElementType::Int32), ElementType::Int32);
}

// The sums are exact; scaled once, they are rounded once.
void qLinearMatMul(Lowering& l)
{
    const Term product =
        l.aten("matmul", centered(l, l.input(0), forRows(l, 0, 2)), centered(l, l.input(3), forColumns(l, 3, 5)));
    LinearQuantization q = scalarQuantization(l, 6, 7);
    q.scale = q.scale / (forRows(l, 0, 1) * forColumns(l, 3, 4));
    l.output(0, quantized(l, product, q), q.element);
}

void qLinearConv(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const auto perFilter = [&](std::size_t input, const Term& at) {
        if (l.rank(input) == 0)
            return l.input(input);
        return l.aten("reshape", l.input(input), vectorShape(l, at, rankOf(l, 0)));
    };
    const Term x = centered(l, l.input(0), l.aten("reshape", l.input(2), Ints()));
    const Term weights = centered(l, l.input(3), perFilter(5, 0));
    const Term bias = l.hasInput(8) ? emit.cast(l.input(8), ElementType::Float64) : Term();
    const Term sums = convolved(l, x, weights, bias, 3);
    LinearQuantization q = scalarQuantization(l, 6, 7);
    q.scale = q.scale / (l.aten("reshape", l.input(1), Ints()) * perFilter(4, 1));
    l.output(0, quantized(l, sums, q), q.element);
}

constexpr LoweringRule rules[] = {
    {"QuantizeLinear", quantizeLinear},
    {"DequantizeLinear", dequantizeLinear},
    {"DynamicQuantizeLinear", dynamicQuantizeLinear},
    {"MatMulInteger", matMulInteger},
    {"QLinearMatMul", qLinearMatMul},
    {"QLinearConv", qLinearConv},
    {"QuantizeLinear", quantizeLinear, 1, "com.microsoft"},
    {"DequantizeLinear", dequantizeLinear, 1, "com.microsoft"},
};

}  // namespace

LoweringTable quantizationLowerings()
{
    return rules;
}

}  // namespace tenscope

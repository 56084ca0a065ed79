#include "core/convert/fromonnx/quantize.h"

#include "core/convert/fromonnx/build.h"
#include "core/convert/fromonnx/cast.h"

namespace tenscope {

namespace {

struct IntegerRange {
    double lowest, highest;
};

// Nothing for 8-bit and smaller floats.
std::optional<IntegerRange> rangeOf(ElementType element)
{
    switch (element) {
    case ElementType::UInt8: return IntegerRange{0, 255};
    case ElementType::Int8: return IntegerRange{-128, 127};
    case ElementType::UInt16: return IntegerRange{0, 65535};
    case ElementType::Int16: return IntegerRange{-32768, 32767};
    case ElementType::UInt4: return IntegerRange{0, 15};
    case ElementType::Int4: return IntegerRange{-8, 7};
    case ElementType::UInt2: return IntegerRange{0, 3};
    case ElementType::Int2: return IntegerRange{-2, 1};
    default: return std::nullopt;
    }
}

}  // namespace

LinearQuantization scalarQuantization(Lowering& l, std::size_t scaleInput, std::size_t zeroPointInput)
{
    LinearQuantization q;
    q.scale = l.aten("reshape", l.input(scaleInput), Ints());
    if (l.hasInput(zeroPointInput)) {
        q.zeroPoint = l.aten("reshape", l.input(zeroPointInput), Ints());
        q.element = l.element(zeroPointInput);
    }
    return q;
}

Term centered(Lowering& l, const Term& quantized, const Term& zeroPoint, ElementType as)
{
    AtenEmitter& emit = l.emit();
    const Term value = emit.cast(quantized, as);
    return zeroPoint.isNone() ? value : value - emit.cast(zeroPoint, as);
}

// A difference of int32 does not fit float32, but float64.
Term dequantized(Lowering& l, const Term& quantized, const LinearQuantization& q)
{
    const ElementType exact = q.element == ElementType::Int32 ? ElementType::Float64 : ElementType::Float32;
    return l.aten("type_as", centered(l, quantized, q.zeroPoint, exact), q.scale) * q.scale;
}

Term quantized(Lowering& l, const Term& real, const LinearQuantization& q, bool saturate)
{
    AtenEmitter& emit = l.emit();
    const Term scaled = real / q.scale;
    const auto range = rangeOf(q.element);
    if (!range) {
        const Term shifted = q.zeroPoint.isNone() ? scaled : scaled + q.zeroPoint;
        return converted(l, shifted, ElementType::Float32, q.element, saturate);
    }
    Term rounded = l.aten("round", scaled);
    if (!q.zeroPoint.isNone())
        rounded = rounded + emit.cast(q.zeroPoint, ElementType::Float32);
    return emit.cast(clamped(l, rounded, range->lowest, range->highest), q.element);
}

DynamicallyQuantized dynamicallyQuantized(Lowering& l, const Term& real)
{
    const Term lowest = clamped(l, l.aten("amin", real, Ints()), Term(), 0.0);
    const Term highest = clamped(l, l.aten("amax", real, Ints()), 0.0, Term());
    const Term step = (highest - lowest) / 255.0;
    DynamicallyQuantized result;
    result.q.scale = where(l, equal(step, 0), 1.0, step);
    const Term zero = l.aten("round", clamped(l, -lowest / result.q.scale, 0.0, 255.0));
    result.q.zeroPoint = l.emit().cast(zero, ElementType::UInt8);
    result.values = quantized(l, real, result.q);
    return result;
}

}  // namespace tenscope

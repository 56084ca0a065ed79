#include "core/convert/fromonnx/cast.h"

#include <cctype>
#include <limits>

#include "core/convert/fromonnx/build.h"
#include "core/convert/fromonnx/families.h"

namespace tenscope {

namespace {

// An 8-bit (or smaller) float: what can be said with its bits, and what is said where that is not enough.
struct SmallFloat {
    ElementType element;
    int mantissaBits;
    int smallestExponent;  // of normal numbers
    double largest;
    bool hasInfinity;
};

constexpr SmallFloat smallFloats[] = {
    {ElementType::Float8E4M3FN, 3, -6, 448, false},   {ElementType::Float8E4M3FNUZ, 3, -7, 240, false},
    {ElementType::Float8E5M2, 2, -14, 57344, true},   {ElementType::Float8E5M2FNUZ, 2, -15, 57344, false},
    {ElementType::Float4E2M1, 1, 0, 6, false},
};

const SmallFloat* smallFloat(ElementType element)
{
    for (const SmallFloat& candidate : smallFloats)
        if (candidate.element == element)
            return &candidate;
    return nullptr;
}

// Rounds float32 to the nearest number of the small type, halves to even: numbers of one exponent are a constant step
// apart, below the smallest exponent as at it.
Term rounded(Lowering& l, const Term& x, const SmallFloat& type, bool saturate)
{
    // frexp gives a mantissa in [0.5, 1), so that its exponent is one more than IEEE's.
    const Term exponent = l.atenMany("frexp", 2, x)[1];
    const Term step = l.aten("exp2", l.emit().cast(clamped(l, exponent - 1, type.smallestExponent, Term()) - type.mantissaBits,
                                                   ElementType::Float32));
    const Term nearest = l.aten("round", x / step) * step;
    const Term isFinite = l.aten("isfinite", x);
    const bool isFour = type.element == ElementType::Float4E2M1;
    Term result;
    if (saturate || isFour) {
        // NaN stays itself.
        result = clamped(l, nearest, -type.largest, type.largest);
        return l.aten("where", isFinite, result, clamped(l, x, -type.largest, type.largest));
    }
    const double beyond = type.hasInfinity ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
    const Term isTooLarge = greater(l.aten("abs", nearest), type.largest);
    const Term lost = l.aten("copysign", l.aten("full_like", x, beyond, Term(), Term(), Term(), Term(), Term()), x);
    result = l.aten("where", isTooLarge, lost, nearest);
    return l.aten("where", l.aten("logical_or", isFinite, l.aten("isnan", x)), result, lost);
}

// To an integer of fewer bits than what holds it: the lowest bits count.
Term truncated(Lowering& l, const Term& x, ElementType to)
{
    switch (to) {
    case ElementType::UInt16: return l.aten("bitwise_and", x, 0xffff);
    case ElementType::UInt32: return l.aten("bitwise_and", x, std::int64_t(0xffffffff));
    case ElementType::UInt4: return l.aten("bitwise_and", x, 0xf);
    case ElementType::UInt2: return l.aten("bitwise_and", x, 0x3);
    case ElementType::Int4: return l.aten("bitwise_and", x + 8, 0xf) - 8;
    case ElementType::Int2: return l.aten("bitwise_and", x + 2, 0x3) - 2;
    default: return x;
    }
}

bool isNarrow(ElementType element)
{
    switch (element) {
    case ElementType::UInt16:
    case ElementType::UInt32:
    case ElementType::UInt4:
    case ElementType::UInt2:
    case ElementType::Int4:
    case ElementType::Int2: return true;
    default: return false;
    }
}

ElementType wanted(Lowering& l)
{
    // In opset 1 the type is a name: "FLOAT", "INT64".
    ElementType element = ElementType::Undefined;
    if (l.opset() < 6) {
        std::string name = l.text("to", "");
        for (char& c : name)
            c = char(std::tolower(static_cast<unsigned char>(c)));
        element = name == "float" ? ElementType::Float32
                                  : name == "double" ? ElementType::Float64
                                                     : elementTypeFromName(name).value_or(ElementType::Undefined);
    } else {
        element = elementTypeFromOnnx(std::int32_t(l.integer("to")));
    }
    if (element == ElementType::Undefined)
        throw Unsupported("the type that it casts to is not known");
    return element;
}

void cast(Lowering& l)
{
    const ElementType to = wanted(l);
    l.output(0, converted(l, l.input(0), l.element(0), to, l.integer("saturate", 1) != 0), to);
}

void castLike(Lowering& l)
{
    if (l.element(1) == ElementType::Undefined)
        throw Unsupported("the type of its second input is not known");
    l.output(0, converted(l, l.input(0), l.element(0), l.element(1), l.integer("saturate", 1) != 0), l.element(1));
}

constexpr LoweringRule rules[] = {
    {"Cast", cast},
    {"CastLike", castLike},
};

}  // namespace

Term converted(Lowering& l, const Term& x, ElementType from, ElementType to, bool saturate)
{
    if (from == to && from != ElementType::Undefined)
        return x;
    AtenEmitter& emit = l.emit();
    if (to == ElementType::String) {
        if (from == ElementType::Undefined)
            throw Unsupported("the type that it casts from is not known");
        return l.aten("tenscope::to_text", x, std::string(name(from)));
    }
    if (from == ElementType::String) {
        const Term numbers = l.aten("tenscope::from_text", x);
        return converted(l, numbers, ElementType::Float64, to, saturate);
    }
    if (const SmallFloat* type = smallFloat(to))
        return rounded(l, emit.cast(x, ElementType::Float32), *type, saturate);
    if (isNarrow(to))
        return emit.cast(truncated(l, emit.cast(x, ElementType::Int64), to), to);
    return emit.cast(x, to);
}

LoweringTable castLowerings()
{
    return rules;
}

}  // namespace tenscope

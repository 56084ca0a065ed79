// The formats, from their definitions: IEEE 754-2019 (float16), the OCP 8-bit Floating Point Specification 1.0 (E4M3FN,
// E5M2), Noune et al. 2022 for the FNUZ variants ("8-bit numerical formats for deep neural networks"), the OCP
// Microscaling Formats specification 1.0 (E8M0, E2M1). bfloat16 is the upper half of an IEEE 32-bit float.
#include "core/analysis/smallfloat.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "core/graph/text.h"

namespace tenscope {

namespace {

// What the highest exponent means, and which code is not a number.
enum class Special {
    Ieee,      // highest exponent: infinity where the fraction is 0, else NaN
    Finite,    // no infinities, no NaN
    AllOnes,   // FN: only the code with all bits set but the sign is NaN
    MinusZero  // FNUZ: only the code of minus zero is NaN, and there is no minus zero
};

struct Format {
    int exponentBits = 0;
    int fractionBits = 0;
    int bias = 0;
    Special special = Special::Ieee;
};

Format formatOf(ElementType type)
{
    switch (type) {
        case ElementType::Float16: return {5, 10, 15, Special::Ieee};
        case ElementType::BFloat16: return {8, 7, 127, Special::Ieee};
        case ElementType::Float8E4M3FN: return {4, 3, 7, Special::AllOnes};
        case ElementType::Float8E4M3FNUZ: return {4, 3, 8, Special::MinusZero};
        case ElementType::Float8E5M2: return {5, 2, 15, Special::Ieee};
        case ElementType::Float8E5M2FNUZ: return {5, 2, 16, Special::MinusZero};
        case ElementType::Float4E2M1: return {2, 1, 1, Special::Finite};
        default: return {};
    }
}

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

bool isSmallFloat(ElementType type)
{
    return isFloatingPoint(type) && bits(type) <= 16;
}

double smallFloat(ElementType type, std::uint32_t code)
{
    if (type == ElementType::Float8E8M0)  // a power of two without a sign, for scales
        return (code & 0xff) == 0xff ? nan : std::ldexp(1.0, int(code & 0xff) - 127);

    const Format format = formatOf(type);
    const std::uint32_t fraction = code & ((1u << format.fractionBits) - 1);
    const std::uint32_t highest = (1u << format.exponentBits) - 1;
    const std::uint32_t exponent = (code >> format.fractionBits) & highest;
    const bool negative = ((code >> (format.fractionBits + format.exponentBits)) & 1) != 0;

    if (format.special == Special::Ieee && exponent == highest)
        return fraction != 0 ? nan : negative ? -infinity : infinity;
    if (format.special == Special::AllOnes && exponent == highest && fraction == (1u << format.fractionBits) - 1)
        return nan;
    if (format.special == Special::MinusZero && negative && exponent == 0 && fraction == 0)
        return nan;

    // Exponent 0 holds the subnormal numbers: no hidden one, and the exponent of 1.
    const std::uint32_t significand = exponent == 0 ? fraction : fraction | (1u << format.fractionBits);
    const int power = int(exponent == 0 ? 1 : exponent) - format.bias - format.fractionBits;
    const double magnitude = std::ldexp(double(significand), power);
    return negative ? -magnitude : magnitude;
}

std::uint32_t smallFloatCode(ElementType type, double value)
{
    const bool isUnsigned = type == ElementType::Float8E8M0;
    const int width = bits(type);
    const std::uint32_t sign = isUnsigned ? 0 : 1u << (width - 1);
    const double magnitude = isUnsigned ? std::fmax(value, 0) : std::fabs(value);

    // Codes without the sign are in the order of the numbers, with infinity and NaN above them: find the first that is not
    // below the number.
    std::uint32_t low = 0, high = isUnsigned ? 0xff : sign;
    while (low < high) {
        const std::uint32_t middle = (low + high) / 2;
        const double candidate = smallFloat(type, middle);
        if (std::isnan(candidate) || !(candidate < magnitude))
            high = middle;
        else
            low = middle + 1;
    }
    if (std::isnan(value)) {
        for (std::uint32_t code = 0; code < 2 * std::uint64_t(std::max(sign, 0x80u)); ++code)
            if (std::isnan(smallFloat(type, code)))
                return code;
    }
    std::uint32_t code = low;
    const bool isAbove = code == (isUnsigned ? 0x100u : sign) || std::isnan(smallFloat(type, code));
    if (isAbove) {
        code = low - 1;  // the largest number, or infinity itself
    } else if (code > 0 && smallFloat(type, code) != magnitude) {
        const double above = smallFloat(type, code), below = smallFloat(type, code - 1);
        // Infinity stands where the next number would be.
        const double next = std::isinf(above) ? 2 * below - smallFloat(type, code - 2) : above;
        const bool isNearerBelow = magnitude - below < next - magnitude;
        const bool isTie = magnitude - below == next - magnitude;
        if (isNearerBelow || (isTie && (code - 1) % 2 == 0))
            --code;
    }
    const bool negative = std::signbit(value) && !(type == ElementType::Float8E8M0);
    // The FNUZ formats have no minus zero: its code is their NaN.
    return negative && !std::isnan(smallFloat(type, code | sign)) ? code | sign : code;
}

std::string smallFloatText(ElementType type, std::uint32_t code)
{
    const double value = smallFloat(type, code);
    if (std::isnan(value))
        return "nan";
    if (std::isinf(value))
        return value < 0 ? "-inf" : "inf";

    // Codes of one sign are in the order of their magnitudes, so the neighbours are the codes beside this one.
    const double magnitude = std::fabs(value);
    double gap = infinity;
    for (const std::uint32_t neighbour : {code - 1, code + 1}) {
        const double other = std::fabs(smallFloat(type, neighbour));
        if (std::isfinite(other) && other != magnitude)
            gap = std::fmin(gap, std::fabs(other - magnitude));
    }

    std::array<char, 32> buffer;
    for (int digits = 1;; ++digits) {
        const auto [end, error] =
            std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::general, digits);
        double back = 0;
        std::from_chars(buffer.data(), end, back);
        if (std::fabs(back - value) < gap / 2 || digits == 17)
            return shortest(back);
    }
}

}  // namespace tenscope

#include "core/analysis/tensordifference.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "core/analysis/elementreader.h"
#include "core/graph/model.h"
#include "core/graph/text.h"

namespace tenscope {

namespace {

bool isClose(double actual, double expected, const Tolerance& tolerance)
{
    if (std::isnan(actual) || std::isnan(expected))
        return std::isnan(actual) && std::isnan(expected);
    if (std::isinf(actual) || std::isinf(expected))
        return actual == expected;
    return std::abs(actual - expected) <= tolerance.absolute + tolerance.relative * std::abs(expected);
}

std::string differenceOfTexts(const ElementReader& actual, const ElementReader& expected)
{
    for (std::uint64_t i = 0; i < expected.elements(); ++i)
        if (actual.textAt(i) != expected.textAt(i))
            return "element " + std::to_string(i) + " is \"" + actual.textAt(i) + "\" instead of \"" + expected.textAt(i) + "\"";
    return {};
}

}  // namespace

std::string difference(const Tensor& actual, const Tensor& expected, const Tolerance& tolerance)
{
    if (actual.element != expected.element)
        return "it is " + std::string(name(actual.element)) + " instead of " + std::string(name(expected.element));
    if (actual.shape != expected.shape)
        return "its shape is " + toString(*actual.type().shape, "x") + " instead of " + toString(*expected.type().shape, "x");
    const Model none;
    const auto a = ElementReader::open(none, actual), b = ElementReader::open(none, expected);
    if (!a || !b)
        return (a ? b : a).error().message;
    if (a->isText() || b->isText() || isComplex(actual.element))
        return differenceOfTexts(*a, *b);

    constexpr std::uint64_t chunk = 4096;
    std::array<double, chunk> left, right;
    std::uint64_t different = 0, first = 0;
    std::string example;
    for (std::uint64_t begin = 0; begin < b->elements(); begin += chunk) {
        const std::size_t count = std::size_t(std::min(chunk, b->elements() - begin));
        a->read(begin, std::span(left).first(count));
        b->read(begin, std::span(right).first(count));
        for (std::size_t i = 0; i < count; ++i) {
            if (isClose(left[i], right[i], tolerance) || ++different > 1)
                continue;
            first = begin + i;
            example = shortest(left[i]) + " instead of " + shortest(right[i]);
        }
    }
    if (different == 0)
        return {};
    return std::to_string(different) + " of " + std::to_string(b->elements()) + " elements differ; element " + std::to_string(first) +
           " is " + example;
}

}  // namespace tenscope

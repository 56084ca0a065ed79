#include "core/formats/onnx/quantizationannotation.h"

#include <bit>
#include <cmath>
#include <cstring>

namespace tenscope {

namespace {

// One scale a channel: far more channels than any layer has.
constexpr std::uint64_t maximalCount = 1'000'000;

double fromFloat16(std::uint16_t bits)
{
    const int exponent = bits >> 10 & 0x1f;
    const double mantissa = bits & 0x3ff;
    const double magnitude = exponent == 0    ? std::ldexp(mantissa, -24)
                             : exponent == 31 ? (mantissa == 0 ? HUGE_VAL : NAN)
                                              : std::ldexp(mantissa + 1024, exponent - 25);
    return bits & 0x8000 ? -magnitude : magnitude;
}

template <class Stored, class Number>
std::vector<Number> convert(std::span<const std::byte> bytes)
{
    std::vector<Number> numbers(bytes.size() / sizeof(Stored));
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        Stored stored;
        std::memcpy(&stored, bytes.data() + i * sizeof(Stored), sizeof(Stored));
        numbers[i] = Number(stored);
    }
    return numbers;
}

std::optional<std::vector<double>> floats(const Tensor& tensor)
{
    const auto bytes = tensor.bytes();
    if (!bytes || tensor.elements().value_or(maximalCount + 1) > maximalCount)
        return std::nullopt;
    switch (tensor.element) {
    case ElementType::Float32: return convert<float, double>(*bytes);
    case ElementType::Float64: return convert<double, double>(*bytes);
    case ElementType::Float16: {
        std::vector<double> numbers = convert<std::uint16_t, double>(*bytes);
        for (double& number : numbers)
            number = fromFloat16(std::uint16_t(number));
        return numbers;
    }
    case ElementType::BFloat16: {
        std::vector<double> numbers = convert<std::uint16_t, double>(*bytes);
        for (double& number : numbers)
            number = std::bit_cast<float>(std::uint32_t(number) << 16);
        return numbers;
    }
    default: return std::nullopt;
    }
}

std::optional<std::vector<std::int64_t>> integers(const Tensor& tensor)
{
    const auto bytes = tensor.bytes();
    if (!bytes || tensor.elements().value_or(maximalCount + 1) > maximalCount)
        return std::nullopt;
    switch (tensor.element) {
    case ElementType::Int8: return convert<std::int8_t, std::int64_t>(*bytes);
    case ElementType::UInt8: return convert<std::uint8_t, std::int64_t>(*bytes);
    case ElementType::Int16: return convert<std::int16_t, std::int64_t>(*bytes);
    case ElementType::UInt16: return convert<std::uint16_t, std::int64_t>(*bytes);
    case ElementType::Int32: return convert<std::int32_t, std::int64_t>(*bytes);
    case ElementType::Int64: return convert<std::int64_t, std::int64_t>(*bytes);
    default: return std::nullopt;
    }
}

}  // namespace

std::optional<Quantization> quantizationFrom(const Tensor& scales, const Tensor* zeroPoints, const Type& type)
{
    Quantization quantization;
    if (auto numbers = floats(scales))
        quantization.scales = std::move(*numbers);
    if (quantization.scales.empty())
        return std::nullopt;
    const std::size_t count = quantization.scales.size();
    quantization.zeroPoints.assign(count, 0);
    if (zeroPoints) {
        auto numbers = integers(*zeroPoints);
        if (!numbers || numbers->size() != count)
            return std::nullopt;
        quantization.zeroPoints = std::move(*numbers);
    }
    if (count == 1)
        return quantization;
    quantization.axis = 0;
    for (std::size_t axis = 0; type.shape && axis < type.shape->size(); ++axis) {
        if ((*type.shape)[axis].size == std::int64_t(count)) {
            quantization.axis = int(axis);
            break;
        }
    }
    return quantization;
}

}  // namespace tenscope

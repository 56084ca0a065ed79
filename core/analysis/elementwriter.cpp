#include "core/analysis/elementwriter.h"

#include <cmath>
#include <cstring>
#include <memory>

#include "core/analysis/smallfloat.h"

namespace tenscope {

namespace {

// Lowest and highest value of an integer type as doubles; the highest is one more, which is exact for all of them.
struct Range {
    double low = 0, end = 0;
};

std::optional<Range> integerRange(ElementType element)
{
    switch (element) {
        case ElementType::Int8:
        case ElementType::Int16:
        case ElementType::Int32:
        case ElementType::Int64:
        case ElementType::Int4:
        case ElementType::Int2: {
            const double half = std::ldexp(1.0, bits(element) - 1);
            return Range{-half, half};
        }
        case ElementType::UInt8:
        case ElementType::UInt16:
        case ElementType::UInt32:
        case ElementType::UInt64:
        case ElementType::UInt4:
        case ElementType::UInt2: return Range{0, std::ldexp(1.0, bits(element))};
        default: return std::nullopt;
    }
}

template <class T>
void store(std::byte* to, T value)
{
    std::memcpy(to, &value, sizeof value);
}

}  // namespace

bool ElementWriter::canWrite(ElementType element)
{
    return bits(element) > 0 && !isQuantized(element);
}

ElementWriter::ElementWriter(ElementType element, std::uint64_t elements)
    : m_element(element), m_bytes(std::size_t(byteSize(element, elements).value_or(0)))
{
}

bool ElementWriter::fits(ElementType element, double value)
{
    if (const auto range = integerRange(element))
        return value >= range->low && value < range->end && value == std::trunc(value);
    if (element == ElementType::Bool)
        return value == 0 || value == 1;
    return true;
}

void ElementWriter::setCode(std::uint64_t index, std::uint32_t code)
{
    const int width = bits(m_element);
    if (width == 16) {
        store(m_bytes.data() + index * 2, std::uint16_t(code));
    } else if (width == 8) {
        store(m_bytes.data() + index, std::uint8_t(code));
    } else {  // packed from the low bits up
        const std::uint64_t perByte = 8 / std::uint64_t(width);
        const int shift = int(index % perByte) * width;
        const std::uint32_t mask = ((1u << width) - 1) << shift;
        std::byte& byte = m_bytes[std::size_t(index / perByte)];
        byte = (byte & ~std::byte(mask)) | std::byte((code << shift) & mask);
    }
}

void ElementWriter::set(std::uint64_t index, double value)
{
    if (isComplex(m_element)) {
        setComplex(index, value, 0);
    } else if (isSmallFloat(m_element)) {
        setCode(index, smallFloatCode(m_element, value));
    } else if (m_element == ElementType::Float32) {
        store(m_bytes.data() + index * 4, float(value));
    } else if (m_element == ElementType::Float64) {
        store(m_bytes.data() + index * 8, value);
    } else if (m_element == ElementType::UInt64) {
        store(m_bytes.data() + index * 8, std::uint64_t(value));
    } else if (m_element == ElementType::Bool) {
        setCode(index, value != 0);
    } else {
        setInteger(index, std::int64_t(value));
    }
}

void ElementWriter::setInteger(std::uint64_t index, std::int64_t value)
{
    switch (m_element) {
        case ElementType::Int64:
        case ElementType::UInt64: store(m_bytes.data() + index * 8, value); break;
        case ElementType::Int32:
        case ElementType::UInt32: store(m_bytes.data() + index * 4, std::int32_t(value)); break;
        case ElementType::Int16:
        case ElementType::UInt16:
        case ElementType::Int8:
        case ElementType::UInt8:
        case ElementType::Int4:
        case ElementType::UInt4:
        case ElementType::Int2:
        case ElementType::UInt2: setCode(index, std::uint32_t(value)); break;
        default: set(index, double(value));
    }
}

void ElementWriter::setComplex(std::uint64_t index, double real, double imaginary)
{
    switch (m_element) {
        case ElementType::Complex32:
            store(m_bytes.data() + index * 4, std::uint16_t(smallFloatCode(ElementType::Float16, real)));
            store(m_bytes.data() + index * 4 + 2, std::uint16_t(smallFloatCode(ElementType::Float16, imaginary)));
            break;
        case ElementType::Complex64:
            store(m_bytes.data() + index * 8, float(real));
            store(m_bytes.data() + index * 8 + 4, float(imaginary));
            break;
        case ElementType::Complex128:
            store(m_bytes.data() + index * 16, real);
            store(m_bytes.data() + index * 16 + 8, imaginary);
            break;
        default: set(index, real);
    }
}

Tensor ElementWriter::take(std::vector<std::int64_t> shape)
{
    Tensor tensor;
    tensor.element = m_element;
    tensor.shape = std::move(shape);
    tensor.data = OwnedBytes{std::make_shared<const std::vector<std::byte>>(std::move(m_bytes))};
    return tensor;
}

}  // namespace tenscope

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/graph/tensor.h"

namespace tenscope {

// Makes dense tensors element by element from numbers: the counterpart of ElementReader. For all fixed-size types but the
// quantized ones.
class ElementWriter {
public:
    // Whether numbers of this type can be made.
    static bool canWrite(ElementType element);

    // All elements are zero at first. `elements` must have a byteSize(), and canWrite(element).
    ElementWriter(ElementType element, std::uint64_t elements);

    // Floating-point types take the nearest number, integers the value without its fraction (it must fit: fits()),
    // booleans whether it is not 0, complex types a real part.
    void set(std::uint64_t index, double value);
    void setInteger(std::uint64_t index, std::int64_t value);
    void setComplex(std::uint64_t index, double real, double imaginary);

    // Whether the number can be stored as it is, up to digits after the point of floating-point types.
    static bool fits(ElementType element, double value);

    // The tensor; the writer is empty afterwards.
    Tensor take(std::vector<std::int64_t> shape);

private:
    void setCode(std::uint64_t index, std::uint32_t code);

    ElementType m_element;
    std::vector<std::byte> m_bytes;
};

}  // namespace tenscope

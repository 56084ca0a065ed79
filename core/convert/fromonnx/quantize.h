#pragma once

#include <cstddef>

#include "core/convert/lowering.h"

namespace tenscope {

// How quantized numbers stand for real ones: real = (quantized − zero point) · scale.
struct LinearQuantization {
    Term scale;                                // a scalar, or shaped to be broadcast
    Term zeroPoint;                            // None: 0
    ElementType element = ElementType::UInt8;  // ONNX's type of the quantized numbers
};

// What two inputs say; the zero point may be left out. They are scalars.
LinearQuantization scalarQuantization(Lowering& l, std::size_t scaleInput, std::size_t zeroPointInput);

// Quantized numbers without their zero point. In float64 products of 8-bit integers add up without error.
Term centered(Lowering& l, const Term& quantized, const Term& zeroPoint, ElementType as = ElementType::Float64);

// In float32, or the type of the scale where that is wider.
Term dequantized(Lowering& l, const Term& quantized, const LinearQuantization& q);

// Rounds real ÷ scale to the nearest integer (halves to even), adds the zero point and saturates.
Term quantized(Lowering& l, const Term& real, const LinearQuantization& q, bool saturate = true);

// Quantized to uint8 by the range of the numbers themselves, made to hold zero.
struct DynamicallyQuantized {
    Term values;
    LinearQuantization q;
};
DynamicallyQuantized dynamicallyQuantized(Lowering& l, const Term& real);

}  // namespace tenscope

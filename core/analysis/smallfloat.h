#pragma once

#include <cstdint>
#include <string>

#include "core/graph/elementtype.h"

namespace tenscope {

// Whether `type` is one of the floating-point formats of at most 16 bits: float16, bfloat16, the float8 variants,
// float8_e8m0 and float4_e2m1.
bool isSmallFloat(ElementType type);

// The number that a bit pattern stands for, exactly; every one of them is also a 32-bit float. Bits above the format's
// width are ignored. `type` must be a small float.
double smallFloat(ElementType type, std::uint32_t code);

// The code of the number nearest to `value`, ties to the even code. What lies beyond the largest number becomes infinity
// where the format has it, else that number; NaN becomes NaN, or the largest number in float4; negative numbers become 0 in
// float8_e8m0's unsigned powers of two, whose smallest is 2^-127.
std::uint32_t smallFloatCode(ElementType type, double value);

// The shortest decimal text that lies nearer to this number than to its neighbours in the format: float16's 0x2e66 is
// "0.1", though its value is 0.0999755859375. "nan", "inf", "-inf".
std::string smallFloatText(ElementType type, std::uint32_t code);

}  // namespace tenscope

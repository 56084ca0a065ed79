#pragma once

#include <algorithm>
#include <cstddef>

#include "core/convert/lowering.h"

namespace tenscope {

// A text as an argument of a template.
template <std::size_t N>
struct OperatorName {
    constexpr OperatorName(const char (&given)[N]) { std::copy(given, given + N, text); }
    char text[N] = {};
};

// For rules of operators that are one ATen operator of the same inputs.
template <OperatorName op>
void plainUnary(Lowering& lowering)
{
    lowering.output(0, lowering.aten(op.text, lowering.input(0)));
}

template <OperatorName op>
void plainBinary(Lowering& lowering)
{
    lowering.output(0, lowering.aten(op.text, lowering.input(0), lowering.input(1)));
}

}  // namespace tenscope

#pragma once

#include <string_view>

#include "core/graph/operator.h"

namespace tenscope {

// What an operator is for, in the ten groups that have a colour and a letter everywhere in the program.
enum class OperatorFamily {
    Product,        // convolution and matrix products
    Activation,
    Normalization,
    Reduction,      // pooling and reduction
    ElementWise,
    Shape,          // shape and view
    Attention,      // attention and recurrent
    Quantization,
    ControlFlow,
    Data,           // data and constants
    Unknown,
};
inline constexpr int operatorFamilyCount = int(OperatorFamily::Unknown) + 1;

// Both dialects, any domain. Unknown for operators this table does not hold.
OperatorFamily family(const Operator& op);

// Stable lower-case key ("product", "activation" …) for settings and tests.
std::string_view key(OperatorFamily family);

}  // namespace tenscope

#include "core/convert/fromonnx/families.h"
#include "core/convert/fromonnx/plain.h"

namespace tenscope {

namespace {

constexpr LoweringRule rules[] = {
    {"Det", plainUnary<"linalg_det">},
    {"Inverse", plainUnary<"linalg_inv">, 1, "com.microsoft"},
};

}  // namespace

LoweringTable linearAlgebraLowerings()
{
    return rules;
}

}  // namespace tenscope

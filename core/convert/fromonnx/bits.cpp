#include "core/convert/fromonnx/build.h"
#include "core/convert/fromonnx/families.h"
#include "core/convert/fromonnx/plain.h"

namespace tenscope {

namespace {

// uint64 is held as int64, whose right shift brings in copies of the sign: they are masked out.
Term shiftedRight(Lowering& l, const Term& x, const Term& by)
{
    const Term shifted = l.aten("bitwise_right_shift", x, by);
    if (l.element(0) != ElementType::UInt64)
        return shifted;
    const Term ones = l.aten("full_like", x, -1, Term(), Term(), Term(), Term(), Term());
    const Term mask = l.aten("bitwise_not", l.aten("bitwise_left_shift", ones, 64 - by));
    return l.aten("where", equal(by, 0), x, l.aten("bitwise_and", shifted, mask));
}

void bitShift(Lowering& l)
{
    const std::string direction = l.text("direction", "");
    if (direction == "RIGHT")
        return l.output(0, shiftedRight(l, l.input(0), l.input(1)));
    if (direction != "LEFT")
        throw Unsupported("its direction '" + direction + "' is not known");
    l.output(0, l.wrapped(l.aten("bitwise_left_shift", l.input(0), l.input(1)), l.element(0)));
}

void bitwiseNot(Lowering& l)
{
    l.output(0, l.wrapped(l.aten("bitwise_not", l.input(0)), l.element(0)));
}

constexpr LoweringRule rules[] = {
    {"BitShift", bitShift},
    {"BitwiseAnd", plainBinary<"bitwise_and">},
    {"BitwiseOr", plainBinary<"bitwise_or">},
    {"BitwiseXor", plainBinary<"bitwise_xor">},
    {"BitwiseNot", bitwiseNot},
};

}  // namespace

LoweringTable bitLowerings()
{
    return rules;
}

}  // namespace tenscope

#include "core/convert/fromonnx/families.h"
#include "core/convert/fromonnx/plain.h"

namespace tenscope {

namespace {

void identity(Lowering& l)
{
    l.output(0, l.input(0), l.type(0));
}

// From opset 15 on a slice of the shape can be asked for.
void shape(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    Term sizes = emit.sizes(l.input(0));
    const std::int64_t start = l.integer("start", 0);
    if (start != 0 || l.has("end"))
        sizes = emit.applyAs(emit.typeOf(sizes), "slice",
                             {sizes, start, l.has("end") ? Term(l.integer("end")) : Term(), 1});
    l.output(0, emit.toTensor(sizes, ElementType::Int64));
}

void transpose(Lowering& l)
{
    if (l.has("perm"))
        return l.output(0, l.aten("permute", l.input(0), l.integers("perm")));
    l.output(0, l.aten("numpy_T", l.input(0)));  // all dimensions reversed
}

// 0 stands for the size that the input has at that place, unless allowzero says that it is meant.
void reshape(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const Term x = l.input(0);
    const bool zeroIsMeant = l.integer("allowzero", 0) != 0;
    std::optional<Ints> wanted = l.opset() < 5 ? l.integers("shape") : l.constantInts(1);
    if (wanted) {
        std::vector<Term> sizes;
        for (std::size_t i = 0; i < wanted->size(); ++i)
            sizes.push_back((*wanted)[i] == 0 && !zeroIsMeant ? emit.size(x, std::int64_t(i)) : Term((*wanted)[i]));
        return l.output(0, l.aten("reshape", x, emit.list(sizes, Type::Kind::Int)));
    }
    Term shape = l.input(1);
    if (!zeroIsMeant) {
        // The input's sizes, with ones behind them where the new shape is longer, cut to its length.
        const Term length = emit.size(shape, 0);
        const Term sizes = emit.toTensor(emit.sizes(x) + l.aten("mul", Ints{1}, length), ElementType::Int64);
        shape = l.aten("where", equal(shape, 0), l.aten("slice", sizes, 0, 0, length, 1), shape);
    }
    l.output(0, l.aten("reshape", x, emit.toInts(shape)));
}

constexpr LoweringRule rules[] = {
    {"Identity", identity},
    {"Shape", shape},
    {"Transpose", transpose},
    {"Reshape", reshape},
};

}  // namespace

LoweringTable shapeLowerings()
{
    return rules;
}

}  // namespace tenscope

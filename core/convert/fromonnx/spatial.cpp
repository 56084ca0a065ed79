#include "core/convert/fromonnx/build.h"
#include "core/convert/fromonnx/families.h"

namespace tenscope {

namespace {

// Blocks that lie side by side are laid over each other and added. ATen has it for pictures.
void columnsToImage(Lowering& l)
{
    const Ints strides = l.integers("strides", {1, 1}), dilations = l.integers("dilations", {1, 1});
    const Ints pads = l.integers("pads", {0, 0, 0, 0});
    if (strides.size() != 2 || dilations.size() != 2 || pads.size() != 4)
        throw Unsupported("it has not two spatial dimensions");
    if (pads[0] != pads[2] || pads[1] != pads[3])
        throw Unsupported("its padding is not the same on both sides");
    l.output(0, l.aten("col2im", l.input(0), l.ints(1), l.ints(2), dilations, Ints{pads[0], pads[1]}, strides));
}

// The middle of what is too large, zeros around what is too small; the odd one is at the end.
void centreCropPad(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    Term x = l.input(0);
    const auto rank = l.rank(0);
    Ints axes = l.integers("axes");
    if (!l.has("axes")) {
        if (!rank)
            throw Unsupported("the rank of its input is not known");
        for (std::int64_t i = 0; i < *rank; ++i)
            axes.push_back(i);
    }
    const Term shape = l.ints(1);
    for (std::size_t i = 0; i < axes.size(); ++i) {
        const Term size = emit.size(x, axes[i]), wanted = emit.element(shape, std::int64_t(i));
        const Term missing = larger(wanted - size, 0), before = floorDivide(missing, 2);
        const Term begin = floorDivide(larger(size - wanted, 0), 2);
        const Term cropped = l.aten("slice", x, axes[i], begin, begin + smaller(size, wanted), 1);
        const Term last = l.aten("transpose", cropped, axes[i], -1);
        x = l.aten("transpose", l.aten("constant_pad_nd", last, emit.list({before, missing - before}), 0), axes[i], -1);
    }
    l.output(0, x);
}

constexpr LoweringRule rules[] = {
    {"Col2Im", columnsToImage},
    {"CenterCropPad", centreCropPad},
};

}  // namespace

LoweringTable spatialLowerings()
{
    return rules;
}

}  // namespace tenscope

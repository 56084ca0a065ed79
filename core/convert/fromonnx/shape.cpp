#include <algorithm>

#include "core/convert/fromonnx/build.h"
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
    if (l.integer("start", 0) != 0 || l.has("end"))
        sizes = sublist(l, sizes, l.integer("start", 0), l.has("end") ? Term(l.integer("end")) : Term());
    l.output(0, emit.toTensor(sizes, ElementType::Int64));
}

void size(Lowering& l)
{
    l.output(0, l.emit().toTensor(l.aten("numel", l.input(0)), ElementType::Int64));
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

std::optional<Ints> axesOf(Lowering& l)
{
    return l.opset() < 13 ? l.integers("axes") : l.constantInts(1);
}

// The axes counted from the front, in ascending order: of a tensor of a rank that only the run knows, and so an int[].
Term axesAtRunTime(Lowering& l, const Term& axes, const Term& rank)
{
    const Term fromFront = l.aten("where", less(axes, 0), axes + rank, axes);
    return l.emit().toInts(l.atenMany("sort", 2, fromFront, -1, false)[0]);
}

// One operator for each axis. Counted from the front, dimensions are put in from the left; counted from the end, from the
// right: so no axis moves one that follows.
void unsqueeze(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    Term x = l.input(0);
    std::optional<Ints> axes = axesOf(l);
    if (axes) {
        const auto isNegative = [](std::int64_t axis) { return axis < 0; };
        const auto negatives = std::count_if(axes->begin(), axes->end(), isNegative);
        if (negatives != 0 && negatives != std::ptrdiff_t(axes->size())) {
            const auto rank = l.rank(0);
            if (!rank)
                throw Unsupported("its axes count from both ends of an input whose rank is not known");
            for (std::int64_t& axis : *axes)
                axis = axis < 0 ? axis + *rank + std::int64_t(axes->size()) : axis;
        }
        std::sort(axes->begin(), axes->end());
        if (!axes->empty() && axes->front() < 0)
            std::reverse(axes->begin(), axes->end());
        for (const std::int64_t axis : *axes)
            x = l.aten("unsqueeze", x, axis);
        return l.output(0, x);
    }
    const Term given = l.input(1);
    const Term list = axesAtRunTime(l, given, emit.rank(x) + l.aten("numel", given));
    const auto step = [&](const Term& i, const std::vector<Term>& now, Term*) {
        return std::vector<Term>{l.aten("unsqueeze", now[0], emit.element(list, i))};
    };
    l.output(0, emit.loop(emit.length(list), true, {x}, step)[0]);
}

void squeeze(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    Term x = l.input(0);
    const bool isGiven = l.opset() < 13 ? l.has("axes") : l.hasInput(1);
    if (!isGiven)
        return l.output(0, l.aten("squeeze", x));
    if (std::optional<Ints> axes = axesOf(l)) {
        // From the right of those that count from the front, from the left of those that count from the end; the former
        // first would move the latter, so that these go first.
        std::sort(axes->begin(), axes->end());
        const auto firstFromFront = std::find_if(axes->begin(), axes->end(), [](std::int64_t axis) { return axis >= 0; });
        if (firstFromFront != axes->begin() && firstFromFront != axes->end()) {
            const auto rank = l.rank(0);
            if (!rank)
                throw Unsupported("its axes count from both ends of an input whose rank is not known");
            for (std::int64_t& axis : *axes)
                axis = axis < 0 ? axis + *rank : axis;
            std::sort(axes->begin(), axes->end());
        }
        if (!axes->empty() && axes->front() >= 0)
            std::reverse(axes->begin(), axes->end());
        for (const std::int64_t axis : *axes)
            x = l.aten("squeeze", x, axis);
        return l.output(0, x);
    }
    const Term list = axesAtRunTime(l, l.input(1), emit.rank(x));
    const Term count = emit.length(list);
    const auto step = [&](const Term& i, const std::vector<Term>& now, Term*) {
        return std::vector<Term>{l.aten("squeeze", now[0], emit.element(list, count - 1 - i))};
    };
    l.output(0, emit.loop(count, true, {x}, step)[0]);
}

// A matrix: what lies before the axis, and what lies from it on. A dimension of 1 at the end makes the axis behind the
// last one an ordinary one.
void flatten(Lowering& l)
{
    const Term x = l.input(0);
    std::int64_t axis = l.integer("axis", 1);
    if (axis < 0) {
        const auto rank = l.rank(0);
        if (!rank)
            throw Unsupported("its axis counts from the end of an input whose rank is not known");
        axis += *rank;
    }
    if (axis == 0)
        return l.output(0, l.aten("reshape", x, Ints{1, -1}));
    const Term longer = l.rank(0).value_or(axis) > axis ? x : l.aten("unsqueeze", x, -1);
    l.output(0, l.aten("flatten", l.aten("flatten", longer, 0, axis - 1), 1, -1));
}

// Broadcasting in both directions: the input's own sizes stay where the shape says 1.
void expand(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const Term x = l.input(0);
    const Term one = l.aten("new_zeros", x, Ints(), Term(), Term(), Term(), Term());
    const Term partner = l.aten("expand", one, l.ints(1), false);
    const Term both = emit.applyAs(tensorList(), "broadcast_tensors", {emit.list({x, partner})});
    l.output(0, emit.element(both, 0));
}

void tile(Lowering& l)
{
    l.output(0, l.aten("tile", l.input(0), l.ints(1)));
}

// In opset 1 along one axis.
void tileAxis(Lowering& l)
{
    const Term x = l.input(0);
    const Term axis = l.integer(2);
    const Term length = l.emit().size(x, axis);
    const Term index = l.aten("remainder", range(l, x, 0, length * l.integer(1), ElementType::Int64), length);
    l.output(0, l.aten("index_select", x, axis, index));
}

// Blocks of depth become blocks of the picture; the modes differ in where a channel's number has the block's place.
void depthToSpace(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const Term x = l.input(0);
    const std::int64_t block = l.integer("blocksize");
    if (block < 1)
        throw Unsupported("its block size is not positive");
    const Term n = emit.size(x, 0), c = floorDivide(emit.size(x, 1), block * block), h = emit.size(x, 2), w = emit.size(x, 3);
    const bool isCrd = l.text("mode", "DCR") == "CRD";
    const Term apart = l.aten("reshape", x, isCrd ? emit.list({n, c, block, block, h, w}) : emit.list({n, block, block, c, h, w}));
    const Term moved = l.aten("permute", apart, isCrd ? Ints{0, 1, 4, 2, 5, 3} : Ints{0, 3, 4, 1, 5, 2});
    l.output(0, l.aten("reshape", moved, emit.list({n, c, h * block, w * block})));
}

void spaceToDepth(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const Term x = l.input(0);
    const std::int64_t block = l.integer("blocksize");
    if (block < 1)
        throw Unsupported("its block size is not positive");
    const Term n = emit.size(x, 0), c = emit.size(x, 1);
    const Term h = floorDivide(emit.size(x, 2), block), w = floorDivide(emit.size(x, 3), block);
    const Term apart = l.aten("reshape", x, emit.list({n, c, h, block, w, block}));
    const Term moved = l.aten("permute", apart, Ints{0, 3, 5, 1, 2, 4});
    l.output(0, l.aten("reshape", moved, emit.list({n, c * block * block, h, w})));
}

constexpr LoweringRule rules[] = {
    {"Identity", identity},
    {"Shape", shape},
    {"Size", size},
    {"Transpose", transpose},
    {"Reshape", reshape},
    {"Squeeze", squeeze},
    {"Unsqueeze", unsqueeze},
    {"Flatten", flatten},
    {"Expand", expand},
    {"Tile", tileAxis},
    {"Tile", tile, 6},
    {"DepthToSpace", depthToSpace},
    {"SpaceToDepth", spaceToDepth},
};

}  // namespace

LoweringTable shapeLowerings()
{
    return rules;
}

}  // namespace tenscope

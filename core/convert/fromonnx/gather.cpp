#include <algorithm>

#include "core/convert/fromonnx/build.h"
#include "core/convert/fromonnx/families.h"

namespace tenscope {

namespace {

// Indices that count from the end, counted from the front; as int64. Nothing is written where they are known to be right.
Term counted(Lowering& l, std::size_t input, const Term& size)
{
    const Term index = l.emit().cast(l.input(input), ElementType::Int64);
    const auto known = l.constantInts(input);
    if (known && std::all_of(known->begin(), known->end(), [](std::int64_t i) { return i >= 0; }))
        return index;
    return l.aten("where", less(index, 0), index + size, index);
}

// The gathered dimension is replaced by those of the indices.
void gather(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const Term x = l.input(0);
    const std::int64_t axis = l.integer("axis", 0);
    const auto known = l.constantInts(1);
    if (known && known->size() == 1 && l.rank(1) == 0)
        return l.output(0, l.aten("select", x, axis, known->front()));
    const Term index = counted(l, 1, emit.size(x, axis));
    if (l.rank(1) == 1)
        return l.output(0, l.aten("index_select", x, axis, index));
    const Term flat = l.aten("index_select", x, axis, l.aten("reshape", index, Ints{-1}));
    const Term sizes = emit.sizes(x);
    const Term behind = axis == -1 ? Term(Ints()) : sublist(l, sizes, axis + 1);
    l.output(0, l.aten("reshape", flat, sublist(l, sizes, 0, axis) + emit.sizes(l.input(1)) + behind));
}

void gatherElements(Lowering& l)
{
    const Term x = l.input(0);
    const std::int64_t axis = l.integer("axis", 0);
    l.output(0, l.aten("gather", x, axis, counted(l, 1, l.emit().size(x, axis)), false));
}

// The last dimension of the indices names a place in the first dimensions of the data; each of its parts is an index
// tensor of its own for LibTorch.
void gatherND(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    Term x = l.input(0);
    Term index = emit.cast(l.input(1), ElementType::Int64);
    const std::int64_t batch = l.integer("batch_dims", 0);
    if (batch == 0)
        return l.output(0, l.aten("index", x, emit.applyAs(tensorList(), "unbind", {index, -1})));
    // Batches become one dimension, whose number is the first index.
    const Term sizes = emit.sizes(x);
    if (batch > 1) {
        x = l.aten("flatten", x, 0, batch - 1);
        index = l.aten("flatten", index, 0, batch - 1);
    }
    const Term inner = emit.applyAs(tensorList(), "unbind", {index, -1});
    const Term part = emit.element(inner, 0);
    const Term number = range(l, x, 0, emit.size(x, 0), ElementType::Int64);
    const Term first = l.aten("reshape", number, vectorShape(l, 0, emit.rank(part)));
    const Term gathered = l.aten("index", x, emit.list({first}) + inner);
    l.output(0, l.aten("reshape", gathered, sublist(l, sizes, 0, batch) + sublist(l, emit.sizes(gathered), 1)));
}

// LibTorch's name of a reduction; empty for none.
std::string reduction(Lowering& l)
{
    const std::string wanted = l.text("reduction", "none");
    if (wanted == "none")
        return {};
    if (wanted == "add")
        return "sum";
    if (wanted == "mul")
        return "prod";
    if (wanted == "min")
        return "amin";
    if (wanted == "max")
        return "amax";
    throw Unsupported("its reduction '" + wanted + "' is not known");
}

void scatterElements(Lowering& l)
{
    const Term x = l.input(0);
    const std::int64_t axis = l.integer("axis", 0);
    const Term index = counted(l, 1, l.emit().size(x, axis));
    const std::string how = reduction(l);
    if (how.empty())
        l.output(0, l.aten("scatter", x, axis, index, l.input(2)));
    else if (how == "sum")
        l.output(0, l.aten("scatter_add", x, axis, index, l.input(2)));
    else
        l.output(0, l.aten("scatter_reduce", x, axis, index, l.input(2), how, true));
}

// A reduction that LibTorch does not have for such indices: the dimensions that they name become one, and so do the others.
Term scatteredReduction(Lowering& l, const Term& x, const Term& index, const Term& updates, const std::string& how)
{
    AtenEmitter& emit = l.emit();
    const auto prod = [&](const Term& sizes) {
        return emit.toInt(l.aten("prod", emit.toTensor(sizes, ElementType::Int64), Term()));
    };
    const Term sizes = emit.sizes(x);
    const Term depth = emit.size(index, -1);
    const Term rows = prod(sublist(l, sizes, 0, depth)), columns = prod(sublist(l, sizes, depth));
    const Term matrix = l.aten("reshape", x, emit.list({rows, columns}));
    // Place = Σ indexₖ · Π sizes behind k, worked out from the left.
    const Term parts = emit.applyAs(tensorList(), "unbind", {index, -1});
    const Term start = l.aten("zeros_like", emit.element(parts, 0), Term(), Term(), Term(), Term(), Term());
    const auto step = [&](const Term& k, const std::vector<Term>& now, Term*) {
        const Term part = emit.element(parts, k), size = emit.element(sizes, k);
        return std::vector<Term>{now[0] * size + l.aten("where", less(part, 0), part + size, part)};
    };
    const Term place = l.aten("reshape", emit.loop(depth, true, {start}, step)[0], Ints{-1, 1});
    const Term wide = l.aten("expand", place, emit.list({-1, columns}), false);
    const Term values = l.aten("reshape", updates, emit.list({-1, columns}));
    return l.aten("reshape", l.aten("scatter_reduce", matrix, 0, wide, values, how, true), sizes);
}

void scatterND(Lowering& l)
{
    const Term x = l.input(0), updates = l.input(2);
    const Term index = l.emit().cast(l.input(1), ElementType::Int64);
    const std::string how = reduction(l);
    if (!how.empty() && how != "sum")
        return l.output(0, scatteredReduction(l, x, index, updates, how));
    const Term parts = l.emit().applyAs(tensorList(), "unbind", {index, -1});
    l.output(0, l.aten("index_put", x, parts, updates, !how.empty()));
}

constexpr LoweringRule rules[] = {
    {"Gather", gather},
    {"GatherElements", gatherElements},
    {"GatherND", gatherND},
    {"Scatter", scatterElements},
    {"ScatterElements", scatterElements},
    {"ScatterND", scatterND},
};

}  // namespace

LoweringTable gatherLowerings()
{
    return rules;
}

}  // namespace tenscope

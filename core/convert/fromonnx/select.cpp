#include "core/convert/fromonnx/build.h"
#include "core/convert/fromonnx/families.h"

namespace tenscope {

namespace {

void nonZero(Lowering& l)
{
    l.output(0, l.aten("t", l.aten("nonzero", l.input(0))));
}

// The condition may be shorter than the dimension. Without an axis the input counts as a vector.
void compress(Lowering& l)
{
    const Term index = l.aten("reshape", l.aten("nonzero", l.input(1)), Ints{-1});
    if (l.has("axis"))
        return l.output(0, l.aten("index_select", l.input(0), l.integer("axis"), index));
    l.output(0, l.aten("index_select", l.aten("reshape", l.input(0), Ints{-1}), 0, index));
}

// Indices outside of the depth give a vector of `off` alone; negative ones count from its end.
void oneHot(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const Term index = emit.cast(l.input(0), ElementType::Int64);
    const auto known = l.constantInts(1);
    const Term depth = known && known->size() == 1 ? Term(known->front()) : emit.toInt(l.input(1));
    const Term place = l.aten("where", less(index, 0), index + depth, index);
    const Term isHot = l.aten("eq", l.aten("unsqueeze", place, -1), range(l, index, 0, depth, ElementType::Int64));
    const Term off = l.aten("select", l.input(2), 0, 0), on = l.aten("select", l.input(2), 0, 1);
    const Term last = l.aten("where", isHot, on, off);
    const std::int64_t axis = l.integer("axis", -1);
    l.output(0, axis == -1 ? last : l.aten("movedim", last, -1, axis), l.element(2));
}

// ONNX says which of equal elements comes first: the one with the lower index. A stable sort keeps to that.
void topK(Lowering& l)
{
    const std::int64_t axis = l.integer("axis", -1);
    const Term k = l.opset() >= 10 ? l.integer(1) : Term(l.integer("k"));
    const bool largest = l.integer("largest", 1) != 0;
    const std::vector<Term> sorted = l.atenMany("sort", 2, l.input(0), true, axis, largest);
    for (std::size_t i = 0; i < 2; ++i)
        l.output(i, l.aten("slice", sorted[i], axis, 0, k, 1));
}

// Sums of the elements up to each; exclusive: without it, so that a zero comes first and the last sum is not needed.
void cumSum(Lowering& l)
{
    const Term x = l.input(0);
    const Term axis = l.integer(1);
    const bool isReverse = l.integer("reverse", 0) != 0;
    const auto turned = [&](const Term& t) { return isReverse ? l.aten("flip", t, l.emit().list({axis})) : t; };
    Term sums = l.aten("cumsum", turned(x), axis, heldAs(l.element(0)));
    if (l.integer("exclusive", 0) != 0) {
        const Term zero = l.aten("zeros_like", l.aten("slice", sums, axis, 0, 1, 1), Term(), Term(), Term(), Term(), Term());
        sums = l.aten("cat", l.emit().list({zero, l.aten("slice", sums, axis, 0, -1, 1)}), axis);
    }
    l.output(0, turned(sums));
}

void trilu(Lowering& l)
{
    const Term k = l.hasInput(1) ? l.integer(1) : Term(0);
    l.output(0, l.aten(l.integer("upper", 1) != 0 ? "triu" : "tril", l.input(0), k));
}

// The first part of each sequence, as long as it says, backwards.
void reverseSequence(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const Term x = l.input(0);
    const std::int64_t time = l.integer("time_axis", 0), batch = l.integer("batch_axis", 1);
    const Term moved = l.aten("movedim", x, Ints{batch, time}, Ints{0, 1});
    const Term at = l.aten("unsqueeze", range(l, x, 0, emit.size(moved, 1), ElementType::Int64), 0);
    const Term lengths = l.aten("unsqueeze", emit.cast(l.input(1), ElementType::Int64), 1);
    const Term places = l.aten("where", l.aten("lt", at, lengths), lengths - 1 - at, at);
    const Term rows = l.aten("unsqueeze", range(l, x, 0, emit.size(moved, 0), ElementType::Int64), 1);
    const Term taken = l.aten("index", moved, emit.list({rows, places}));
    l.output(0, l.aten("movedim", taken, Ints{0, 1}, Ints{batch, time}));
}

// What is unique comes sorted from LibTorch. Where it first appears is the smallest index that has its number; ordered by
// that, it comes as it appears.
void unique(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const Term x = l.input(0);
    const bool hasAxis = l.has("axis");
    const Term axis = hasAxis ? l.integer("axis") : std::int64_t(0);
    std::vector<Term> found = hasAxis ? l.atenMany("unique_dim", 3, x, axis, true, true, true)
                                      : l.atenMany("_unique2", 3, x, true, true, true);
    Term values = found[0], inverse = l.aten("reshape", found[1], Ints{-1}), counts = found[2];
    const Term total = l.aten("numel", inverse), count = l.aten("numel", counts);
    const Term all = range(l, x, 0, total, ElementType::Int64);
    const Term none = filled(l, x, emit.list({count}), total, ElementType::Int64);
    Term first = l.aten("scatter_reduce", none, 0, inverse, all, "amin", true);
    if (l.integer("sorted", 1) == 0) {
        const Term order = l.aten("argsort", first, -1, false);
        const Term rank = l.aten("argsort", order, -1, false);
        values = l.aten("index_select", values, axis, order);
        first = l.aten("index_select", first, 0, order);
        counts = l.aten("index_select", counts, 0, order);
        inverse = l.aten("index_select", rank, 0, inverse);
    }
    const std::vector<Term> outputs{values, first, inverse, counts};
    for (std::size_t i = 0; i < outputs.size(); ++i)
        l.output(i, outputs[i], i == 0 ? l.element(0) : ElementType::Int64);
}

constexpr LoweringRule rules[] = {
    {"NonZero", nonZero},
    {"Compress", compress},
    {"OneHot", oneHot},
    {"TopK", topK},
    {"CumSum", cumSum},
    {"Trilu", trilu},
    {"ReverseSequence", reverseSequence},
    {"Unique", unique},
};

}  // namespace

LoweringTable selectLowerings()
{
    return rules;
}

}  // namespace tenscope

#include <limits>
#include <string>

#include "core/convert/fromonnx/build.h"
#include "core/convert/fromonnx/families.h"
#include "core/convert/fromonnx/plain.h"

namespace tenscope {

namespace {

// Up to opset 12 (ReduceSum) or 17 (the others) the axes are an attribute, later an input.
struct Axes {
    Term list;       // int[], or None: all
    bool isNoop = false;
};

// What to do where the list is empty only a run can say, if it is computed.
Axes axesOf(Lowering& l)
{
    const bool noopWithout = l.integer("noop_with_empty_axes", 0) != 0;
    Axes axes;
    if (l.has("axes"))
        axes.list = l.integers("axes");
    else if (l.hasInput(1))
        axes.list = l.ints(1);
    const auto* constant = axes.list.get<Ints>();
    if (axes.list.isNone() || (constant && constant->empty())) {
        axes.isNoop = noopWithout;
        axes.list = Term();
    }
    return axes;
}

// [0, …, rank − 1].
Term allAxes(Lowering& l, const Term& x)
{
    if (const auto rank = l.rank(0)) {
        Ints axes;
        for (std::int64_t axis = 0; axis < *rank; ++axis)
            axes.push_back(axis);
        return axes;
    }
    return l.emit().toInts(range(l, x, 0, l.emit().rank(x), ElementType::Int64));
}

using Reduce = Term (*)(Lowering& l, const Term& x, const Term& axes, bool keep);

void reduce(Lowering& l, Reduce reduction)
{
    const Term x = l.input(0);
    const bool keep = l.integer("keepdims", 1) != 0;
    const Axes axes = axesOf(l);
    // Nothing is reduced, but what is done to each element is done: as if there were a dimension of one element more.
    const auto each = [&] { return reduction(l, l.aten("unsqueeze", x, -1), Ints{-1}, false); };
    if (axes.isNoop)
        return l.output(0, each());
    if (axes.list.isNone())
        return l.output(0, reduction(l, x, allAxes(l, x), keep));
    if (axes.list.get<Ints>())
        return l.output(0, reduction(l, x, axes.list, keep));
    // A computed list may be empty.
    AtenEmitter& emit = l.emit();
    const bool noopWithout = l.integer("noop_with_empty_axes", 0) != 0;
    l.output(0, emit.choose(
                    equal(emit.length(axes.list), 0),
                    [&] { return noopWithout ? each() : reduction(l, x, allAxes(l, x), keep); },
                    [&] { return reduction(l, x, axes.list, keep); }));
}

// LibTorch adds integers up as int64.
Term sum(Lowering& l, const Term& x, const Term& axes, bool keep)
{
    const ElementType element = heldAs(l.element(0));
    if (element == ElementType::Undefined || isFloatingPoint(element))
        return l.aten("sum", x, axes, keep, Term());
    return l.aten("sum", x, axes, keep, element);
}

// Integers are divided like in C; LibTorch has a mean of floating-point numbers only.
Term mean(Lowering& l, const Term& x, const Term& axes, bool keep)
{
    if (l.element(0) == ElementType::Undefined || l.isFloat(0))
        return l.aten("mean", x, axes, keep, Term());
    AtenEmitter& emit = l.emit();
    return emit.cast(l.aten("trunc", l.aten("mean", x, axes, keep, ElementType::Float64)), heldAs(l.element(0)));
}

// Booleans have no order in LibTorch's kernels, but any and all.
template <OperatorName op>
Term extreme(Lowering& l, const Term& x, const Term& axes, bool keep)
{
    if (l.element(0) == ElementType::Bool)
        return l.emit().cast(l.aten(op.text, l.emit().cast(x, ElementType::UInt8), axes, keep), ElementType::Bool);
    return l.aten(op.text, x, axes, keep);
}

// One dimension at a time, from the back, so that those that are still to come keep their numbers.
Term product(Lowering& l, const Term& x, const Term& axes, bool keep)
{
    AtenEmitter& emit = l.emit();
    Term dtype;
    if (!l.isFloat(0))
        dtype = heldAs(l.element(0));
    const auto* constant = axes.get<Ints>();
    Term result = x;
    if (constant) {
        for (const std::int64_t axis : *constant)
            result = l.aten("prod", result, axis, true, dtype);
    } else {
        const auto step = [&](const Term& i, const std::vector<Term>& now, Term*) {
            return std::vector<Term>{l.aten("prod", now[0], emit.element(axes, i), true, dtype)};
        };
        result = emit.loop(emit.length(axes), true, {result}, step).front();
    }
    // What is left of the reduced dimensions has one element each: a sum takes them away.
    return keep ? result : l.aten("sum", result, axes, false, dtype);
}

Term absoluteSum(Lowering& l, const Term& x, const Term& axes, bool keep)
{
    return sum(l, l.aten("abs", x), axes, keep);
}

Term squareSum(Lowering& l, const Term& x, const Term& axes, bool keep)
{
    return sum(l, x * x, axes, keep);
}

// Functions that have no integers in LibTorch are computed in float64.
template <class Function>
Term inReals(Lowering& l, const Term& x, Function function)
{
    if (l.element(0) == ElementType::Undefined || l.isFloat(0))
        return function(x);
    AtenEmitter& emit = l.emit();
    return emit.cast(function(emit.cast(x, ElementType::Float64)), heldAs(l.element(0)));
}

Term plainSum(Lowering& l, const Term& x, const Term& axes, bool keep)
{
    return l.aten("sum", x, axes, keep, Term());
}

Term euclidean(Lowering& l, const Term& x, const Term& axes, bool keep)
{
    return inReals(l, x, [&](const Term& reals) { return l.aten("sqrt", plainSum(l, reals * reals, axes, keep)); });
}

Term logSum(Lowering& l, const Term& x, const Term& axes, bool keep)
{
    return inReals(l, x, [&](const Term& reals) { return l.aten("log", plainSum(l, reals, axes, keep)); });
}

Term logSumExp(Lowering& l, const Term& x, const Term& axes, bool keep)
{
    return inReals(l, x, [&](const Term& reals) { return l.aten("logsumexp", reals, axes, keep); });
}

template <Reduce reduction>
void reduceBy(Lowering& l)
{
    reduce(l, reduction);
}

template <OperatorName op>
void indexOfExtreme(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const Term x = l.input(0);
    const std::int64_t axis = l.integer("axis", 0);
    const bool keep = l.integer("keepdims", 1) != 0;
    if (l.integer("select_last_index", 0) == 0)
        return l.output(0, l.aten(op.text, x, axis, keep));
    // The first one from behind.
    const Term index = l.aten(op.text, l.aten("flip", x, Ints{axis}), axis, keep);
    l.output(0, emit.size(x, axis) - 1 - index);
}

constexpr LoweringRule rules[] = {
    {"ReduceSum", reduceBy<sum>},
    {"ReduceMean", reduceBy<mean>},
    {"ReduceMax", reduceBy<extreme<"amax">>},
    {"ReduceMin", reduceBy<extreme<"amin">>},
    {"ReduceProd", reduceBy<product>},
    {"ReduceL1", reduceBy<absoluteSum>},
    {"ReduceL2", reduceBy<euclidean>},
    {"ReduceSumSquare", reduceBy<squareSum>},
    {"ReduceLogSum", reduceBy<logSum>},
    {"ReduceLogSumExp", reduceBy<logSumExp>},
    {"ArgMax", indexOfExtreme<"argmax">},
    {"ArgMin", indexOfExtreme<"argmin">},
};

}  // namespace

LoweringTable reductionLowerings()
{
    return rules;
}

}  // namespace tenscope

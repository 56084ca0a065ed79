#include <algorithm>

#include "core/convert/fromonnx/build.h"
#include "core/convert/fromonnx/families.h"

namespace tenscope {

namespace {

void concat(Lowering& l)
{
    std::vector<Term> parts;
    for (std::size_t i = 0; i < l.inputCount(); ++i)
        parts.push_back(l.input(i));
    const std::int64_t axis = l.opset() < 4 ? l.integer("axis", 1) : l.integer("axis");
    l.output(0, l.aten("cat", l.emit().list(parts), axis));
}

// Sizes by an attribute, by an input (opset 13), or as equal as it goes; the last part may be smaller.
void split(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const Term x = l.input(0);
    const std::int64_t axis = l.integer("axis", 0);
    const auto count = std::int64_t(l.outputCount());
    const bool isInput = l.hasInput(1);
    Term parts;
    if (isInput || !l.integers("split").empty()) {
        const Term sizes = isInput ? l.ints(1) : Term(l.integers("split"));
        parts = emit.applyAs(tensorList(), "split_with_sizes", {x, sizes, axis});
    } else {
        const Term each = floorDivide(emit.size(x, axis) + (count - 1), count);
        parts = emit.applyAs(tensorList(), "split", {x, each, axis});
    }
    const std::vector<Term> outputs = emit.unpack(parts, std::size_t(count));
    for (std::size_t i = 0; i < outputs.size(); ++i)
        l.output(i, outputs[i], l.element(0));
}

// x[start:end:step] along one dimension. LibTorch has no negative steps: then the dimension is turned round, and so are
// the bounds, counted from its other end. What is beyond the ends is cut off by both in the same way.
Term backwards(Lowering& l, const Term& x, const Term& axis, const Term& start, const Term& end, const Term& step)
{
    AtenEmitter& emit = l.emit();
    const Term size = emit.size(x, axis);
    const auto turned = [&](const Term& bound) -> Term {
        if (const auto* known = bound.get<std::int64_t>())
            return *known < 0 ? Term(-1 - *known) : larger(size - 1 - *known, 0);
        return larger(emit.choose(less(bound, 0), [&] { return -1 - bound; }, [&] { return size - 1 - bound; }), 0);
    };
    return l.aten("slice", l.aten("flip", x, emit.list({axis})), axis, turned(start), turned(end), -step);
}

Term sliced(Lowering& l, const Term& x, const Term& axis, const Term& start, const Term& end, const Term& step)
{
    if (const auto* known = step.get<std::int64_t>())
        return *known < 0 ? backwards(l, x, axis, start, end, step) : l.aten("slice", x, axis, start, end, step);
    return l.emit().choose(
        less(step, 0), [&] { return backwards(l, x, axis, start, end, step); },
        [&] { return l.aten("slice", x, axis, start, end, step); });
}

// How many axes are sliced, where that is known before the run.
std::optional<std::int64_t> countOf(Lowering& l)
{
    for (const std::size_t i : {1u, 2u, 3u, 4u}) {
        if (const auto constant = l.constantInts(i))
            return std::int64_t(constant->size());
        const Type type = l.type(i);
        if (l.hasInput(i) && type.shape && type.shape->size() == 1 && type.shape->front().isKnown())
            return type.shape->front().size;
    }
    return std::nullopt;
}

void slice(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const Term x = l.input(0);
    const Term starts = l.ints(1), ends = l.ints(2);
    const auto part = [&](const Term& now, const Term& i, const Term& axes, const Term& steps) {
        return sliced(l, now, axes.isNone() ? i : emit.element(axes, i), emit.element(starts, i), emit.element(ends, i),
                      steps.isNone() ? Term(1) : emit.element(steps, i));
    };
    const Term axes = l.hasInput(3) ? l.ints(3) : Term();
    const Term steps = l.hasInput(4) ? l.ints(4) : Term();
    if (const auto count = countOf(l)) {
        Term result = x;
        for (std::int64_t i = 0; i < *count; ++i)
            result = part(result, i, axes, steps);
        return l.output(0, result);
    }
    const auto step = [&](const Term& i, const std::vector<Term>& now, Term*) {
        return std::vector<Term>{part(now[0], i, axes, steps)};
    };
    l.output(0, emit.loop(emit.length(starts), true, {x}, step)[0]);
}

void sliceByAttributes(Lowering& l)
{
    Term x = l.input(0);
    const Ints starts = l.integers("starts"), ends = l.integers("ends"), axes = l.integers("axes");
    if (starts.size() != ends.size() || (!axes.empty() && axes.size() != starts.size()))
        throw Unsupported("it has not as many starts as ends and axes");
    for (std::size_t i = 0; i < starts.size(); ++i)
        x = l.aten("slice", x, axes.empty() ? std::int64_t(i) : axes[i], starts[i], ends[i], 1);
    l.output(0, x);
}

// The elements that a padded dimension shows, as their indices: before the first and behind the last element the border
// itself (edge), what lies inside it mirrored (reflect), or what lies at the other end (wrap).
Term paddedIndex(Lowering& l, const Term& x, const Term& axis, const Term& before, const Term& behind, const std::string& mode)
{
    AtenEmitter& emit = l.emit();
    const Term size = emit.size(x, axis);
    const Term place = range(l, x, -before, size + behind, ElementType::Int64);
    if (mode == "edge")
        return clamped(l, place, 0, size - 1);
    if (mode == "wrap")
        return l.aten("remainder", place, size);
    if (mode != "reflect")
        throw Unsupported("its mode '" + mode + "' is not known");
    const Term period = larger(2 * (size - 1), 1);
    const Term last = size - 1;
    return last - l.aten("abs", last - l.aten("remainder", place, period));
}

void padByConstant(Lowering& l, const Term& value, const std::optional<Ints>& pads, const std::optional<Ints>& axes)
{
    AtenEmitter& emit = l.emit();
    Term x = l.input(0);
    if (axes) {
        // One after the other at the end, which needs no rank.
        for (std::size_t i = 0; i < axes->size(); ++i) {
            const Ints both{(*pads)[i], (*pads)[i + axes->size()]};
            if (both != Ints{0, 0})
                x = l.aten("transpose", l.aten("constant_pad_nd", l.aten("transpose", x, (*axes)[i], -1), both, value), (*axes)[i], -1);
        }
        return l.output(0, x);
    }
    if (pads) {
        // LibTorch counts from the last dimension.
        Ints reversed;
        const std::size_t rank = pads->size() / 2;
        for (std::size_t i = rank; i-- > 0;) {
            reversed.push_back((*pads)[i]);
            reversed.push_back((*pads)[i + rank]);
        }
        return l.output(0, l.aten("constant_pad_nd", x, reversed, value));
    }
    const Term pairs = l.aten("t", l.aten("flip", l.aten("reshape", l.input(1), Ints{2, -1}), Ints{1}));
    l.output(0, l.aten("constant_pad_nd", x, emit.toInts(pairs), value));
}

void pad(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const std::string mode = l.text("mode", "constant");
    const bool byInputs = l.opset() >= 11;
    const std::optional<Ints> pads = byInputs ? l.constantInts(1) : l.integers(l.opset() < 2 ? "paddings" : "pads");
    const std::optional<Ints> axes = l.hasInput(3) ? l.constantInts(3) : std::nullopt;
    if (l.hasInput(3) && (!axes || !pads))
        throw Unsupported("its axes or pads are known at run time only");
    if (pads && pads->size() != 2 * (axes ? axes->size() : pads->size() / 2))
        throw Unsupported("it has not two pads for each axis");
    if (mode == "constant") {
        Term value = 0;
        if (!byInputs)
            value = l.real("value", 0);
        else if (l.hasInput(2) && l.element(2) == ElementType::Bool)
            value = emit.toInt(l.input(2));
        else if (l.hasInput(2)) {
            const auto known = l.constantFloats(2);
            value = !l.isFloat(2) ? l.integer(2) : known && known->size() == 1 ? Term(known->front()) : emit.toFloat(l.input(2));
        }
        return padByConstant(l, value, pads, axes);
    }
    Term x = l.input(0);
    const Term given = pads ? Term(*pads) : l.ints(1);
    const std::optional<std::int64_t> rank = axes ? std::optional(std::int64_t(axes->size()))
                                             : pads ? std::optional(std::int64_t(pads->size() / 2))
                                                    : l.rank(0);
    if (!rank)
        throw Unsupported("its mode needs the rank of its input, which is not known");
    for (std::int64_t i = 0; i < *rank; ++i) {
        const Term before = emit.element(given, i), behind = emit.element(given, i + *rank);
        const auto *first = before.get<std::int64_t>(), *last = behind.get<std::int64_t>();
        if (first && last && *first == 0 && *last == 0)
            continue;
        const Term axis = axes ? (*axes)[std::size_t(i)] : i;
        x = l.aten("index_select", x, axis, paddedIndex(l, x, axis, before, behind, mode));
    }
    l.output(0, x);
}

constexpr LoweringRule rules[] = {
    {"Concat", concat},
    {"Split", split},
    {"Slice", sliceByAttributes},
    {"Slice", slice, 10},
    {"Pad", pad},
};

}  // namespace

LoweringTable sliceLowerings()
{
    return rules;
}

}  // namespace tenscope

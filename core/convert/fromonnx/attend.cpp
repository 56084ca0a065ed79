#include "core/convert/fromonnx/attend.h"

#include <limits>

#include "core/convert/fromonnx/build.h"

namespace tenscope {

namespace {

Term forEachQuery(Lowering& l, const Attention& a, const Term& shared)
{
    if (!a.hasGroups)
        return shared;
    AtenEmitter& emit = l.emit();
    const Term queries = floorDivide(emit.size(a.query, 1), emit.size(shared, 1));
    return emit.choose(
        equal(queries, 1), [&] { return shared; },
        [&] { return l.aten("repeat_interleave", shared, queries, 1, Term()); });
}

}  // namespace

Attended attended(Lowering& l, const Attention& a)
{
    AtenEmitter& emit = l.emit();
    const double nothing = -std::numeric_limits<double>::infinity();
    const Term scale = a.scale.isNone() ? l.aten("pow", emit.size(a.query, -1), -0.5) : a.scale;
    const Term keys = l.aten("transpose", forEachQuery(l, a, a.key), -2, -1);
    Attended result;
    result.scores = l.aten("matmul", a.query * scale, keys);
    result.masked = result.scores;
    for (const Term& bias : a.biases)
        result.masked = result.masked + bias;
    for (const Term& mask : a.masks)
        result.masked = where(l, mask, result.masked, nothing);
    if (a.isCausal) {
        const Term rows = range(l, a.query, a.offset, emit.size(a.query, 2) + a.offset, ElementType::Int64);
        const Term columns = range(l, a.query, 0, emit.size(a.key, 2), ElementType::Int64);
        const Term isLater = l.aten("gt", columns, l.aten("unsqueeze", rows, 1));
        result.masked = l.aten("masked_fill", result.masked, isLater, nothing);
    }
    result.capped = a.softcap == 0 ? result.masked : l.aten("tanh", result.masked / a.softcap) * a.softcap;
    result.weights = l.aten("softmax", result.capped, -1, Term());
    result.output = l.aten("matmul", result.weights, forEachQuery(l, a, a.value));
    return result;
}

Term splitHeads(Lowering& l, const Term& x, const Term& heads)
{
    AtenEmitter& emit = l.emit();
    const Term shape = emit.list({emit.size(x, 0), emit.size(x, 1), heads, -1}, Type::Kind::Int);
    return l.aten("transpose", l.aten("reshape", x, shape), 1, 2);
}

Term mergedHeads(Lowering& l, const Term& x)
{
    return l.aten("flatten", l.aten("transpose", x, 1, 2), 2, -1);
}

Term rotated(Lowering& l, const Term& x, const Term& cosine, const Term& sine, bool isInterleaved)
{
    AtenEmitter& emit = l.emit();
    const Term turned = emit.size(cosine, -1) * 2;
    const Term rest = l.aten("slice", x, -1, turned, Term(), 1);
    const Term c = l.aten("unsqueeze", cosine, 2), s = l.aten("unsqueeze", sine, 2);
    Term first, second;
    if (isInterleaved) {
        first = l.aten("slice", x, -1, 0, turned, 2);
        second = l.aten("slice", x, -1, 1, turned, 2);
    } else {
        first = l.aten("slice", x, -1, 0, emit.size(cosine, -1), 1);
        second = l.aten("slice", x, -1, emit.size(cosine, -1), turned, 1);
    }
    const Term a = c * first - s * second, b = s * first + c * second;
    const Term both = isInterleaved ? l.aten("flatten", l.aten("stack", emit.list({a, b}), -1), -2, -1)
                                    : l.aten("cat", emit.list({a, b}), -1);
    return l.aten("cat", emit.list({both, rest}), -1);
}

}  // namespace tenscope

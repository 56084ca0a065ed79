#include <string>

#include "core/convert/fromonnx/build.h"
#include "core/convert/fromonnx/families.h"

namespace tenscope {

namespace {

// Boxes as [boxes, 4]: top, left, bottom, right (of either axis order), sorted.
Term sortedCorners(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const Term boxes = l.input(0);
    if (l.integer("center_point_box", 0) != 0) {
        const std::vector<Term> halves = parts(l, boxes, 2, -1);
        const Term reach = halves[1] / 2.0;
        return l.aten("cat", emit.list({halves[0] - reach, halves[0] + reach}), -1);
    }
    const std::vector<Term> corners = parts(l, boxes, 2, -1);
    return l.aten(
        "cat", emit.list({l.aten("minimum", corners[0], corners[1]), l.aten("maximum", corners[0], corners[1])}), -1);
}

Term areaOf(Lowering& l, const Term& sides)
{
    return l.aten("prod", sides, -1, false, Term());
}

// The share of the union of `box` [4] and each of `others` [n, 4] that both cover.
Term overlap(Lowering& l, const Term& box, const Term& others)
{
    const std::vector<Term> one = parts(l, box, 2, -1), many = parts(l, others, 2, -1);
    const Term sides = l.aten("minimum", one[1], many[1]) - l.aten("maximum", one[0], many[0]);
    const Term both = areaOf(l, clamped(l, sides, 0.0, Term()));
    const Term together = areaOf(l, one[1] - one[0]) + areaOf(l, many[1] - many[0]) - both;
    return where(l, greater(both, 0), both / together, 0.0);
}

Term numberOr(Lowering& l, std::size_t input, double fallback)
{
    if (!l.hasInput(input))
        return fallback;
    if (const auto known = l.constantFloats(input); known && known->size() == 1)
        return known->front();
    return l.emit().toFloat(l.input(input));
}

// For each image and class: the box with the highest score is taken, those that overlap it too much are dropped, and so
// on.
void nonMaxSuppression(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const Term boxes = sortedCorners(l), scores = l.input(1);
    const Term most = l.hasInput(2) ? l.integer(2) : Term(0);
    const Term mostOverlap = numberOr(l, 3, 0.0), lowestScore = numberOr(l, 4, 0.0);
    const Term classes = emit.size(scores, 1);
    const Term taken = emit.list({});

    const auto ofClass = [&](const Term& i) {
        const Term batch = floorDivide(i, classes), which = i - floorDivide(i, classes) * classes;
        const Term own = l.aten("select", l.aten("select", scores, 0, batch), 0, which);
        const Term corners = l.aten("select", boxes, 0, batch);
        Term candidates = l.atenMany("sort", 2, own, true, 0, true)[1];
        if (l.hasInput(4)) {
            const Term isGood = greater(l.aten("index_select", own, 0, candidates), lowestScore);
            candidates = l.aten("masked_select", candidates, isGood);
        }
        const Term head = numbers(l, boxes, emit.list({batch, which}, Type::Kind::Int), ElementType::Int64);
        const auto takeBest = [&](const Term&, const std::vector<Term>& now, Term* goOn) {
            const Term best = l.aten("slice", now[0], 0, 0, 1, 1), others = l.aten("slice", now[0], 0, 1, Term(), 1);
            emit.applyAs(emit.typeOf(taken), "append", {taken, l.aten("cat", emit.list({head, best}), 0)});
            const Term shares =
                overlap(l, l.aten("index_select", corners, 0, best), l.aten("index_select", corners, 0, others));
            const Term left = l.aten("masked_select", others, l.aten("le", shares, mostOverlap));
            *goOn = greater(l.aten("numel", left), 0);
            return std::vector<Term>{left};
        };
        emit.loop(most, greater(l.aten("numel", candidates), 0), {candidates}, takeBest);
    };
    const auto body = [&](const Term& i, const std::vector<Term>&, Term*) {
        ofClass(i);
        return std::vector<Term>();
    };
    emit.loop(emit.size(scores, 0) * classes, true, {}, body);
    l.output(0,
             emit.choose(
                 equal(emit.length(taken), 0),
                 [&] {
                     return filled(l, boxes, Ints{0, 3}, 0, ElementType::Int64);
                 },
                 [&] { return l.aten("stack", taken, 0); }),
             ElementType::Int64);
}

constexpr LoweringRule rules[] = {
    {"NonMaxSuppression", nonMaxSuppression},
};

}  // namespace

LoweringTable detectionLowerings()
{
    return rules;
}

}  // namespace tenscope

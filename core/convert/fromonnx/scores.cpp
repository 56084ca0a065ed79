#include "core/convert/fromonnx/scores.h"

#include <numbers>
#include <string>

#include "core/convert/fromonnx/build.h"

namespace tenscope {

Term transformedScores(Lowering& l, const Term& scores)
{
    const std::string transform = l.text("post_transform", "NONE");
    if (transform == "NONE")
        return scores;
    if (transform == "LOGISTIC")
        return l.aten("sigmoid", scores);
    if (transform == "SOFTMAX")
        return l.aten("softmax", scores, -1, Term());
    if (transform == "PROBIT")
        return l.aten("erfinv", scores * 2.0 - 1.0) * std::numbers::sqrt2;
    if (transform == "SOFTMAX_ZERO") {
        // Scores of zero stay zero.
        const Term isZero = l.aten("le", l.aten("abs", scores), 1e-7);
        const Term parts = l.aten("exp", scores - l.aten("amax", scores, Ints{-1}, true));
        const Term kept = where(l, isZero, 0.0, parts);
        return kept / reduced(l, "sum", kept, Ints{-1});
    }
    throw Unsupported("its post_transform '" + transform + "' is not known");
}

ClassLabels classLabels(Lowering& l)
{
    ClassLabels labels;
    const std::vector<std::string> strings = l.texts("classlabels_strings");
    if (!strings.empty()) {
        labels.count = strings.size();
        labels.values = l.emit().tensor(Ints{std::int64_t(labels.count)}, strings);
        labels.element = ElementType::String;
        return labels;
    }
    const Ints integers = l.integers(l.has("classlabels_int64s") ? "classlabels_int64s" : "classlabels_ints");
    if (integers.empty())
        throw Unsupported("it has no labels");
    labels.count = integers.size();
    labels.values = l.emit().tensor(ElementType::Int64, Ints{std::int64_t(labels.count)}, integers);
    return labels;
}

Term bestLabel(Lowering& l, const ClassLabels& labels, const Term& scores)
{
    return l.aten("index_select", labels.values, 0, l.aten("argmax", scores, 1, false));
}

void outputBinary(Lowering& l, const ClassLabels& labels, const Term& score, double threshold, const Term& bothScores)
{
    if (labels.count != 2)
        throw Unsupported("it has one score for " + std::to_string(labels.count) + " labels");
    const Term isSecond = l.emit().cast(greater(l.aten("reshape", score, Ints{-1}), threshold), ElementType::Int64);
    l.output(0, l.aten("index_select", labels.values, 0, isSecond), labels.element);
    l.output(1, bothScores, ElementType::Float32);
}

}  // namespace tenscope

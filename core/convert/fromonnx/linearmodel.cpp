// Linear models and support vector regression of ai.onnx.ml.
#include <string>

#include "core/convert/fromonnx/build.h"
#include "core/convert/fromonnx/families.h"
#include "core/convert/fromonnx/scores.h"

namespace tenscope {

namespace {

constexpr std::string_view ml = "ai.onnx.ml";

Term constants(Lowering& l, const Ints& shape, const Floats& values)
{
    return l.emit().tensor(ElementType::Float32, shape, values);
}

// [N, features] as float32; a vector is one row.
Term rows(Lowering& l)
{
    const Term x = asFloat32(l, l.input(0));
    return l.rank(0) == 1 ? l.aten("unsqueeze", x, 0) : x;
}

// Scores [N, count] of as many linear functions.
Term linearScores(Lowering& l, std::int64_t count)
{
    const Floats coefficients = l.reals("coefficients"), intercepts = l.reals("intercepts");
    const auto total = std::int64_t(coefficients.size());
    if (count < 1 || total == 0 || total % count != 0)
        throw Unsupported("the number of its coefficients is no multiple of its targets");
    if (!intercepts.empty() && std::int64_t(intercepts.size()) != count)
        throw Unsupported("it has not as many intercepts as targets");
    const Term bias = intercepts.empty() ? Term() : constants(l, {count}, intercepts);
    return l.aten("linear", rows(l), constants(l, {count, total / count}, coefficients), bias);
}

void linearRegressor(Lowering& l)
{
    l.output(0, transformedScores(l, linearScores(l, l.integer("targets", 1))), ElementType::Float32);
}

// As many functions as labels, or one for two of them.
void linearClassifier(Lowering& l)
{
    const ClassLabels labels = classLabels(l);
    const auto intercepts = std::int64_t(l.reals("intercepts").size());
    const std::int64_t count = intercepts > 0 ? intercepts : std::int64_t(labels.count);
    const Term scores = linearScores(l, count);
    if (count == 1) {
        const Term second = transformedScores(l, scores);
        return outputBinary(l, labels, scores, 0.0, l.aten("cat", l.emit().list({1.0 - second, second}), 1));
    }
    if (count != std::int64_t(labels.count))
        throw Unsupported("it has not as many intercepts as labels");
    l.output(0, bestLabel(l, labels, scores), labels.element);
    l.output(1, transformedScores(l, scores), ElementType::Float32);
}

// The similarity of each row to each support vector: [N, vectors].
Term similarities(Lowering& l, const Term& x, const Term& vectors)
{
    const std::string kernel = l.text("kernel_type", "LINEAR");
    const Floats given = l.reals("kernel_params", {0, 0, 3});
    if (given.size() != 3)
        throw Unsupported("its attribute 'kernel_params' is not gamma, coef0 and degree");
    const double gamma = given[0], offset = given[1], degree = given[2];
    if (kernel == "RBF") {
        const Term distance = l.aten("cdist", x, vectors, 2.0, Term());
        return l.aten("exp", distance * distance * -gamma);
    }
    const Term product = l.aten("linear", x, vectors, Term());
    if (kernel == "LINEAR")
        return product;
    if (kernel == "POLY")
        return l.aten("pow", product * gamma + offset, degree);
    if (kernel == "SIGMOID")
        return l.aten("tanh", product * gamma + offset);
    throw Unsupported("its kernel_type '" + kernel + "' is not known");
}

// Without support vectors it is a linear model.
void supportVectorRegressor(Lowering& l)
{
    const Floats vectors = l.reals("support_vectors"), coefficients = l.reals("coefficients"), rho = l.reals("rho");
    const std::int64_t count = l.integer("n_supports", 0);
    if (rho.size() != 1 || coefficients.empty())
        throw Unsupported("its attributes 'rho' and 'coefficients' do not fit");
    const Term x = rows(l);
    Term sum;
    if (count == 0) {
        sum = l.aten("linear", x, constants(l, {1, std::int64_t(coefficients.size())}, coefficients), Term());
    } else {
        if (count < 0 || std::int64_t(coefficients.size()) != count || std::int64_t(vectors.size()) % count != 0)
            throw Unsupported("it has not as many coefficients as support vectors");
        const Term all = constants(l, {count, std::int64_t(vectors.size()) / count}, vectors);
        sum = l.aten("linear", similarities(l, x, all), constants(l, {1, count}, coefficients), Term());
    }
    const Term score = sum + rho.front();
    if (l.integer("one_class", 0) != 0)
        return l.output(
            0, where(l, greater(score, 0), l.aten("ones_like", score, Term(), Term(), Term(), Term(), Term()), -1.0),
            ElementType::Float32);
    l.output(0, transformedScores(l, score), ElementType::Float32);
}

constexpr LoweringRule rules[] = {
    {"LinearRegressor", linearRegressor, 1, ml},
    {"LinearClassifier", linearClassifier, 1, ml},
    {"SVMRegressor", supportVectorRegressor, 1, ml},
};

}  // namespace

LoweringTable linearModelLowerings()
{
    return rules;
}

}  // namespace tenscope

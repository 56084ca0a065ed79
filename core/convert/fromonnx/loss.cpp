#include <string>

#include "core/convert/fromonnx/families.h"
#include "core/convert/lowering.h"

namespace tenscope {

namespace {

// LibTorch's numbers for reductions.
std::int64_t reductionOf(Lowering& l)
{
    const std::string reduction = l.text("reduction", "mean");
    if (reduction == "none")
        return 0;
    if (reduction == "mean")
        return 1;
    if (reduction == "sum")
        return 2;
    throw Unsupported("its reduction '" + reduction + "' is not known");
}

// `scores` is [N, C, D1, …], log-probabilities. Where no class is ignored LibTorch takes one that no class can be.
Term likelihoodLoss(Lowering& l, const Term& scores)
{
    const Term classes = l.emit().cast(l.input(1), ElementType::Int64);
    return l.aten("nll_loss_nd", scores, classes, l.inputOr(2, Term()), reductionOf(l),
                  l.integer("ignore_index", -100));
}

void negativeLogLikelihoodLoss(Lowering& l)
{
    l.output(0, likelihoodLoss(l, l.input(0)));
}

void softmaxCrossEntropyLoss(Lowering& l)
{
    const Term probabilities = l.aten("log_softmax", l.input(0), 1, Term());
    l.output(0, likelihoodLoss(l, probabilities));
    l.output(1, probabilities);
}

constexpr LoweringRule rules[] = {
    {"NegativeLogLikelihoodLoss", negativeLogLikelihoodLoss},
    {"SoftmaxCrossEntropyLoss", softmaxCrossEntropyLoss},
};

}  // namespace

LoweringTable lossLowerings()
{
    return rules;
}

}  // namespace tenscope

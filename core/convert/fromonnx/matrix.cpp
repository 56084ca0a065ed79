#include "core/convert/fromonnx/families.h"
#include "core/convert/fromonnx/plain.h"

namespace tenscope {

namespace {

// alpha · A · B + beta · C, with A and B transposed where it says so.
void gemm(Lowering& l)
{
    const double alpha = l.real("alpha", 1.0), beta = l.real("beta", 1.0);
    const bool isTransposed = l.integer("transB", 0) != 0;
    const Term a = l.integer("transA", 0) != 0 ? l.aten("t", l.input(0)) : l.input(0);
    const bool hasC = l.hasInput(2) && beta != 0;
    // What LibTorch is fastest with: a layer as PyTorch exports it.
    if (isTransposed && alpha == 1.0 && (!hasC || (beta == 1.0 && l.rank(2) == 1)) && l.isFloat(0))
        return l.output(0, l.aten("linear", a, l.input(1), hasC ? l.input(2) : Term()));
    const Term b = isTransposed ? l.aten("t", l.input(1)) : l.input(1);
    if (!l.isFloat(0)) {
        const Term product = l.aten("mm", a, b) * std::int64_t(alpha);
        return l.output(0, hasC ? product + l.input(2) * std::int64_t(beta) : product);
    }
    if (!hasC)
        return l.output(0, alpha == 1.0 ? l.aten("mm", a, b) : l.aten("mm", a, b) * alpha);
    l.output(0, l.aten("addmm", l.input(2), a, b, beta, alpha));
}

void einsum(Lowering& l)
{
    std::vector<Term> operands;
    for (std::size_t i = 0; i < l.inputCount(); ++i)
        operands.push_back(l.input(i));
    l.output(0, l.aten("einsum", l.text("equation", ""), l.emit().list(operands)));
}

constexpr LoweringRule rules[] = {
    {"MatMul", plainBinary<"matmul">},
    {"Gemm", gemm},
    {"Einsum", einsum},
};

}  // namespace

LoweringTable matrixLowerings()
{
    return rules;
}

}  // namespace tenscope

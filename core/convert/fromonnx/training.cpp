// Derivatives, and steps of optimizers. The inputs of a step are the learning rate, the count of steps done, and then as
// many tensors of each kind (parameters, gradients, states) as there are parameters; the outputs are the new parameters,
// and the new states of each kind.
#include <functional>
#include <string>

#include "core/convert/fromonnx/families.h"
#include "core/convert/lowering.h"

namespace tenscope {

namespace {

constexpr std::string_view trainingDomain = "ai.onnx.preview.training";

// The new parameter, followed by the new states.
using Update =
    std::function<std::vector<Term>(const Term& parameter, const Term& gradient, const std::vector<Term>& states)>;

void updateAll(Lowering& l, std::size_t stateKinds, const Update& update)
{
    const std::size_t kinds = 2 + stateKinds;
    if (l.inputCount() < 2 || (l.inputCount() - 2) % kinds != 0)
        throw Unsupported("the number of its inputs is not two and a multiple of " + std::to_string(kinds));
    const std::size_t count = (l.inputCount() - 2) / kinds;
    const double normCoefficient = l.real("norm_coefficient", 0);
    for (std::size_t i = 0; i < count; ++i) {
        const auto given = [&](std::size_t kind) { return 2 + kind * count + i; };
        const Term parameter = l.input(given(0));
        Term gradient = l.input(given(1));
        if (normCoefficient != 0)
            gradient = gradient + parameter * normCoefficient;
        std::vector<Term> states;
        for (std::size_t kind = 2; kind < kinds; ++kind)
            states.push_back(l.input(given(kind)));
        const std::vector<Term> results = update(parameter, gradient, states);
        for (std::size_t kind = 0; kind < results.size(); ++kind)
            l.output(kind * count + i, results[kind], l.element(given(0)));
    }
}

void adagrad(Lowering& l)
{
    const double epsilon = l.real("epsilon", 1e-6);
    const Term rate = l.input(0) / (l.input(1) * l.real("decay_factor", 0) + 1.0);
    updateAll(l, 1, [&](const Term& parameter, const Term& gradient, const std::vector<Term>& states) {
        const Term squares = states[0] + gradient * gradient;
        return std::vector<Term>{parameter - rate * gradient / (l.aten("sqrt", squares) + epsilon), squares};
    });
}

// The averages begin at zero, which the rate makes up for from the first step on.
Term correctedRate(Lowering& l, double alpha, double beta)
{
    AtenEmitter& emit = l.emit();
    const Term rate = l.input(0), step = l.input(1);
    return emit.choose(
        greater(emit.toInt(step), 0),
        [&] {
            const Term steps = emit.cast(step, ElementType::Float64);
            const auto left = [&](double factor) { return 1.0 - l.aten("pow", factor, steps); };
            return l.aten("type_as", rate * l.aten("sqrt", left(beta)) / left(alpha), rate);
        },
        [&] { return rate; });
}

void adam(Lowering& l)
{
    const double alpha = l.real("alpha", 0.9), beta = l.real("beta", 0.999), epsilon = l.real("epsilon", 1e-6);
    const double normPost = l.real("norm_coefficient_post", 0);
    const Term rate = correctedRate(l, alpha, beta);
    updateAll(l, 2, [&](const Term& parameter, const Term& gradient, const std::vector<Term>& states) {
        const Term mean = states[0] * alpha + gradient * (1.0 - alpha);
        const Term squares = states[1] * beta + gradient * gradient * (1.0 - beta);
        const Term next = parameter - rate * mean / (l.aten("sqrt", squares) + epsilon);
        return std::vector<Term>{normPost == 0 ? next : next * (1.0 - normPost), mean, squares};
    });
}

void momentum(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const double alpha = l.real("alpha", 0), beta = l.real("beta", 0);
    const std::string mode = l.text("mode", "");
    if (mode != "standard" && mode != "nesterov")
        throw Unsupported("its mode '" + mode + "' is not known");
    const Term rate = l.input(0);
    const Term share = emit.choose(
        greater(emit.toInt(l.input(1)), 0), [&] { return Term(beta); }, [] { return Term(1.0); });
    updateAll(l, 1, [&](const Term& parameter, const Term& gradient, const std::vector<Term>& states) {
        const Term velocity = states[0] * alpha + gradient * share;
        const Term step = mode == "nesterov" ? gradient + velocity * alpha : velocity;
        return std::vector<Term>{parameter - rate * step, velocity};
    });
}

Type simple(Type::Kind kind)
{
    Type type;
    type.kind = kind;
    return type;
}

Type of(Type::Kind kind, Type member)
{
    Type type = simple(kind);
    type.arguments = {std::move(member)};
    return type;
}

// The derivatives of one value by others, for given values of these: what lies between is computed once more, while LibTorch
// keeps the trace that it goes back on. Of a value of several elements those of their sum.
void gradient(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const std::vector<std::string> by = l.texts("xs"), fixed = l.texts("zs");
    if (by.empty() || l.inputCount() != by.size() + fixed.size())
        throw Unsupported("it has not as many inputs as names in 'xs' and 'zs'");
    emit.applyTo("set_grad_enabled", {true});
    std::vector<std::pair<std::string, Term>> given;
    std::vector<Term> variables;
    for (std::size_t i = 0; i < by.size(); ++i) {
        variables.push_back(l.aten("requires_grad_", l.aten("detach", l.input(i)), true));
        given.emplace_back(by[i], variables.back());
    }
    for (std::size_t i = 0; i < fixed.size(); ++i)
        given.emplace_back(fixed[i], l.input(by.size() + i));
    const Term sum = l.aten("sum", l.recomputed(given, l.text("y", "")), Term());
    const Type list = of(Type::Kind::Sequence, of(Type::Kind::Optional, simple(Type::Kind::Tensor)));
    const Term all = emit.applyAs(list, "grad", {emit.list({sum}), emit.list(variables), Term(), Term(), false, false});
    emit.applyTo("set_grad_enabled", {false});
    for (std::size_t i = 0; i < by.size(); ++i)
        l.output(i, l.aten("_unwrap_optional", emit.element(all, std::int64_t(i))), l.element(i));
}

constexpr LoweringRule rules[] = {
    {"Gradient", gradient, 1, trainingDomain},
    {"Adagrad", adagrad, 1, trainingDomain},
    {"Adam", adam, 1, trainingDomain},
    {"Momentum", momentum, 1, trainingDomain},
};

}  // namespace

LoweringTable trainingLowerings()
{
    return rules;
}

}  // namespace tenscope

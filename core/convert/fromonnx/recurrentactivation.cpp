#include "core/convert/fromonnx/recurrentactivation.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "core/convert/fromonnx/build.h"

namespace tenscope {

namespace {

// Which of both lists a function takes a number from, and what it is where that list has ended.
struct Parameters {
    std::string_view name;
    bool takesAlpha, takesBeta;
    double alpha, beta;
};

constexpr std::array<Parameters, 11> known{{
    {"relu", false, false, 0, 0},
    {"tanh", false, false, 0, 0},
    {"sigmoid", false, false, 0, 0},
    {"softsign", false, false, 0, 0},
    {"softplus", false, false, 0, 0},
    {"affine", true, true, 1, 0},
    {"leakyrelu", true, false, 0.01, 0},
    {"thresholdedrelu", true, false, 1, 0},
    {"scaledtanh", true, true, 1, 1},
    {"hardsigmoid", true, true, 0.2, 0.5},
    {"elu", true, false, 1, 0},
}};

const Parameters& parametersOf(const std::string& name)
{
    const auto found = std::find_if(known.begin(), known.end(), [&](const Parameters& p) { return p.name == name; });
    if (found == known.end())
        throw Unsupported("its activation '" + name + "' is not known");
    return *found;
}

}  // namespace

std::vector<RecurrentActivation> recurrentActivations(Lowering& l, std::size_t direction,
                                                      const std::vector<std::string>& defaults)
{
    const std::vector<std::string> names = l.texts("activations");
    const Floats alphas = l.reals("activation_alpha"), betas = l.reals("activation_beta");
    std::vector<RecurrentActivation> all;
    std::size_t alpha = 0, beta = 0;
    const std::size_t first = direction * defaults.size();
    for (std::size_t i = 0; i < first + defaults.size(); ++i) {
        std::string name = names.empty() ? defaults[i % defaults.size()] : i < names.size() ? names[i] : std::string();
        std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return char(std::tolower(c)); });
        const Parameters& parameters = parametersOf(name);
        RecurrentActivation activation{name, parameters.alpha, parameters.beta};
        if (parameters.takesAlpha && alpha < alphas.size())
            activation.alpha = alphas[alpha++];
        if (parameters.takesBeta && beta < betas.size())
            activation.beta = betas[beta++];
        if (i >= first)
            all.push_back(std::move(activation));
    }
    return all;
}

Term activated(Lowering& l, const RecurrentActivation& activation, const Term& x)
{
    const std::string& name = activation.name;
    if (name == "relu" || name == "tanh" || name == "sigmoid")
        return l.aten(name, x);
    if (name == "softsign")
        return x / (l.aten("abs", x) + 1);
    if (name == "softplus")
        return l.aten("softplus", x, 1.0, 20.0);
    if (name == "affine")
        return x * activation.alpha + activation.beta;
    if (name == "leakyrelu")
        return l.aten("leaky_relu", x, activation.alpha);
    if (name == "thresholdedrelu")
        return l.aten("threshold", x, activation.alpha, 0.0);
    if (name == "scaledtanh")
        return l.aten("tanh", x * activation.beta) * activation.alpha;
    if (name == "hardsigmoid")
        return clamped(l, x * activation.alpha + activation.beta, 0.0, 1.0);
    return l.aten("elu", x, activation.alpha, 1.0, 1.0);
}

}  // namespace tenscope

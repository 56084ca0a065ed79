#include "core/compare/attributes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <optional>

#include "core/compare/operatorclass.h"
#include "core/graph/literal.h"
#include "core/graph/model.h"
#include "core/graph/text.h"

namespace tenscope {

namespace {

using Numbers = std::vector<double>;

struct Row {
    std::string_view classes;  // with spaces between
    std::string_view shared, torch, onnx;
    std::string_view byDefault;  // of ONNX; empty: nothing is compared where it is not said
};

constexpr std::array rows{
    Row{"conv convtranspose", "stride", "stride", "strides", "1"},
    Row{"conv convtranspose", "padding", "padding", "pads", "0"},
    Row{"conv convtranspose", "dilation", "dilation", "dilations", "1"},
    Row{"conv convtranspose", "groups", "groups", "group", "1"},
    Row{"maxpool averagepool", "kernel size", "kernel_size", "kernel_shape", ""},
    Row{"maxpool averagepool", "stride", "stride", "strides", "1"},
    Row{"maxpool averagepool", "padding", "padding", "pads", "0"},
    Row{"maxpool", "dilation", "dilation", "dilations", "1"},
    Row{"maxpool averagepool", "ceil mode", "ceil_mode", "ceil_mode", "0"},
    Row{"softmax logsoftmax concat", "axis", "dim", "axis", ""},
    Row{"transpose", "permutation", "dims", "perm", ""},
    Row{"reducemean reducesum reducemax", "axes", "dim", "axes", ""},
    Row{"reducemean reducesum reducemax", "keep dimensions", "keepdim", "keepdims", "1"},
    Row{"leakyrelu", "slope", "negative_slope", "alpha", "0.01"},
    Row{"elu", "alpha", "alpha", "alpha", "1"},
    Row{"batchnorm layernorm instancenorm groupnorm", "epsilon", "eps", "epsilon", "1e-05"},
    Row{"linear", "alpha", "alpha", "alpha", "1"},
    Row{"linear", "beta", "beta", "beta", "1"},
};

bool holdsWord(std::string_view words, std::string_view word)
{
    return (' ' + std::string(words) + ' ').find(' ' + std::string(word) + ' ') != std::string::npos;
}

// "[1, 1]", "3, 3", "True", "0.1" as numbers; nothing for other text.
std::optional<Numbers> numbers(std::string text)
{
    if (text == "True" || text == "true")
        return Numbers{1};
    if (text == "False" || text == "false")
        return Numbers{0};
    for (char& c : text)
        if (c == '[' || c == ']' || c == '(' || c == ')' || c == ',')
            c = ' ';
    Numbers result;
    const char* at = text.c_str();
    for (;;) {
        while (*at == ' ')
            ++at;
        if (!*at)
            return result;
        char* end = nullptr;
        result.push_back(std::strtod(at, &end));
        if (end == at)
            return std::nullopt;
        at = end;
    }
}

std::optional<Numbers> attributeNumbers(const Model& model, NodeId node, std::string_view wanted)
{
    for (const Argument& argument : arguments(model, node))
        if (argument.name == wanted && !argument.text.empty())
            return numbers(argument.text);
    return std::nullopt;
}

std::optional<std::size_t> rankOf(const Model& model, NodeId node)
{
    const auto rank = [&](ValueId value) { return value && model.value(value).type.shape ? std::optional(model.value(value).type.shape->size()) : std::nullopt; };
    const Node& one = model.node(node);
    for (const Input& input : one.inputs())
        if (const auto found = rank(input.value))
            return found;
    return one.outputs().empty() ? std::nullopt : rank(one.outputs()[0]);
}

void simplify(std::string_view name, Numbers& values)
{
    if (name == "permutation" || name == "axes")
        return;
    if (name == "padding" && values.size() % 2 == 0 &&
        std::equal(values.begin(), values.begin() + std::ptrdiff_t(values.size() / 2), values.begin() + std::ptrdiff_t(values.size() / 2)))
        values.resize(values.size() / 2);
    if (values.size() > 1 && std::all_of(values.begin(), values.end(), [&](double value) { return value == values[0]; }))
        values.resize(1);
}

}  // namespace

std::map<std::string, std::vector<double>> sharedAttributes(const Model& model, const Unit& unit)
{
    std::map<std::string, Numbers> result;
    const Operator& op = model.op(unit.main);
    const bool isTorch = op.domain == "aten";
    if (unit.cls == "layernorm" && unit.isMerged()) {
        if (!unit.constants.empty())
            result["epsilon"] = {*std::min_element(unit.constants.begin(), unit.constants.end())};
        return result;
    }
    if (unit.cls == "gelu" && unit.isMerged()) {
        // The one operator knows its constants; where they are written out, they are to be the same.
        for (const double constant : unit.constants) {
            constexpr std::array known{std::numbers::sqrt2, 1 / std::numbers::sqrt2, 1.0, 0.5};
            if (std::none_of(known.begin(), known.end(), [&](double k) { return std::abs(k - constant) < 1e-5; }))
                result["constant"].push_back(constant);
        }
        return result;
    }
    for (const Row& row : rows) {
        if (!holdsWord(row.classes, unit.cls))
            continue;
        auto values = attributeNumbers(model, unit.main, isTorch ? row.torch : row.onnx);
        if (isTorch && row.shared == "stride" && values && values->empty())
            values = attributeNumbers(model, unit.main, "kernel_size");
        if (!isTorch && !values && !row.byDefault.empty())
            values = numbers(std::string(row.byDefault));
        if (!values || values->empty())
            continue;
        simplify(row.shared, *values);
        if (row.shared == "axis" || row.shared == "axes") {
            const auto rank = rankOf(model, unit.main);
            bool isKnown = true;
            for (double& axis : *values) {
                isKnown = isKnown && (axis < 0 || rank);
                axis = axis >= 0 && rank ? axis - double(*rank) : axis;
            }
            if (!isKnown)
                continue;
        }
        result[std::string(row.shared)] = std::move(*values);
    }
    if (unit.cls == "clip") {
        const auto bound = [&](const char* shared, const char* torch, const char* other) {
            auto values = attributeNumbers(model, unit.main, torch);
            if (!values)
                values = attributeNumbers(model, unit.main, other);
            if (values && values->size() == 1)
                result[shared] = *values;
        };
        if (op.name.starts_with("relu6")) {
            result["minimum"] = {0};
            result["maximum"] = {6};
        } else {
            bound("minimum", "min", "min_val");
            bound("maximum", "max", "max_val");
        }
    }
    if (unit.cls == "hardsigmoid" || unit.cls == "hardswish") {
        const bool isWritten = !isTorch && op.name == "HardSigmoid";
        const auto value = [&](const char* name, double byDefault) {
            const auto found = isWritten ? attributeNumbers(model, unit.main, name) : std::nullopt;
            return found && found->size() == 1 ? (*found)[0] : byDefault;
        };
        result["alpha"] = {value("alpha", isWritten ? 0.2 : 1.0 / 6)};
        result["beta"] = {value("beta", 0.5)};
    }
    if (!unit.isMerged() && !unit.constants.empty())
        result["constant"] = unit.constants;
    return result;
}

std::map<std::string, std::string> ownAttributes(const Model& model, NodeId node)
{
    std::map<std::string, std::string> result;
    for (const Argument& argument : arguments(model, node))
        if (!argument.text.empty())
            result[argument.name] = argument.text;
    return result;
}

}  // namespace tenscope

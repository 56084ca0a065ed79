#include "core/edit/constantnodes.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/edit/schema.h"

namespace tenscope {

namespace {

constexpr std::array<std::string_view, 7> drawn = {"Bernoulli",        "Dropout",       "Multinomial",      "RandomNormal",
                                                   "RandomNormalLike", "RandomUniform", "RandomUniformLike"};

// Since IR version 4 a stored tensor that is an input as well is a default, which callers may override; before, all were
// listed so.
bool isFixed(const Model& model, ValueId id)
{
    constexpr std::int64_t firstWithDefaults = 4;
    const Value& value = model.value(id);
    if (!value.tensor)
        return false;
    const std::vector<ValueId>& inputs = model.graph(value.graph).inputs;
    return model.irVersion < firstWithDefaults || std::find(inputs.begin(), inputs.end(), id) == inputs.end();
}

bool isPure(const Model& model, NodeId id)
{
    const Operator& op = model.op(id);
    return schema(model, op) && std::find(drawn.begin(), drawn.end(), op.name) == drawn.end() && model.bodies(id).empty() &&
           !model.node(id).outputs().empty();
}

}  // namespace

std::vector<bool> constantNodes(const Model& model)
{
    std::vector<bool> isConstant(model.nodeCount());
    if (model.format != Format::Onnx || !model.mainGraph)
        return isConstant;
    // Nodes may stand in any order, so each waits for as many inputs as nodes compute.
    constexpr std::size_t never = std::size_t(-1);
    std::vector<std::size_t> waits(model.nodeCount(), never);
    std::vector<NodeId> open;
    for (const NodeId id : model.nodes(model.mainGraph)) {
        const std::vector<Input>& inputs = model.node(id).inputs();
        const auto mayBe = [&](const Input& input) {
            return !input.value || model.value(input.value).producer() || isFixed(model, input.value);
        };
        if (!isPure(model, id) || !std::all_of(inputs.begin(), inputs.end(), mayBe))
            continue;
        waits[id.index()] = std::size_t(std::count_if(inputs.begin(), inputs.end(), [&](const Input& input) {
            return input.value && model.value(input.value).producer();
        }));
        if (waits[id.index()] == 0)
            open.push_back(id);
    }
    while (!open.empty()) {
        const NodeId id = open.back();
        open.pop_back();
        isConstant[id.index()] = true;
        for (const ValueId output : model.node(id).outputs())
            for (const Use& use : model.value(output).uses())
                if (std::size_t& left = waits[use.node.index()]; left != never && --left == 0)
                    open.push_back(use.node);
    }
    return isConstant;
}

}  // namespace tenscope

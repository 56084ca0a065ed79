#include "core/edit/quickfix.h"

#include <algorithm>

#include "core/edit/apply.h"
#include "core/edit/editrecorder.h"
#include "core/formats/onnx/graphorder.h"
#include "core/formats/onnx/operatorcatalog.h"

namespace tenscope {

namespace {

// Whether nothing gives the value: no node, no caller, no file.
bool isUndefined(const Model& model, ValueId id)
{
    const Value& value = model.value(id);
    const std::vector<ValueId>& inputs = model.graph(value.graph).inputs;
    return !value.producer() && !value.tensor && std::find(inputs.begin(), inputs.end(), id) == inputs.end();
}

std::optional<Edit> sorted(const Model& model, GraphId graph)
{
    EditRecorder recorder(model);
    const std::vector<NodeId> order = inOrder(model, graph);
    // From the end, so that each finds what it stands before where it belongs already.
    NodeId next;
    for (auto node = order.rbegin(); node != order.rend(); ++node) {
        if (recorder.model().node(*node).next() != next && !recorder.add(MoveNode{*node, next}))
            return std::nullopt;
        next = *node;
    }
    if (recorder.isEmpty())
        return std::nullopt;
    return recorder.take();
}

std::optional<QuickFix> fixOf(const Model& model, NodeId id)
{
    const Node& node = model.node(id);
    const std::string& domain = model.op(id).domain;
    if (!model.opsets.contains(domain) && !model.function(model.op(id))) {
        const int newest = OperatorCatalog::builtIn().newestVersion(domain);
        return QuickFix{QuickFix::Kind::ImportOpset, domain.empty() ? "ai.onnx" : domain, SetOpset{domain, std::max(newest, 1), {}}};
    }
    for (const Input& input : node.inputs())
        if (input.value && isUndefined(model, input.value) && !model.value(input.value).name.empty())
            return QuickFix{QuickFix::Kind::MakeInput, model.value(input.value).name,
                            AddGraphInput{model.value(input.value).graph, {}, input.value, {}}};
    if (!isInOrder(model, node.graph))
        if (auto edit = sorted(model, node.graph))
            return QuickFix{QuickFix::Kind::SortNodes, model.graph(node.graph).name, std::move(*edit)};
    return std::nullopt;
}

std::optional<QuickFix> fixOf(const Model& model, ValueId id)
{
    const Value& value = model.value(id);
    if (!value.isAlive() || !value.tensor || !value.uses().empty() || isGraphOutput(model, id))
        return std::nullopt;
    const std::vector<ValueId>& inputs = model.graph(value.graph).inputs;
    if (std::find(inputs.begin(), inputs.end(), id) != inputs.end())
        return std::nullopt;
    return QuickFix{QuickFix::Kind::RemoveTensor, value.name, RemoveStoredTensor{id}};
}

}  // namespace

std::optional<QuickFix> quickFix(const Model& model, const Place& place)
{
    if (model.format != Format::Onnx)
        return std::nullopt;
    if (const auto* node = std::get_if<NodeId>(&place))
        return *node && node->index() < model.nodeCount() && model.node(*node).isAlive() ? fixOf(model, *node) : std::nullopt;
    if (const auto* value = std::get_if<ValueId>(&place))
        return *value && value->index() < model.valueCount() ? fixOf(model, *value) : std::nullopt;
    if (const auto* tensor = std::get_if<TensorId>(&place))
        for (std::size_t v = 0; v < model.valueCount(); ++v)
            if (model.value(ValueId(v)).tensor == *tensor)
                return fixOf(model, ValueId(v));
    return std::nullopt;
}

}  // namespace tenscope

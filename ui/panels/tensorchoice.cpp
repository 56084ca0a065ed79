#include "ui/panels/tensorchoice.h"

#include <QCoreApplication>
#include <algorithm>

#include "core/graph/literal.h"
#include "ui/panels/nodetensors.h"
#include "ui/panels/paneltext.h"

namespace tenscope {

namespace {

QString tr(const char* source)
{
    return QCoreApplication::translate("tenscope::TensorPanel", source);
}

// The node that a tensor belongs to, for its colour: the first one that reads it.
OperatorFamily familyOfReader(const Model& model, TensorId tensor)
{
    for (std::size_t i = 0; i < model.valueCount(); ++i) {
        const Value& value = model.value(ValueId(i));
        if (value.tensor == tensor && value.isAlive() && !value.uses().empty())
            return family(model.op(value.uses().front().node));
    }
    return OperatorFamily::Data;
}

// Whether an edit in between left the tensor alone. Another file's tensor lies elsewhere.
bool haveSameData(const Tensor& a, const Tensor& b)
{
    if (a.element != b.element || a.shape != b.shape || a.name != b.name || a.data.index() != b.data.index())
        return false;
    if (const auto* slice = std::get_if<FileSlice>(&a.data)) {
        const auto& other = std::get<FileSlice>(b.data);
        return slice->file == other.file && slice->offset == other.offset && slice->length == other.length;
    }
    if (const auto* owned = std::get_if<OwnedBytes>(&a.data))
        return owned->bytes == std::get<OwnedBytes>(b.data).bytes;
    if (const auto* strings = std::get_if<OwnedStrings>(&a.data))
        return strings->strings == std::get<OwnedStrings>(b.data).strings;
    return false;
}

}  // namespace

QString TensorChoice::title() const
{
    return role.isEmpty() || role == name ? name : role + QStringLiteral(" · ") + name;
}

ElementType TensorChoice::element() const
{
    return stored ? model->tensor(stored).element : activation ? activation->element : ElementType::Undefined;
}

const std::vector<std::int64_t>& TensorChoice::shape() const
{
    static const std::vector<std::int64_t> none;
    return stored ? model->tensor(stored).shape : activation ? activation->shape : none;
}

bool TensorChoice::isSame(const TensorChoice& other) const
{
    if (stored != other.stored || activation.has_value() != other.activation.has_value())
        return false;
    if (stored)
        return model == other.model || haveSameData(model->tensor(stored), other.model->tensor(stored));
    return !activation || (activation->value == other.activation->value && activation->name == other.activation->name &&
                           activation->statistics.mean == other.activation->statistics.mean &&
                           activation->statistics.std == other.activation->statistics.std &&
                           activation->shape == other.activation->shape);
}

std::vector<TensorChoice> tensorChoices(const std::shared_ptr<const Model>& model, const Selection& selection,
                                        const RunOutcome* run)
{
    std::vector<TensorChoice> choices;
    if (selection.value && storedTensor(*model, selection.value))
        choices.push_back(storedChoice(model, storedTensor(*model, selection.value)));
    const NodeId node = selection.current();
    if (node && model->node(node).isAlive()) {
        for (const NodeTensor& item : nodeTensors(*model, node)) {
            TensorChoice choice;
            choice.role = item.role;
            choice.name = tensorTitle(*model, item.tensor, item.value);
            choice.family = family(model->op(node));
            choice.model = model;
            choice.stored = item.tensor;
            choices.push_back(std::move(choice));
        }
    }
    if (!run)
        return choices;
    const auto isOfRun = [node](const NodeRun& item) { return item.node == node; };
    const auto ran = node ? std::find_if(run->nodes.begin(), run->nodes.end(), isOfRun) : run->nodes.end();
    if (ran != run->nodes.end())
        for (std::size_t i = 0; i < ran->outputs.size(); ++i)
            if (ran->outputs[i].isTensor) {
                choices.push_back(activationChoice(model, ran->outputs[i], nullptr));
                choices.back().role = tr("output %1").arg(text(outputName(*model, node, i))).trimmed();
                choices.back().family = family(model->op(node));
            }
    for (std::size_t i = 0; i < run->outputs.size(); ++i)
        if (selection.value && run->outputs[i].value == selection.value && run->outputs[i].isTensor)
            choices.push_back(activationChoice(model, run->outputs[i],
                                               i < run->outputTensors.size() ? &run->outputTensors[i] : nullptr));
    return choices;
}

TensorChoice storedChoice(const std::shared_ptr<const Model>& model, TensorId tensor)
{
    TensorChoice choice;
    choice.name = tensorTitle(*model, tensor, {});
    // A weight is known by its value's name, where the tensor itself has none.
    for (std::size_t i = 0; model->tensor(tensor).name.empty() && i < model->valueCount(); ++i)
        if (model->value(ValueId(i)).tensor == tensor) {
            choice.name = tensorTitle(*model, tensor, ValueId(i));
            break;
        }
    choice.family = familyOfReader(*model, tensor);
    choice.model = model;
    choice.stored = tensor;
    return choice;
}

TensorChoice activationChoice(const std::shared_ptr<const Model>& model, const ValueRun& activation, const Tensor* whole)
{
    TensorChoice choice;
    choice.role = tr("output");
    choice.name = text(activation.name);
    choice.model = model;
    choice.activation = activation;
    if (activation.value && model->value(activation.value).producer())
        choice.family = family(model->op(model->value(activation.value).producer()));
    if (whole)
        choice.whole = *whole;
    return choice;
}

}  // namespace tenscope

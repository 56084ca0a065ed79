#include "ui/panels/nodetensors.h"

#include <QCoreApplication>

#include "core/graph/literal.h"
#include "ui/panels/paneltext.h"

namespace tenscope {

std::vector<NodeTensor> nodeTensors(const Model& model, NodeId node)
{
    std::vector<NodeTensor> tensors;
    for (const DataInput& input : dataInputs(model, node)) {
        const TensorId tensor = storedTensor(model, input.value);
        if (!tensor)
            continue;
        QString role = text(inputName(model, node, input.input));
        if (role.isEmpty())
            role = tensorTitle(model, tensor, input.value);
        tensors.push_back({role, tensor, input.value});
    }
    for (const Attribute& attribute : model.node(node).attributes) {
        if (const auto* tensor = std::get_if<TensorId>(&attribute.value))
            tensors.push_back({text(attribute.name), *tensor, {}});
        else if (const auto* several = std::get_if<std::vector<TensorId>>(&attribute.value))
            for (std::size_t i = 0; i < several->size(); ++i)
                tensors.push_back({QStringLiteral("%1[%2]").arg(text(attribute.name)).arg(i), (*several)[i], {}});
    }
    return tensors;
}

QString tensorTitle(const Model& model, TensorId tensor, ValueId value)
{
    if (value && !model.value(value).name.empty())
        return text(model.value(value).name);
    const std::string& name = model.tensor(tensor).name;
    return name.empty() ? QCoreApplication::translate("tenscope::NodeTensors", "constant") : text(name);
}

}  // namespace tenscope

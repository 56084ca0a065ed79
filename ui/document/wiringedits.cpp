#include "ui/document/wiringedits.h"

#include <QCoreApplication>

#include "ui/document/document.h"

namespace tenscope {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(WiringEdits)
};

QString named(const OperatorName& op)
{
    return QString::fromStdString(op.name);
}

Result<Touched> carryOut(Document& document, Result<Edit> edit, const QString& text)
{
    if (!edit)
        return fail(std::move(edit.error()));
    return document.edit(std::move(*edit), text);
}

Result<Touched> carryOutAndSelect(Document& document, Result<Edit> edit, const QString& text)
{
    const NodeId added(document.model()->nodeCount());
    Result<Touched> touched = carryOut(document, std::move(edit), text);
    if (touched)
        document.reveal(added);
    return touched;
}

Result<Touched> add(Document& document, const OperatorName& op, const std::vector<ValueId>& inputs)
{
    return carryOutAndSelect(document, addOperator(*document.model(), document.currentGraph(), op, inputs), Text::tr("Add %1").arg(named(op)));
}

}  // namespace

Result<Touched> addAtSelection(Document& document, const OperatorName& op)
{
    const Model& model = *document.model();
    const Selection& selection = document.selection();
    std::vector<ValueId> inputs;
    if (selection.value)
        inputs.push_back(selection.value);
    for (const NodeId node : selection.nodes)
        if (model.node(node).graph == document.currentGraph() && !model.node(node).outputs().empty())
            inputs.push_back(model.node(node).outputs().front());
    return add(document, op, inputs);
}

Result<Touched> addLoose(Document& document, const OperatorName& op)
{
    return add(document, op, {});
}

Result<Touched> insertOnEdge(Document& document, const Destination& destination, const OperatorName& op)
{
    return carryOutAndSelect(document, insertOperator(*document.model(), destination, op), Text::tr("Insert %1").arg(named(op)));
}

Result<Touched> replaceNode(Document& document, NodeId node, const OperatorName& op)
{
    Result<Touched> touched = carryOut(document, replaceOperator(*document.model(), node, op), Text::tr("Replace by %1").arg(named(op)));
    if (touched)
        document.reveal(node);
    return touched;
}

Result<Touched> connectTo(Document& document, ValueId value, const Destination& destination)
{
    return carryOut(document, connectValue(*document.model(), value, destination), Text::tr("Connect"));
}

Result<Touched> moveEnd(Document& document, const Destination& from, const std::optional<Destination>& to)
{
    if (to)
        return carryOut(document, moveConnection(*document.model(), from, *to), Text::tr("Reconnect"));
    return carryOut(document, removeConnection(*document.model(), from), Text::tr("Disconnect"));
}

}  // namespace tenscope

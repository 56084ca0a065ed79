#include "ui/graphview/nodedescription.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

#include "core/graph/literal.h"
#include "core/graph/text.h"
#include "ui/diagram/nodetext.h"

namespace tenscope {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("GraphView", text);
}

QString typeText(const Model& model, ValueId id)
{
    if (const TensorId tensor = storedTensor(model, id))
        return QString::fromStdString(toString(model.tensor(tensor).type()));
    return QString::fromStdString(toString(model.value(id).type));
}

QString nameOf(const Model& model, ValueId id)
{
    const QString name = QString::fromStdString(model.value(id).name);
    return name.isEmpty() ? QStringLiteral("%") + QString::number(id.index()) : name;
}

QString row(const QString& left, const QString& right)
{
    return QStringLiteral("<tr><td style='padding-right:10px'>%1</td><td>%2</td></tr>").arg(left.toHtmlEscaped(), right.toHtmlEscaped());
}

QString cut(const QString& text, int most)
{
    return text.size() <= most ? text : text.left(most - 1) + u'\u2026';
}

constexpr std::size_t mostValues = 8;  // in a list of a tooltip

QString valueRows(const Model& model, const QString& name, std::span<const ValueId> values)
{
    QString html;
    for (std::size_t i = 0; i < std::min(values.size(), mostValues); ++i)
        html += row(i == 0 ? name : QString(), typeText(model, values[i]) + QStringLiteral("   ") + cut(nameOf(model, values[i]), 60));
    if (values.size() > mostValues)
        html += row({}, tr("and more"));
    return html;
}

}  // namespace

QString valueAsText(const Model& model, ValueId id)
{
    return nameOf(model, id) + QStringLiteral(": ") + typeText(model, id);
}

QString nodeAsText(const Model& model, NodeId id)
{
    const Node& node = model.node(id);
    QStringList lines;
    QString first = QString::fromStdString(qualifiedName(model, id));
    if (!node.name.empty())
        first += u' ' + QString::fromStdString(node.name);
    lines << first;
    if (node.scope)
        lines << QStringLiteral("  module: ") + QString::fromStdString(model.path(node.scope));
    for (const Argument& argument : arguments(model, id)) {
        const QString name = argument.name.empty() ? QStringLiteral("?") : QString::fromStdString(argument.name);
        lines << QStringLiteral("  %1: %2").arg(name, argument.text.empty() && argument.value ? valueAsText(model, argument.value)
                                                                                             : QString::fromStdString(argument.text));
    }
    for (std::size_t i = 0; i < node.outputs().size(); ++i) {
        const QString name = QString::fromStdString(outputName(model, id, i));
        lines << QStringLiteral("  \u2192 %1%2").arg(name.isEmpty() ? QString() : name + QStringLiteral(" = "), valueAsText(model, node.outputs()[i]));
    }
    return lines.join(u'\n');
}

QString boxAsText(const Model& model, const DiagramBox& box)
{
    if (box.node)
        return nodeAsText(model, box.node);
    if (box.value)
        return valueAsText(model, box.value);
    QString text = box.title;
    if (!box.name.isEmpty())
        text += u' ' + box.name;
    for (const DiagramLine& line : box.lines)
        text += QStringLiteral("\n  ") + line.text;
    return text;
}

QString nodeToolTip(const Model& model, NodeId id)
{
    constexpr int mostRows = 14;
    const Node& node = model.node(id);
    QString html = QStringLiteral("<p style='white-space:pre'><b>%1</b>").arg(QString::fromStdString(qualifiedName(model, id)).toHtmlEscaped());
    if (!node.name.empty())
        html += QStringLiteral("&nbsp; %1").arg(cut(QString::fromStdString(node.name), 90).toHtmlEscaped());
    html += QStringLiteral("</p>");
    if (!model.op(id).isKnown)
        html += QStringLiteral("<p>%1</p>").arg(tr("This operator is not known here: it is shown, but cannot run.").toHtmlEscaped());
    html += QStringLiteral("<table cellspacing='0' style='white-space:pre'>");
    if (node.scope)
        html += row(tr("module"), cut(QString::fromStdString(model.path(node.scope)), 90));
    int rows = 0;
    std::size_t left = 0;
    const auto add = [&](const QString& name, const QString& text) {
        if (rows++ < mostRows)
            html += row(name, cut(text, 90));
        else
            ++left;
    };
    for (const Argument& argument : arguments(model, id)) {
        const QString name = argument.name.empty() ? tr("input") : QString::fromStdString(argument.name);
        if (argument.text == "None")
            continue;
        add(name, argument.text.empty() && argument.value ? typeText(model, argument.value) + QStringLiteral("   ") + nameOf(model, argument.value)
                                                          : QString::fromStdString(argument.text));
    }
    for (std::size_t i = 0; i < node.outputs().size(); ++i) {
        const QString name = QString::fromStdString(outputName(model, id, i));
        add(QStringLiteral("\u2192 ") + (name.isEmpty() ? tr("output") : name), typeText(model, node.outputs()[i]) + QStringLiteral("   ") + nameOf(model, node.outputs()[i]));
    }
    html += QStringLiteral("</table>");
    if (left > 0)
        html += QStringLiteral("<p>%1</p>").arg(tr("and %L1 more").arg(left).toHtmlEscaped());
    return html;
}

QString moduleToolTip(const Model& model, const Diagram& diagram, Diagram::Index index)
{
    const DiagramBox& box = diagram.boxes()[index];
    const Module& module = diagram.hierarchy()->module(box.module);
    QString html = QStringLiteral("<p style='white-space:pre'><b>%1</b>").arg(cut(box.title, 90).toHtmlEscaped());
    if (module.repeats > 1)
        html += QStringLiteral("&nbsp; ") + tr("one of %L1 that are equal but for their weights").arg(module.repeats).toHtmlEscaped();
    html += QStringLiteral("</p><table cellspacing='0' style='white-space:pre'>");
    if (module.scope)
        html += row(tr("module"), cut(QString::fromStdString(model.path(module.scope)), 90));
    html += row(tr("nodes"), tr("%L1").arg(module.nodeCount));
    if (module.parameters > 0)
        html += row(tr("parameters"), tr("%L1").arg(module.parameters));
    const auto flow = [&](const QString& name, std::span<const Diagram::Index> edges) {
        std::vector<ValueId> values;
        for (const Diagram::Index edge : edges)
            for (const ValueId value : diagram.values(edge))
                if (std::find(values.begin(), values.end(), value) == values.end() && values.size() <= mostValues)
                    values.push_back(value);
        html += valueRows(model, name, values);
    };
    flow(tr("reads"), diagram.edgesInto(index));
    flow(tr("gives"), diagram.edgesOutOf(index));
    return html + QStringLiteral("</table>");
}

QString valuesToolTip(const Model& model, std::span<const ValueId> values)
{
    if (values.size() == 1)
        return valueToolTip(model, values.front());
    return QStringLiteral("<p><b>%1</b></p><table cellspacing='0' style='white-space:pre'>").arg(tr("%L1 values").arg(values.size()).toHtmlEscaped()) +
           valueRows(model, {}, values) + QStringLiteral("</table>");
}

QString valueToolTip(const Model& model, ValueId id)
{
    const Value& value = model.value(id);
    QString html = QStringLiteral("<p style='white-space:pre'><b>%1</b>&nbsp; %2</p><table cellspacing='0' style='white-space:pre'>")
                       .arg(cut(nameOf(model, id), 90).toHtmlEscaped(), typeText(model, id).toHtmlEscaped());
    if (value.producer())
        html += row(tr("from"), cut(QString::fromStdString(displayName(model, value.producer())), 90));
    if (value.uses().size() == 1)
        html += row(tr("to"), cut(QString::fromStdString(displayName(model, value.uses().front().node)), 90));
    else if (!value.uses().empty())
        html += row(tr("to"), tr("%L1 inputs").arg(value.uses().size()));
    return html + QStringLiteral("</table>");
}

QString spokenBox(const Model& model, const DiagramBox& box)
{
    switch (box.kind) {
    case DiagramBox::Kind::Node: {
        QString text = QString::fromStdString(qualifiedName(model, box.node)) + u' ' + box.name;
        for (const DiagramLine& line : box.lines)
            text += QStringLiteral(", ") + line.text;
        return text.trimmed();
    }
    case DiagramBox::Kind::Module:
        return tr("Module %1, %2").arg(box.title, box.isExpanded ? tr("unfolded") : tr("folded"));
    case DiagramBox::Kind::Input:
        return tr("Input %1").arg(valueAsText(model, box.value));
    case DiagramBox::Kind::Output:
        return box.value ? tr("Output %1").arg(valueAsText(model, box.value)) : tr("Output that nothing defines");
    case DiagramBox::Kind::Stub:
        return tr("From the graph around: %1").arg(valueAsText(model, box.value));
    }
    return {};
}

}  // namespace tenscope

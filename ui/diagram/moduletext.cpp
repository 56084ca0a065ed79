#include "ui/diagram/moduletext.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

#include "core/graph/operatorfamily.h"
#include "core/graph/text.h"

namespace tenscope {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("Diagram", text);
}

// The operators that make a module what it is: without the shuffling of shapes, unless there is nothing else.
QString patternOf(const Model& model, const Hierarchy& hierarchy, ModuleId id)
{
    constexpr int most = 4;
    constexpr int longestLook = 4000;  // nodes; a pattern shows itself earlier
    QStringList main, other;
    std::vector<ModuleMember> pending{{NodeId(), id}};
    for (int seen = 0; !pending.empty() && seen < longestLook; ++seen) {
        const ModuleMember member = pending.back();
        pending.pop_back();
        if (member.module) {
            const std::vector<ModuleMember>& members = hierarchy.module(member.module).members;
            pending.insert(pending.end(), members.rbegin(), members.rend());
            continue;
        }
        const Operator& op = model.op(member.node);
        const OperatorFamily group = family(op);
        const bool isMain = group != OperatorFamily::Shape && group != OperatorFamily::Data;
        QStringList& list = isMain ? main : other;
        const QString name = QString::fromStdString(op.name);
        if (list.size() <= most && !list.contains(name))
            list << name;
    }
    QStringList& shown = main.isEmpty() ? other : main;
    const bool isCut = shown.size() > most;
    QString text = shown.mid(0, most).join(QStringLiteral(" \u00b7 "));
    return isCut ? text + QStringLiteral(" \u2026") : text;
}

}  // namespace

QString moduleName(const Hierarchy& hierarchy, ModuleId id)
{
    const Module& module = hierarchy.module(id);
    QString name = QString::fromStdString(module.name);
    const bool isNumber = !name.isEmpty() && std::all_of(name.begin(), name.end(), [](QChar c) { return c.isDigit(); });
    if (isNumber && module.parent && module.parent != hierarchy.root())
        name = moduleName(hierarchy, module.parent) + u'.' + name;
    return name;
}

ModuleText moduleText(const Model& model, const Hierarchy& hierarchy, ModuleId id)
{
    const Module& module = hierarchy.module(id);
    ModuleText text;
    text.title = moduleName(hierarchy, id);
    if (!module.className.empty())
        text.title += QStringLiteral(" \u00b7 ") + QString::fromStdString(module.className);
    if (module.repeats > 1)
        text.repeats = QStringLiteral("\u00d7%L1").arg(module.repeats);
    text.pattern = patternOf(model, hierarchy, id);
    const QString nodes = module.nodeCount == 1 ? tr("1 node") : tr("%L1 nodes").arg(module.nodeCount);
    text.size = module.parameters == 0 ? nodes
                                       : tr("%1 parameters").arg(QString::fromStdString(siCount(module.parameters))) + QStringLiteral(" \u00b7 ") + nodes;
    return text;
}

}  // namespace tenscope

#include "ui/diagram/moduletext.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "core/graph/operatorfamily.h"
#include "core/graph/text.h"
#include "ui/diagram/nodetext.h"

namespace tenscope {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("Diagram", text);
}

// How much an operator tells of what a module is for; the less, the more.
int rank(OperatorFamily group)
{
    switch (group) {
    case OperatorFamily::Product:
    case OperatorFamily::Attention:
        return 0;
    case OperatorFamily::Normalization:
    case OperatorFamily::Activation:
    case OperatorFamily::Quantization:
    case OperatorFamily::ControlFlow:
    case OperatorFamily::Unknown:
        return 1;
    case OperatorFamily::Reduction:
        return 2;
    case OperatorFamily::ElementWise:
        return 3;
    case OperatorFamily::Shape:
    case OperatorFamily::Data:
        break;
    }
    return 4;
}

// The operators that make a module what it is, in the order of their first appearance.
QString patternOf(const Model& model, const Hierarchy& hierarchy, ModuleId id)
{
    constexpr std::size_t most = 4;
    constexpr int longestLook = 4000;  // nodes; a pattern shows itself earlier
    struct Kind {
        OperatorId op;
        int rank = 0, count = 0, first = 0;
    };
    std::vector<Kind> kinds;
    std::unordered_map<OperatorId, std::size_t> known;
    std::vector<ModuleMember> pending{{NodeId(), id}};
    for (int seen = 0; !pending.empty() && seen < longestLook; ++seen) {
        const ModuleMember member = pending.back();
        pending.pop_back();
        if (member.module) {
            const std::vector<ModuleMember>& members = hierarchy.module(member.module).members;
            pending.insert(pending.end(), members.rbegin(), members.rend());
            continue;
        }
        const OperatorId op = model.node(member.node).op;
        const auto [entry, isNew] = known.emplace(op, kinds.size());
        if (isNew)
            kinds.push_back({op, rank(family(model.op(op))), 0, int(kinds.size())});
        ++kinds[entry->second].count;
    }
    std::sort(kinds.begin(), kinds.end(), [](const Kind& a, const Kind& b) { return std::tuple(a.rank, -a.count, a.first) < std::tuple(b.rank, -b.count, b.first); });
    // The shuffling of shapes says something only where there is nothing else.
    const bool hasMain = !kinds.empty() && kinds.front().rank < rank(OperatorFamily::Shape);
    if (hasMain)
        std::erase_if(kinds, [](const Kind& kind) { return kind.rank >= rank(OperatorFamily::Shape); });
    const bool isCut = kinds.size() > most;
    kinds.resize(std::min(kinds.size(), most));
    std::sort(kinds.begin(), kinds.end(), [](const Kind& a, const Kind& b) { return a.first < b.first; });
    QStringList names;
    for (const Kind& kind : kinds)
        if (const QString name = QString::fromStdString(model.op(kind.op).name); !names.contains(name))
            names << name;
    const QString text = names.join(QStringLiteral(" \u00b7 "));
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
        text.repeats = QStringLiteral("\u00d7") + groupedNumber(module.repeats);
    text.pattern = patternOf(model, hierarchy, id);
    const QString nodes = module.nodeCount == 1 ? tr("1 node") : tr("%1 nodes").arg(groupedNumber(module.nodeCount));
    text.size = module.parameters == 0 ? nodes
                                       : tr("%1 parameters").arg(QString::fromStdString(siCount(module.parameters))) + QStringLiteral(" \u00b7 ") + nodes;
    return text;
}

}  // namespace tenscope

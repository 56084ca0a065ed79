#include "ui/panels/outlinemodel.h"

#include <algorithm>
#include <cctype>

#include "core/graph/literal.h"
#include "core/graph/text.h"
#include "ui/panels/paneltext.h"

namespace tenscope {

namespace {

using Kind = OutlineEntry::Kind;

// "/layer1/layer1.0/conv1/Conv" is known by its last part in a tree that shows the others above it.
std::string lastPart(const std::string& name)
{
    const std::size_t slash = name.find_last_of('/');
    return slash == std::string::npos || slash + 1 == name.size() ? name : name.substr(slash + 1);
}

}  // namespace

void OutlineModel::setTree(std::shared_ptr<const Model> model, std::shared_ptr<const OutlineTree> tree, const QString& title)
{
    beginResetModel();
    m_model = std::move(model);
    m_tree = std::move(tree);
    m_title = title;
    endResetModel();
}

const OutlineEntry* OutlineModel::entry(const QModelIndex& index) const
{
    return m_tree && index.isValid() ? &m_tree->entries[index.internalId()] : nullptr;
}

QModelIndex OutlineModel::indexOf(std::uint32_t entry, int column) const
{
    if (!m_tree || entry == OutlineTree::none)
        return {};
    return createIndex(int(m_tree->entries[entry].row), column, quintptr(entry));
}

QModelIndex OutlineModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    if (!parent.isValid())
        return createIndex(row, column, quintptr(0));
    const OutlineEntry& above = m_tree->entries[parent.internalId()];
    return createIndex(row, column, quintptr(m_tree->children[above.firstChild + std::uint32_t(row)]));
}

QModelIndex OutlineModel::parent(const QModelIndex& child) const
{
    if (!child.isValid() || child.internalId() == 0)
        return {};
    return indexOf(m_tree->entries[child.internalId()].parent);
}

int OutlineModel::rowCount(const QModelIndex& parent) const
{
    if (!m_tree || parent.column() > 0)
        return 0;
    return parent.isValid() ? int(m_tree->entries[parent.internalId()].childCount) : 1;
}

int OutlineModel::columnCount(const QModelIndex&) const
{
    return ColumnCount;
}

QVariant OutlineModel::data(const QModelIndex& index, int role) const
{
    const OutlineEntry* item = entry(index);
    if (!item)
        return {};
    if (index.column() == ParametersColumn) {
        switch (role) {
        case Qt::DisplayRole:
            return item->parameters ? text(siCount(item->parameters)) : QString();
        case Qt::ToolTipRole:
            return item->parameters ? tr("%1 parameters").arg(grouped(item->parameters)) : QString();
        case Qt::TextAlignmentRole:
            return int(Qt::AlignRight | Qt::AlignVCenter);
        default:
            return {};
        }
    }
    switch (role) {
    case Qt::DisplayRole:
        return nameOf(*item);
    case DetailRole:
        return detailOf(*item);
    case FamilyRole:
        return item->kind == Kind::Node ? QVariant(int(family(m_model->op(item->node)))) : QVariant();
    case MatchRole:
        return item->isMatch;
    case Qt::ToolTipRole:
        return toolTipOf(*item);
    case Qt::AccessibleTextRole: {
        const QString detail = detailOf(*item);
        return detail.isEmpty() ? nameOf(*item) : nameOf(*item) + QStringLiteral(", ") + detail;
    }
    default:
        return {};
    }
}

QVariant OutlineModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == NameColumn ? tr("Module") : tr("Parameters");
}

Qt::ItemFlags OutlineModel::flags(const QModelIndex& index) const
{
    const OutlineEntry* item = entry(index);
    if (!item)
        return Qt::NoItemFlags;
    const Qt::ItemFlags usable = Qt::ItemIsEnabled | Qt::ItemIsSelectable;
    return item->childCount == 0 ? usable | Qt::ItemNeverHasChildren : usable;
}

QString OutlineModel::nameOf(const OutlineEntry& item) const
{
    switch (item.kind) {
    case Kind::Model:
        return m_title;
    case Kind::Module: {
        const QString name = text(m_model->scope(item.scope).name);
        const int times = repeats(item);
        return times > 1 ? name + QStringLiteral(" ×%1").arg(times) : name;
    }
    case Kind::Node:
        return item.scope ? text(m_model->scope(item.scope).name) : text(qualifiedName(*m_model, item.node));
    case Kind::Graph: {
        const Graph& graph = m_model->graph(item.graph);
        return text(graph.role.empty() ? graph.name : graph.role);
    }
    case Kind::Function:
        return text(m_model->graph(item.graph).name);
    }
    return {};
}

QString OutlineModel::detailOf(const OutlineEntry& item) const
{
    switch (item.kind) {
    case Kind::Module:
        return text(m_model->scope(item.scope).className);
    case Kind::Node: {
        const QString op = text(qualifiedName(*m_model, item.node));
        if (item.scope)
            return op;
        const QString name = text(lastPart(displayName(*m_model, item.node)));
        return name == op ? QString() : name;
    }
    case Kind::Function:
        return tr("function");
    case Kind::Model:
    case Kind::Graph:
        break;
    }
    return {};
}

QString OutlineModel::toolTipOf(const OutlineEntry& item) const
{
    switch (item.kind) {
    case Kind::Module: {
        const QString className = text(m_model->scope(item.scope).className);
        const QString path = text(m_model->path(item.scope));
        return className.isEmpty() ? path : path + QStringLiteral(" · ") + className;
    }
    case Kind::Node:
        return text(qualifiedName(*m_model, item.node)) + QStringLiteral(" · ") + text(displayName(*m_model, item.node));
    case Kind::Graph:
    case Kind::Function:
        return tr("nodes: %1").arg(operatorCount(*m_model, item.graph));
    case Kind::Model:
        break;
    }
    return m_title;
}

// A module whose children are numbered is a list of blocks: "layer1 ×3".
int OutlineModel::repeats(const OutlineEntry& item) const
{
    for (std::uint32_t i = 0; i < item.childCount; ++i) {
        const OutlineEntry& child = m_tree->entries[m_tree->children[item.firstChild + i]];
        if (!child.scope)
            return 0;
        const std::string& name = m_model->scope(child.scope).name;
        if (!std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isdigit(c); }))
            return 0;
    }
    return int(item.childCount);
}

}  // namespace tenscope

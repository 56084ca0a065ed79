#include "ui/panels/runmodel.h"

#include <algorithm>
#include <limits>

#include "core/graph/text.h"
#include "ui/panels/paneltext.h"
#include "ui/panels/tabletools.h"
#include "ui/theme/theme.h"

namespace tenscope {

void RunModel::setRun(std::shared_ptr<const Model> model, std::vector<NodeRun> nodes)
{
    beginResetModel();
    m_model = std::move(model);
    m_nodes = std::move(nodes);
    m_rows.clear();
    for (std::size_t i = 0; i < m_nodes.size(); ++i)
        m_rows.emplace(m_nodes[i].node, int(i));
    sum();
    endResetModel();
}

void RunModel::add(const std::vector<NodeRun>& nodes)
{
    std::vector<const NodeRun*> fresh;
    for (const NodeRun& node : nodes) {
        if (const int row = rowOf(node.node); row >= 0)
            m_nodes[std::size_t(row)] = node;
        else
            fresh.push_back(&node);
    }
    if (!fresh.empty()) {
        // The same node may be in one delivery twice, from a loop.
        std::vector<NodeRun> added;
        const int first = rowCount();
        for (const NodeRun* node : fresh) {
            const auto [entry, isNew] = m_rows.emplace(node->node, first + int(added.size()));
            if (isNew)
                added.push_back(*node);
            else
                added[std::size_t(entry->second - first)] = *node;
        }
        beginInsertRows({}, first, first + int(added.size()) - 1);
        m_nodes.insert(m_nodes.end(), added.begin(), added.end());
        endInsertRows();
    }
    sum();
    if (!m_nodes.empty())
        emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

void RunModel::clear()
{
    setRun(nullptr, {});
}

void RunModel::sum()
{
    m_total = m_slowest = 0;
    for (const NodeRun& node : m_nodes) {
        m_total += node.milliseconds;
        m_slowest = std::max(m_slowest, node.milliseconds);
    }
}

const ValueRun* RunModel::output(int row) const
{
    const NodeRun& item = node(row);
    const auto found = std::find_if(item.outputs.begin(), item.outputs.end(), [](const ValueRun& v) { return v.isTensor; });
    return found == item.outputs.end() ? nullptr : &*found;
}

int RunModel::rowOf(NodeId node) const
{
    const auto found = m_rows.find(node);
    return found == m_rows.end() ? -1 : found->second;
}

int RunModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_nodes.size());
}

int RunModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RunModel::textAt(const NodeRun& item, const ValueRun* output, int column, bool exact) const
{
    const auto show = [exact](double value) { return exact ? exactNumber(value) : number(value); };
    if (column == NodeColumn)
        return text(displayName(*m_model, item.node));
    if (column == OperatorColumn)
        return text(qualifiedName(*m_model, item.node));
    if (item.executions == 0)
        return column == TimeColumn ? tr("not run") : QString();
    if (column == TimeColumn)
        return exact ? exactNumber(item.milliseconds) : duration(item.milliseconds);
    if (column == ShareColumn)
        return m_total > 0 ? percent(item.milliseconds / m_total) : QString();
    if (!output) {
        // What is no tensor is shown as it is: an int, a list of ints.
        return column == OutputColumn && !item.outputs.empty() ? text(item.outputs.front().text).left(200) : QString();
    }
    const TensorStatistics& statistics = output->statistics;
    const bool hasFinite = statistics.finite() > 0;
    switch (column) {
    case OutputColumn:
        return exact ? typeText(output->element, output->shape) : shapeText(output->shape);
    case MinColumn:
        return hasFinite ? show(statistics.min) : QString();
    case MaxColumn:
        return hasFinite ? show(statistics.max) : QString();
    case MeanColumn:
        return hasFinite ? show(statistics.mean) : QString();
    case NanColumn:
        return exact ? QString::number(statistics.nan) : text(siCount(statistics.nan));
    default:
        return {};
    }
}

QVariant RunModel::sortAt(const NodeRun& item, const ValueRun* output, int column) const
{
    constexpr double none = -std::numeric_limits<double>::infinity();
    const bool hasFinite = output && output->statistics.finite() > 0;
    switch (column) {
    case TimeColumn:
    case ShareColumn:
        return item.executions ? item.milliseconds : none;
    case OutputColumn:
        return output ? double(output->statistics.elements) : none;
    case MinColumn:
        return hasFinite ? output->statistics.min : none;
    case MaxColumn:
        return hasFinite ? output->statistics.max : none;
    case MeanColumn:
        return hasFinite ? output->statistics.mean : none;
    case NanColumn:
        return output ? double(output->statistics.nan) : none;
    default:
        return textAt(item, output, column, false);
    }
}

QVariant RunModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || !m_model)
        return {};
    const NodeRun& item = node(index.row());
    const ValueRun* shown = output(index.row());
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return textAt(item, shown, column, false);
    case copyRole:
        return textAt(item, shown, column, true);
    case sortRole:
        return sortAt(item, shown, column);
    case FilterRole:
        return column == NodeColumn || column == OperatorColumn ? textAt(item, shown, column, false) : QVariant();
    case ShareRole:
        return m_total > 0 ? item.milliseconds / m_total : 0.0;
    case BarRole:
        return m_slowest > 0 ? item.milliseconds / m_slowest : 0.0;
    case Qt::TextAlignmentRole:
        return int((column >= TimeColumn && column != ShareColumn ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::FontRole:
        return column >= OutputColumn ? QVariant(monospaceFont(0.95)) : QVariant();
    case Qt::ToolTipRole: {
        if (column == TimeColumn && item.executions > 0)
            return tr("%1 ms in %2 executions").arg(exactNumber(item.milliseconds), grouped(item.executions));
        const QString exact = textAt(item, shown, column, true).toString();
        return exact.isEmpty() ? QVariant() : exact;
    }
    default:
        return {};
    }
}

QVariant RunModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section >= TimeColumn && section != ShareColumn ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NodeColumn:
        return tr("Node");
    case OperatorColumn:
        return tr("Operator");
    case OutputColumn:
        return tr("Output");
    case TimeColumn:
        return tr("Time");
    case ShareColumn:
        return tr("Share");
    case MinColumn:
        return tr("Min");
    case MaxColumn:
        return tr("Max");
    case MeanColumn:
        return tr("Mean");
    case NanColumn:
        return tr("NaN");
    default:
        return {};
    }
}

}  // namespace tenscope

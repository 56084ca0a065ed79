#include "ui/panels/issuesmodel.h"

#include <algorithm>

#include "core/graph/text.h"
#include "ui/panels/paneltext.h"
#include "ui/panels/tabletools.h"

namespace tenscope {

void IssuesModel::setIssues(std::shared_ptr<const Model> model, std::vector<Issue> issues)
{
    beginResetModel();
    m_model = std::move(model);
    m_issues = std::move(issues);
    endResetModel();
}

void IssuesModel::setTheme(const Theme& theme)
{
    m_theme = theme;
    if (!m_issues.empty())
        emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1), {Qt::ForegroundRole});
}

int IssuesModel::count(Severity severity) const
{
    return int(std::count_if(m_issues.begin(), m_issues.end(), [severity](const Issue& i) { return i.severity == severity; }));
}

int IssuesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_issues.size());
}

int IssuesModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant IssuesModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const Issue& item = issue(index.row());
    if (index.column() == SeverityColumn) {
        if (role == Qt::ForegroundRole)
            return item.severity == Severity::Error     ? m_theme.error
                   : item.severity == Severity::Warning ? m_theme.warning
                                                        : m_theme.information;
        if (role == sortRole)
            return -int(item.severity);  // the worst first
        if (role == Qt::DisplayRole)
            return item.severity == Severity::Error     ? tr("◆ Error")
                   : item.severity == Severity::Warning ? tr("▲ Warning")
                                                        : tr("● Note");
        return {};
    }
    if (role == Qt::ToolTipRole)
        return index.column() == TextColumn
                   ? QVariant(QStringLiteral("<qt>%1</qt>").arg(text(item.text).left(2000).toHtmlEscaped()))
                   : QVariant(placeText(item.place));
    if (role == Qt::DisplayRole || role == sortRole || role == copyRole)
        return index.column() == TextColumn ? text(item.text) : placeText(item.place);
    return {};
}

QVariant IssuesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == SeverityColumn ? tr("Severity") : section == TextColumn ? tr("Issue") : tr("Place");
}

QString IssuesModel::placeText(const Place& place) const
{
    if (!m_model)
        return {};
    const Model& model = *m_model;
    if (const auto* node = std::get_if<NodeId>(&place); node && *node)
        return text(displayName(model, *node));
    if (const auto* value = std::get_if<ValueId>(&place); value && *value)
        return text(model.value(*value).name);
    if (const auto* tensor = std::get_if<TensorId>(&place); tensor && *tensor)
        return text(model.tensor(*tensor).name);
    if (const auto* graph = std::get_if<GraphId>(&place); graph && *graph)
        return text(model.graph(*graph).name);
    return {};
}

}  // namespace tenscope

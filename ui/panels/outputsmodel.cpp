#include "ui/panels/outputsmodel.h"

#include "core/graph/text.h"
#include "ui/panels/paneltext.h"
#include "ui/panels/tabletools.h"
#include "ui/theme/theme.h"

namespace tenscope {

void OutputsModel::setRun(std::shared_ptr<const RunOutcome> run)
{
    beginResetModel();
    m_run = std::move(run);
    endResetModel();
}

int OutputsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_run ? 0 : int(m_run->outputs.size());
}

int OutputsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant OutputsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const ValueRun& output = m_run->outputs[std::size_t(index.row())];
    const int column = index.column();
    if (role == Qt::TextAlignmentRole)
        return int((column >= MinColumn ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role == Qt::FontRole)
        return column > NameColumn ? QVariant(monospaceFont(0.95)) : QVariant();
    const bool exact = role == copyRole || role == Qt::ToolTipRole;
    if (role != Qt::DisplayRole && role != sortRole && !exact)
        return {};
    if (column == NameColumn)
        return text(output.name);
    if (!output.isTensor)
        return column == TypeColumn ? text(output.text).left(exact ? 2000 : 200) : QString();
    const TensorStatistics& statistics = output.statistics;
    const auto show = [&](double value) -> QVariant {
        if (statistics.finite() == 0)
            return {};
        return role == sortRole ? QVariant(value) : exact ? exactNumber(value) : number(value);
    };
    switch (column) {
    case TypeColumn:
        return shapeText(output.shape) + ' ' + text(name(output.element));
    case MinColumn:
        return show(statistics.min);
    case MaxColumn:
        return show(statistics.max);
    case MeanColumn:
        return show(statistics.mean);
    case NanColumn:
        return role == sortRole ? QVariant(double(statistics.nan)) : text(siCount(statistics.nan));
    default:
        return {};
    }
}

QVariant OutputsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section >= MinColumn ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NameColumn:
        return tr("Output");
    case TypeColumn:
        return tr("Type");
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

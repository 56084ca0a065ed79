#include "ui/panels/palettemodel.h"

#include <algorithm>

#include "core/formats/onnx/operatorcatalog.h"
#include "ui/document/operatormimedata.h"
#include "ui/panels/outlinemodel.h"

namespace tenscope {

namespace {

bool holdsAll(const QString& text, const QStringList& words)
{
    return std::all_of(words.begin(), words.end(), [&](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
}

}  // namespace

void PaletteModel::setEntries(std::vector<PaletteEntry> entries)
{
    beginResetModel();
    m_entries = std::move(entries);
    arrange();
    endResetModel();
}

void PaletteModel::setFilter(const QString& filter)
{
    if (filter.simplified() == m_filter)
        return;
    beginResetModel();
    m_filter = filter.simplified();
    arrange();
    endResetModel();
}

void PaletteModel::arrange()
{
    const QStringList words = m_filter.split(u' ', Qt::SkipEmptyParts);
    const auto titleOf = [](const PaletteEntry& entry) { return entry.info ? title(entry.family) : tr("Functions of This Model"); };
    const auto fill = [&](auto matches) {
        m_groups.clear();
        for (std::size_t i = 0; i < m_entries.size(); ++i) {
            const PaletteEntry& entry = m_entries[i];
            if (!matches(entry))
                continue;
            if (m_groups.empty() || m_groups.back().family != entry.family || m_groups.back().isOwn != !entry.info)
                m_groups.push_back({titleOf(entry), entry.family, !entry.info, {}});
            m_groups.back().entries.push_back(i);
        }
    };
    fill([&](const PaletteEntry& entry) {
        return holdsAll(entry.name + u' ' + QString::fromStdString(entry.op.domain) + u' ' + titleOf(entry), words);
    });
    if (m_groups.empty())
        fill([&](const PaletteEntry& entry) {
            return entry.info && holdsAll(QString::fromUtf8(entry.info->doc.data(), qsizetype(entry.info->doc.size())), words);
        });
}

const PaletteEntry* PaletteModel::entry(const QModelIndex& index) const
{
    if (!index.isValid() || index.internalId() == 0)
        return nullptr;
    return &m_entries[m_groups[index.internalId() - 1].entries[std::size_t(index.row())]];
}

QModelIndex PaletteModel::best() const
{
    QModelIndex beginning, first;
    for (int group = 0; group < rowCount(); ++group) {
        const QModelIndex parent = index(group, 0);
        for (int row = 0; row < rowCount(parent); ++row) {
            const QModelIndex candidate = index(row, 0, parent);
            const QString& name = entry(candidate)->name;
            if (name.compare(m_filter, Qt::CaseInsensitive) == 0)
                return candidate;
            if (!beginning.isValid() && name.startsWith(m_filter, Qt::CaseInsensitive))
                beginning = candidate;
            if (!first.isValid())
                first = candidate;
        }
    }
    return beginning.isValid() ? beginning : first;
}

int PaletteModel::matches() const
{
    std::size_t count = 0;
    for (const Group& group : m_groups)
        count += group.entries.size();
    return int(count);
}

QModelIndex PaletteModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    // An operator's id is its family's row and one; a family's is 0.
    return createIndex(row, column, parent.isValid() ? quintptr(parent.row() + 1) : quintptr(0));
}

QModelIndex PaletteModel::parent(const QModelIndex& child) const
{
    if (!child.isValid() || child.internalId() == 0)
        return {};
    return createIndex(int(child.internalId() - 1), 0, quintptr(0));
}

int PaletteModel::rowCount(const QModelIndex& parent) const
{
    if (!parent.isValid())
        return int(m_groups.size());
    return parent.internalId() == 0 && parent.column() == 0 ? int(m_groups[std::size_t(parent.row())].entries.size()) : 0;
}

QVariant PaletteModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const PaletteEntry* operatorEntry = entry(index);
    const Group& group = m_groups[operatorEntry ? index.internalId() - 1 : std::size_t(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return operatorEntry ? operatorEntry->name : group.title;
    case Qt::ToolTipRole:
        return operatorEntry ? tr("%1(%2)\nDrag it onto the diagram, or press Enter to add it at the selection",
                                  "operator and its inputs").arg(operatorEntry->name, operatorEntry->inputs)
                             : QVariant();
    case OutlineModel::DetailRole:
        return operatorEntry ? operatorEntry->inputs : QString::number(group.entries.size());
    case OutlineModel::FamilyRole:
        return int(group.family);
    case OutlineModel::MatchRole:
        return true;
    default:
        return {};
    }
}

Qt::ItemFlags PaletteModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags flags = QAbstractItemModel::flags(index);
    return entry(index) ? flags | Qt::ItemIsDragEnabled | Qt::ItemNeverHasChildren : flags;
}

QStringList PaletteModel::mimeTypes() const
{
    return {QLatin1String(operatorMimeType)};
}

QMimeData* PaletteModel::mimeData(const QModelIndexList& indexes) const
{
    const PaletteEntry* dragged = indexes.isEmpty() ? nullptr : entry(indexes.first());
    return dragged ? operatorMimeData(dragged->op) : nullptr;
}

}  // namespace tenscope

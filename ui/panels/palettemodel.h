#pragma once

#include <QAbstractItemModel>
#include <vector>

#include "ui/panels/paletteentry.h"

namespace tenscope {

// Operators by family, narrowed down by a filter: the palette's tree. Lines of operators can be dragged
// (ui/document/operatormimedata.h). Speaks the roles of OutlineModel, so that one delegate paints both.
class PaletteModel : public QAbstractItemModel {
    Q_OBJECT

public:
    using QAbstractItemModel::QAbstractItemModel;

    void setEntries(std::vector<PaletteEntry> entries);
    // Operators whose name, domain or family hold all of the words; where there are none, those whose documentation does.
    void setFilter(const QString& filter);

    // null for families and for an invalid index.
    const PaletteEntry* entry(const QModelIndex& index) const;
    // The operator that is meant by the filter: one that is called so, begins so, or the first. Invalid where none is left.
    QModelIndex best() const;
    int matches() const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex&) const override { return 1; }
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QStringList mimeTypes() const override;
    QMimeData* mimeData(const QModelIndexList& indexes) const override;
    Qt::DropActions supportedDragActions() const override { return Qt::CopyAction; }

private:
    struct Group {
        QString title;
        OperatorFamily family;
        bool isOwn = false;                // the model's functions
        std::vector<std::size_t> entries;  // in m_entries
    };
    void arrange();

    std::vector<PaletteEntry> m_entries;
    std::vector<Group> m_groups;
    QString m_filter;
};

}  // namespace tenscope

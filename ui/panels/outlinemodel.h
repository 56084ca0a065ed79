#pragma once

#include <QAbstractItemModel>
#include <memory>

#include "core/graph/model.h"
#include "core/graph/operatorfamily.h"
#include "ui/panels/outlinetree.h"

namespace tenscope {

// An OutlineTree as an item model: column 0 is the module or node, column 1 its parameters. Holds no text of its own.
class OutlineModel : public QAbstractItemModel {
    Q_OBJECT

public:
    enum Role {
        DetailRole = Qt::UserRole,  // dimmed text after the name: the operator, the class
        FamilyRole,                 // int(OperatorFamily) of nodes; invalid for other lines
        MatchRole,                  // bool: the filter found this line
    };
    enum Column { NameColumn, ParametersColumn, ColumnCount };

    using QAbstractItemModel::QAbstractItemModel;

    // Both null: empty. `title` stands in the first line: the file's name.
    void setTree(std::shared_ptr<const Model> model, std::shared_ptr<const OutlineTree> tree, const QString& title);
    const OutlineTree* tree() const { return m_tree.get(); }

    // null for an invalid index.
    const OutlineEntry* entry(const QModelIndex& index) const;
    QModelIndex indexOf(std::uint32_t entry, int column = NameColumn) const;  // invalid for OutlineTree::none

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    QString nameOf(const OutlineEntry& entry) const;
    QString detailOf(const OutlineEntry& entry) const;
    QString toolTipOf(const OutlineEntry& entry) const;
    int repeats(const OutlineEntry& entry) const;

    std::shared_ptr<const Model> m_model;
    std::shared_ptr<const OutlineTree> m_tree;
    QString m_title;
};

}  // namespace tenscope

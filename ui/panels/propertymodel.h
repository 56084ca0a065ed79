#pragma once

#include <QAbstractItemModel>
#include <vector>

#include "ui/panels/property.h"

namespace tenscope {

// The lines of a PropertySheet as a tree with two columns.
class PropertyModel : public QAbstractItemModel {
    Q_OBJECT

public:
    enum Role {
        StyleRole = Qt::UserRole,  // int(Property::Style)
        LinkRole,                  // bool
        FullRole,                  // the whole text
        ExpandedRole,              // bool: open at first
        ChoicesRole,               // QStringList: what may be typed, where it is one of a few
        HintRole,                  // QString: what can be typed
    };
    enum Column { KeyColumn, ValueColumn, ColumnCount };

    using QAbstractItemModel::QAbstractItemModel;

    void setSections(std::vector<Property> sections);
    // null for an invalid index.
    const Property* property(const QModelIndex& index) const;
    // The lines as text, "key<tab>value" a line, indented; the whole texts, not what is shown of them.
    QString toText(const QModelIndexList& rows) const;
    QString toText() const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    // Asks for the edit by edited(), once the editor is gone; the lines change when the model does.
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

signals:
    void edited(const tenscope::PropertyField& field, const QString& typed);

private:
    // Properties live in their tree; what leads up from them is kept beside it.
    struct Line {
        const Property* property;
        int parent;  // into m_lines; -1: a section
        int row;
        std::vector<int> children;
    };
    int addLine(const Property& property, int parent, int row);
    QString lineText(int line) const;
    void appendText(int line, int depth, QString& text) const;

    std::vector<Property> m_sections;
    std::vector<Line> m_lines;
    std::vector<int> m_top;
};

}  // namespace tenscope

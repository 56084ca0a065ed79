#pragma once

#include <QStyledItemDelegate>

#include "ui/theme/theme.h"

namespace tenscope {

// Draws the lines of the properties: headings, dimmed names, values in tabular digits, links in the accent colour, notes
// wrapped over both columns, what can be edited with a frame under the mouse.
class PropertyDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void setTheme(const Theme& theme) { m_theme = theme; }
    void setNoteWidth(int pixels) { m_noteWidth = pixels; }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    // A line of text, or a list to choose from that can be typed into.
    QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void setEditorData(QWidget* editor, const QModelIndex& index) const override;
    void setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    Theme m_theme;
    int m_noteWidth = 200;
};

}  // namespace tenscope

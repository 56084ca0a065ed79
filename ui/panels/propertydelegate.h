#pragma once

#include <QStyledItemDelegate>

#include "ui/theme/theme.h"

namespace tenscope {

// Draws the lines of the properties: headings, dimmed names, values in tabular digits, links in the accent colour, notes
// wrapped over both columns.
class PropertyDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void setTheme(const Theme& theme) { m_theme = theme; }
    void setNoteWidth(int pixels) { m_noteWidth = pixels; }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    Theme m_theme;
    int m_noteWidth = 200;
};

}  // namespace tenscope

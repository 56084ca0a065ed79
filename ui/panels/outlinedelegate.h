#pragma once

#include <QStyledItemDelegate>

#include "ui/theme/theme.h"

namespace tenscope {

// A line of the outline: a swatch in the family's colour, the name, and what else there is to say, dimmed.
class OutlineDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void setTheme(const Theme& theme) { m_theme = theme; }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    Theme m_theme;
};

}  // namespace tenscope

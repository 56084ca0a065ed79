#pragma once

#include <QStyledItemDelegate>

#include "ui/theme/theme.h"

namespace tenscope {

// A node's part of the run's time, as a bar (against the slowest node's) and as a percentage.
class ShareDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void setTheme(const Theme& theme) { m_theme = theme; }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    Theme m_theme;
};

}  // namespace tenscope

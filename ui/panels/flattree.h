#pragma once

#include <QTreeView>

#include "ui/theme/theme.h"

namespace tenscope {

// A tree with thin chevrons instead of the style's branches, and a selection that runs over the whole width.
class FlatTree : public QTreeView {
    Q_OBJECT

public:
    explicit FlatTree(QWidget* parent = nullptr);

    void setTheme(const Theme& theme);

protected:
    void drawBranches(QPainter* painter, const QRect& rect, const QModelIndex& index) const override;

private:
    Theme m_theme;
};

}  // namespace tenscope

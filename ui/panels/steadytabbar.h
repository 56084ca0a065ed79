#pragma once

#include <QTabBar>

namespace tenscope {

// Tabs that are as wide as they are when selected: the selected one is set in bold, and a bar that is measured before another
// one is selected would cut the last one off.
class SteadyTabBar : public QTabBar {
    Q_OBJECT

public:
    explicit SteadyTabBar(QWidget* parent = nullptr);

protected:
    QSize tabSizeHint(int index) const override;
    QSize minimumTabSizeHint(int index) const override { return tabSizeHint(index); }
};

}  // namespace tenscope

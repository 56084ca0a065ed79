#include "ui/panels/steadytabbar.h"

#include <algorithm>

namespace tenscope {

SteadyTabBar::SteadyTabBar(QWidget* parent) : QTabBar(parent)
{
    setDrawBase(false);
    setExpanding(false);
    setUsesScrollButtons(false);
}

QSize SteadyTabBar::tabSizeHint(int index) const
{
    QFont bold = font();
    bold.setWeight(QFont::Bold);
    const int text = QFontMetrics(bold).horizontalAdvance(tabText(index));
    const QSize hint = QTabBar::tabSizeHint(index);
    return {std::max(hint.width(), text + 2 * fontMetrics().averageCharWidth() + 12), hint.height()};
}

}  // namespace tenscope

#include "ui/panels/flattree.h"

#include <QPainter>
#include <QPainterPath>

namespace tenscope {

FlatTree::FlatTree(QWidget* parent) : QTreeView(parent)
{
    setHeaderHidden(true);
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    setExpandsOnDoubleClick(true);
}

void FlatTree::setTheme(const Theme& theme)
{
    m_theme = theme;
    viewport()->update();
}

void FlatTree::drawBranches(QPainter* painter, const QRect& rect, const QModelIndex& index) const
{
    if (selectionModel() && selectionModel()->isSelected(index))
        painter->fillRect(rect, m_theme.selection);
    if (!model()->hasChildren(index))
        return;
    // Headings have air above them: the chevron stands beside the text, at the foot of its row.
    const double line = fontMetrics().height() + 5;
    const double centreX = rect.right() - indentation() / 2.0 + 1;
    const double centreY = rect.height() > line + 4 ? rect.bottom() - line / 2 + 1 : rect.top() + rect.height() / 2.0;
    constexpr double half = 3;
    QPainterPath chevron;
    if (isExpanded(index)) {
        chevron.moveTo(centreX - half, centreY - half / 2);
        chevron.lineTo(centreX, centreY + half / 2);
        chevron.lineTo(centreX + half, centreY - half / 2);
    } else {
        chevron.moveTo(centreX - half / 2, centreY - half);
        chevron.lineTo(centreX + half / 2, centreY);
        chevron.lineTo(centreX - half / 2, centreY + half);
    }
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setBrush(Qt::NoBrush);
    painter->setPen(QPen(m_theme.dimText, 1.3, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter->drawPath(chevron);
    painter->restore();
}

}  // namespace tenscope

#include "ui/panels/sharedelegate.h"

#include <QPainter>
#include <algorithm>

#include "ui/panels/runmodel.h"

namespace tenscope {

void ShareDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    painter->save();
    if (option.state.testFlag(QStyle::State_Selected))
        painter->fillRect(option.rect, m_theme.selection);
    const double part = std::clamp(index.data(RunModel::BarRole).toDouble(), 0.0, 1.0);
    const QFont font = monospaceFont(0.95);
    const QFontMetrics metrics(font);
    const int textWidth = metrics.horizontalAdvance(QStringLiteral("<0.1%")) + 8;
    const QRectF area = QRectF(option.rect).adjusted(6, 0, -textWidth - 6, 0);
    const double height = std::max(4.0, metrics.xHeight() * 0.8);
    const QRectF track(area.left(), area.center().y() - height / 2, area.width(), height);
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    if (part > 0 && area.width() > 4) {
        painter->setBrush(m_theme.heat(part));
        painter->drawRoundedRect(QRectF(track.left(), track.top(), std::max(2.0, track.width() * part), height), 2, 2);
    }
    painter->setFont(font);
    painter->setPen(m_theme.text);
    painter->drawText(option.rect.adjusted(0, 0, -8, 0), int(Qt::AlignRight | Qt::AlignVCenter), index.data().toString());
    painter->restore();
}

}  // namespace tenscope

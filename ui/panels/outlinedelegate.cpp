#include "ui/panels/outlinedelegate.h"

#include <QAbstractItemView>
#include <QPainter>
#include <algorithm>

#include "ui/panels/outlinemodel.h"

namespace tenscope {

void OutlineDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    const QString name = index.data(Qt::DisplayRole).toString();
    QRect cell = option.rect;
    // A line without parameters has its name where they would stand: the name's cell paints both.
    if (index.column() == OutlineModel::ParametersColumn && name.isEmpty())
        return;
    if (const auto* view = qobject_cast<const QAbstractItemView*>(option.widget); view && index.column() == OutlineModel::NameColumn)
        if (const QModelIndex count = index.siblingAtColumn(OutlineModel::ParametersColumn); count.data().toString().isEmpty())
            cell.setRight(std::max(cell.right(), view->visualRect(count).right()));
    painter->save();
    if (isSelected)
        painter->fillRect(cell, m_theme.selection);
    else if (option.state.testFlag(QStyle::State_MouseOver))
        painter->fillRect(cell, QColor(m_theme.text.red(), m_theme.text.green(), m_theme.text.blue(), 12));

    QRect place = cell.adjusted(2, 0, -8, 0);
    if (index.column() == OutlineModel::ParametersColumn) {
        painter->setPen(m_theme.dimText);
        painter->drawText(place, int(Qt::AlignRight | Qt::AlignVCenter), name);
        painter->restore();
        return;
    }

    const QFontMetrics metrics(option.font);
    if (const QVariant family = index.data(OutlineModel::FamilyRole); family.isValid()) {
        const int side = std::max(7, metrics.xHeight() + 1);
        const QRectF swatch(place.left(), place.center().y() - side / 2.0 + 0.5, side, side);
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        const auto kind = OperatorFamily(family.toInt());
        painter->setBrush(kind == OperatorFamily::Unknown ? QBrush(m_theme.family(kind), Qt::BDiagPattern)
                                                          : QBrush(m_theme.family(kind)));
        painter->drawRoundedRect(swatch, 2, 2);
        place.setLeft(place.left() + side + 6);
    }
    // Lines that only lead to a match step back.
    painter->setPen(index.data(OutlineModel::MatchRole).toBool() || isSelected ? m_theme.text : m_theme.dimText);
    painter->drawText(place, int(Qt::AlignLeft | Qt::AlignVCenter), metrics.elidedText(name, Qt::ElideMiddle, place.width()));
    place.setLeft(place.left() + metrics.horizontalAdvance(name) + 8);
    if (const QString detail = index.data(OutlineModel::DetailRole).toString(); !detail.isEmpty() && place.width() > 12) {
        painter->setPen(m_theme.dimText);
        painter->drawText(place, int(Qt::AlignLeft | Qt::AlignVCenter),
                          metrics.elidedText(detail, Qt::ElideRight, place.width()));
    }
    painter->restore();
}

QSize OutlineDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const
{
    return {120, QFontMetrics(option.font).height() + 6};
}

}  // namespace tenscope

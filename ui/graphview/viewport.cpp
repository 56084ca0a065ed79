#include "ui/graphview/viewport.h"

#include <algorithm>
#include <cmath>

namespace tenscope {

Viewport::Viewport(double scale, QPointF origin) : m_scale(std::clamp(scale, smallest, largest)), m_origin(origin)
{
}

Viewport Viewport::zoomed(double scale, QPointF about) const
{
    scale = std::clamp(scale, smallest, largest);
    return {scale, about - (about - m_origin) * (scale / m_scale)};
}

Viewport Viewport::kept(const QRectF& bounds, QSizeF view) const
{
    if (bounds.isEmpty())
        return *this;
    // A third of the view, or of the diagram where that is smaller, always stays in sight.
    const QRectF shown = toView(bounds);
    const double roomX = std::min(shown.width(), view.width() / 3);
    const double roomY = std::min(shown.height(), view.height() / 3);
    QPointF shift;
    if (shown.right() < roomX)
        shift.setX(roomX - shown.right());
    else if (shown.left() > view.width() - roomX)
        shift.setX(view.width() - roomX - shown.left());
    if (shown.bottom() < roomY)
        shift.setY(roomY - shown.bottom());
    else if (shown.top() > view.height() - roomY)
        shift.setY(view.height() - roomY - shown.top());
    return panned(shift);
}

Viewport Viewport::revealing(const QRectF& rect, QSizeF view) const
{
    constexpr double readable = 0.6;
    constexpr double margin = 48;
    Viewport result = *this;
    if (m_scale < readable)
        result = fitting(rect, view, 1);
    const QRectF room = QRectF(QPointF(), view).adjusted(margin, margin, -margin, -margin);
    const QRectF shown = result.toView(rect);
    if (room.contains(shown) || room.isEmpty())
        return result;
    // What is just outside comes in at the edge; what is far away comes to the middle.
    const QRectF near = room.adjusted(-room.width() / 2, -room.height() / 2, room.width() / 2, room.height() / 2);
    if (!near.contains(shown.center()) || shown.width() > room.width() || shown.height() > room.height())
        return result.panned(QRectF(QPointF(), view).center() - shown.center());
    QPointF shift;
    if (shown.left() < room.left())
        shift.setX(room.left() - shown.left());
    else if (shown.right() > room.right())
        shift.setX(room.right() - shown.right());
    if (shown.top() < room.top())
        shift.setY(room.top() - shown.top());
    else if (shown.bottom() > room.bottom())
        shift.setY(room.bottom() - shown.bottom());
    return result.panned(shift);
}

Viewport Viewport::fitting(const QRectF& rect, QSizeF view, double most)
{
    if (rect.isEmpty() || view.isEmpty())
        return {};
    constexpr double margin = 12;
    const double scale = std::min({most, std::max(view.width() - 2 * margin, 1.0) / rect.width(),
                                   std::max(view.height() - 2 * margin, 1.0) / rect.height()});
    const Viewport scaled(scale, {});
    return scaled.panned(QRectF(QPointF(), view).center() - scaled.toView(rect.center()));
}

Viewport Viewport::between(const Viewport& from, const Viewport& to, double fraction, QSizeF view)
{
    const QPointF middle = QRectF(QPointF(), view).center();
    const double scale = from.m_scale * std::pow(to.m_scale / from.m_scale, fraction);
    const QPointF centreFrom = from.toDiagram(middle);
    const QPointF centreTo = to.toDiagram(middle);
    const QPointF centre = centreFrom + (centreTo - centreFrom) * fraction;
    return Viewport(scale, {}).panned(middle - centre * scale);
}

}  // namespace tenscope

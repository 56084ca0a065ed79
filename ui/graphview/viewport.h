#pragma once

#include <QPointF>
#include <QRectF>
#include <QSizeF>

namespace tenscope {

// Which part of a diagram a view shows, and how large: a scale and the place of the diagram's origin in the view. A value.
class Viewport {
public:
    static constexpr double smallest = 1e-4;  // 100,000 boxes in a column still fit
    static constexpr double largest = 8;

    Viewport() = default;
    Viewport(double scale, QPointF origin);

    double scale() const { return m_scale; }
    QPointF origin() const { return m_origin; }  // view coordinates of the diagram's (0, 0)

    QPointF toView(QPointF place) const { return place * m_scale + m_origin; }
    QPointF toDiagram(QPointF point) const { return (point - m_origin) / m_scale; }
    QRectF toView(const QRectF& rect) const { return {toView(rect.topLeft()), rect.size() * m_scale}; }
    QRectF toDiagram(const QRectF& rect) const { return {toDiagram(rect.topLeft()), rect.size() / m_scale}; }

    // `about` (view coordinates) stays where it is.
    Viewport zoomed(double scale, QPointF about) const;
    Viewport panned(QPointF by) const { return {m_scale, m_origin + by}; }
    // Moved as little as it takes to keep part of `bounds` in the view, so that nobody gets lost.
    Viewport kept(const QRectF& bounds, QSizeF view) const;
    // Moved as little as it takes to show `rect` with a margin; unchanged where it is shown already. Zooms in where the
    // rectangle could not be read.
    Viewport revealing(const QRectF& rect, QSizeF view) const;
    // `rect` in the middle, as large as fits with a margin, but not enlarged over `most`.
    static Viewport fitting(const QRectF& rect, QSizeF view, double most = 1);
    // On the way from one to the other, 0 … 1. The scale changes exponentially, so that the motion looks even.
    static Viewport between(const Viewport& from, const Viewport& to, double fraction, QSizeF view);

    bool operator==(const Viewport&) const = default;

private:
    double m_scale = 1;
    QPointF m_origin;
};

}  // namespace tenscope

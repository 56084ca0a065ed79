#include <QStyle>
#include <QVariantAnimation>
#include <algorithm>
#include <cmath>

#include "ui/document/document.h"
#include "ui/graphview/graphview.h"
#include "ui/graphview/minimap.h"

// Where the view looks: zoom, fit, and the way from one place to another.
namespace tenscope {

namespace {

constexpr int longestMotion = 200;  // milliseconds

}  // namespace

void GraphView::setViewport(const Viewport& viewport)
{
    const double before = m_viewport.scale();
    m_viewport = m_diagram ? viewport.kept(m_diagram->bounds(), size()) : viewport;
    if (m_diagram) {
        const QRectF shown = m_viewport.toDiagram(QRectF(rect()));
        m_minimap->setVisibleRegion(shown);
        // A map of what is seen as a whole anyway is in the way.
        m_minimap->setVisible(!m_diagram->isEmpty() && !shown.contains(m_diagram->bounds()));
    } else {
        m_minimap->hide();
    }
    update();
    if (before != m_viewport.scale())
        emit zoomChanged(m_viewport.scale());
}

void GraphView::moveTo(const Viewport& target)
{
    m_animation->stop();
    m_animation->disconnect(this);
    const int duration = std::min(longestMotion, style()->styleHint(QStyle::SH_Widget_Animation_Duration, nullptr, this));
    if (duration <= 0 || !isVisible()) {
        setViewport(target);
        return;
    }
    m_animation->setDuration(duration);
    connect(m_animation, &QVariantAnimation::valueChanged, this, [this, from = m_viewport, target](const QVariant& value) {
        setViewport(Viewport::between(from, target, value.toDouble(), size()));
    });
    m_animation->start();
}

void GraphView::zoomBy(double factor, QPointF about)
{
    m_animation->stop();
    m_isFirstLook = false;
    setViewport(m_viewport.zoomed(m_viewport.scale() * factor, about));
}

void GraphView::setZoom(double zoom)
{
    zoomBy(zoom / m_viewport.scale(), middle());
}

void GraphView::zoomIn()
{
    zoomBy(1.25, middle());
}

void GraphView::zoomOut()
{
    zoomBy(1 / 1.25, middle());
}

void GraphView::zoomActual()
{
    m_isFirstLook = false;
    const std::optional<Diagram::Index> box = currentBox();
    const QPointF about = box ? m_viewport.toView(m_diagram->boxes()[*box].rect.center()) : middle();
    moveTo(m_viewport.zoomed(1, QRectF(rect()).contains(about) ? about : middle()));
}

void GraphView::fit()
{
    m_isFirstLook = false;
    if (m_diagram)
        moveTo(Viewport::fitting(m_diagram->bounds(), size(), 1));
}

void GraphView::fitSelection()
{
    m_isFirstLook = false;
    QRectF all;
    for (const Diagram::Index box : selectedBoxes())
        all |= m_diagram->boxes()[box].rect;
    if (all.isEmpty())
        return fit();
    constexpr double margin = 24;
    moveTo(Viewport::fitting(all.adjusted(-margin, -margin, margin, margin), size(), 1.5));
}

}  // namespace tenscope

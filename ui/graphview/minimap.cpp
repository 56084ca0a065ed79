#include "ui/graphview/minimap.h"

#include <QMouseEvent>
#include <QPainter>

#include "ui/diagram/diagrampainter.h"

namespace tenscope {

namespace {

constexpr int padding = 8;

}  // namespace

Minimap::Minimap(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setObjectName("minimap");
    setAccessibleName(tr("Overview of the diagram"));
    setToolTip(tr("Press or drag to move the view"));
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::NoFocus);
}

void Minimap::setTheme(const Theme& theme)
{
    m_theme = theme;
    m_picture = QPixmap();
    update();
}

void Minimap::setDiagram(std::shared_ptr<const Diagram> diagram)
{
    m_diagram = std::move(diagram);
    m_picture = QPixmap();
    update();
}

void Minimap::setVisibleRegion(const QRectF& region)
{
    if (m_region == region)
        return;
    m_region = region;
    update();
}

QSize Minimap::suitableSize(QSize most) const
{
    if (!m_diagram || m_diagram->bounds().isEmpty())
        return most;
    const QSizeF content = m_diagram->bounds().size().scaled(QSizeF(most.shrunkBy(QMargins(padding, padding, padding, padding))), Qt::KeepAspectRatio);
    // Very tall and very wide diagrams still get something to point at.
    return QSize(std::max(64, int(content.width()) + 2 * padding), std::max(64, int(content.height()) + 2 * padding));
}

QRectF Minimap::contentRect() const
{
    return QRectF(rect()).adjusted(padding, padding, -padding, -padding);
}

void Minimap::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor ground = m_theme.panel;
    ground.setAlphaF(0.94f);
    painter.setPen(QPen(m_theme.line, 1));
    painter.setBrush(ground);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    if (!m_diagram || m_diagram->isEmpty())
        return;
    const qreal ratio = devicePixelRatioF();
    if (m_picture.isNull() || m_picture.size() != (QSizeF(size()) * ratio).toSize()) {
        m_picture = QPixmap((QSizeF(size()) * ratio).toSize());
        m_picture.setDevicePixelRatio(ratio);
        m_picture.fill(Qt::transparent);
        QPainter picture(&m_picture);
        DiagramPainter(m_theme).paintOverview(picture, *m_diagram, contentRect());
    }
    painter.drawPixmap(0, 0, m_picture);
    QRectF shown = DiagramPainter::overviewTransform(*m_diagram, contentRect()).mapRect(m_region);
    // Far in, the frame would be a dot.
    constexpr double least = 6;
    if (shown.width() < least)
        shown.adjust((shown.width() - least) / 2, 0, (least - shown.width()) / 2, 0);
    if (shown.height() < least)
        shown.adjust(0, (shown.height() - least) / 2, 0, (least - shown.height()) / 2);
    shown = shown.intersected(QRectF(rect()).adjusted(2, 2, -2, -2));
    QColor fill = m_theme.accent;
    fill.setAlphaF(0.12f);
    painter.setPen(QPen(m_theme.accent, 1.5));
    painter.setBrush(fill);
    painter.drawRoundedRect(shown, 2, 2);
}

void Minimap::request(QPointF point)
{
    if (!m_diagram || m_diagram->isEmpty())
        return;
    emit centreRequested(DiagramPainter::overviewTransform(*m_diagram, contentRect()).inverted().map(point));
}

void Minimap::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        request(event->position());
    event->accept();
}

void Minimap::mouseMoveEvent(QMouseEvent* event)
{
    if (event->buttons() & Qt::LeftButton)
        request(event->position());
    event->accept();
}

void Minimap::mouseDoubleClickEvent(QMouseEvent* event)
{
    event->accept();  // not a double click on what lies under the minimap
}

}  // namespace tenscope

#include "ui/diagram/diagrampainter.h"

#include <cmath>

#include "ui/diagram/boxpainter.h"
#include "ui/diagram/edgepainter.h"
#include "ui/diagram/paintcontext.h"
#include "ui/theme/contrast.h"

namespace tenscope {

DiagramPainter::Detail DiagramPainter::detailAt(double scale)
{
    return scale >= 0.55 ? Detail::Full : scale >= 0.2 ? Detail::Titles : Detail::Blocks;
}

void DiagramPainter::paint(QPainter& painter, const Diagram& diagram, const DiagramState& state, const QRectF& region, double scale)
{
    m_texts.setFonts(diagram.fonts());
    m_texts.setVector(m_isVector);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, true);
    PaintContext context{painter, diagram, state, m_theme, m_texts, region, scale, m_isVector ? Detail::Full : detailAt(scale), m_isVector};
    BoxPainter boxes(context);
    EdgePainter edges(context);
    boxes.paintFrames();
    edges.paintEdges();
    edges.paintLabels();
    boxes.paintBoxes();
    boxes.paintFrameLabels();
    painter.restore();
}

void DiagramPainter::paintCanvas(QPainter& painter, const QRectF& device, QPointF origin, double scale) const
{
    painter.fillRect(device, m_theme.canvas);
    // Between 18 and 36 pixels apart, whatever the zoom.
    constexpr double step = 24;
    const double spacing = step * scale * std::exp2(-std::floor(std::log2(scale / 0.75)));
    const double left = device.left() + std::fmod(origin.x() - device.left(), spacing);
    const double top = device.top() + std::fmod(origin.y() - device.top(), spacing);
    std::vector<QPointF> dots;
    dots.reserve(std::size_t((device.width() / spacing + 2) * (device.height() / spacing + 2)));
    for (double y = top - spacing; y <= device.bottom(); y += spacing)
        for (double x = left - spacing; x <= device.right(); x += spacing)
            dots.emplace_back(std::round(x), std::round(y));
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(QPen(m_theme.canvasDots, 2, Qt::SolidLine, Qt::SquareCap));
    painter.drawPoints(dots.data(), int(dots.size()));
    painter.restore();
}

QTransform DiagramPainter::overviewTransform(const Diagram& diagram, const QRectF& device)
{
    const QRectF bounds = diagram.bounds();
    if (bounds.isEmpty())
        return {};
    const double scale = std::min(device.width() / bounds.width(), device.height() / bounds.height());
    const QPointF shift = device.center() - scale * bounds.center();
    return QTransform(scale, 0, 0, scale, shift.x(), shift.y());
}

void DiagramPainter::paintOverview(QPainter& painter, const Diagram& diagram, const QRectF& device) const
{
    const QTransform transform = overviewTransform(diagram, device);
    const double scale = transform.m11();
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(QPen(blend(m_theme.line, m_theme.moduleBorder, 0.35), 1));
    for (const Diagram::Index frame : diagram.frames()) {
        const QRectF rect = transform.mapRect(diagram.boxes()[frame].rect);
        if (rect.width() > 6 && rect.height() > 6)
            painter.drawRect(rect);
    }
    const auto block = [&](const QRectF& bounds, Diagram::Index index) {
        QRectF rect = transform.mapRect(bounds);
        // A pixel at least in each direction; a chain of thousands is a line, not nothing.
        if (rect.width() < 2)
            rect = QRectF(rect.center().x() - 1, rect.top(), 2, rect.height());
        rect.setHeight(std::max(rect.height(), 1.0));
        const QColor color = BoxPainter::blockColor(m_theme, diagram.boxes()[index]);
        painter.fillRect(rect, blend(m_theme.panel, color, 0.55));
    };
    diagram.boxIndex().visit(diagram.bounds(), 1.5 / scale, [&](Diagram::Index index) { block(diagram.boxes()[index].rect, index); }, block);
    painter.restore();
}

}  // namespace tenscope

#include "ui/diagram/thumbnail.h"

#include <QLinearGradient>
#include <QPainter>

#include <algorithm>
#include <cmath>

#include "ui/diagram/diagrampainter.h"

namespace tenscope {

namespace {

// Networks are tall and narrow: a picture of this shape is as wide as the diagram and shows how it begins. A few boxes one
// below the other make `enough`, in diagram units.
constexpr double tallest = 1.25;  // height to width
constexpr double enough = 480;

}  // namespace

QImage thumbnail(const Diagram& diagram, int size, const Theme& theme)
{
    const QRectF whole = diagram.isEmpty() ? QRectF(0, 0, 64, 64) : diagram.bounds();
    QRectF shown = whole;
    shown.setHeight(std::min(whole.height(), std::max(tallest * whole.width(), enough)));
    // A chain of single boxes stands in the middle.
    if (const double missing = shown.height() / tallest - shown.width(); missing > 0)
        shown.adjust(-missing / 2, 0, missing / 2, 0);

    const double scale = std::min(1.0, size / std::max(shown.width(), shown.height()));
    const auto pixels = [&](double length) { return std::clamp(int(std::lround(length * scale)), 1, size); };
    QImage image(pixels(shown.width()), pixels(shown.height()), QImage::Format_RGB32);
    image.fill(theme.canvas);
    QPainter painter(&image);
    painter.scale(scale, scale);
    painter.translate(-shown.topLeft());
    DiagramPainter(theme).paint(painter, diagram, {}, shown, scale);

    if (shown.bottom() < whole.bottom()) {
        painter.resetTransform();
        QLinearGradient fading(0, image.height() * 0.8, 0, image.height());
        QColor canvas = theme.canvas;
        fading.setColorAt(0.95, canvas);
        canvas.setAlpha(0);
        fading.setColorAt(0, canvas);
        painter.fillRect(image.rect(), fading);
    }
    return image;
}

}  // namespace tenscope

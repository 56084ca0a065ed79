#include "ui/diagram/textcache.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace tenscope {

namespace {

// More than any screen shows at once; then everything is forgotten, which costs one slow frame.
constexpr qsizetype mostTexts = 20'000;

}  // namespace

void TextCache::setFonts(const DiagramFonts& fonts)
{
    const std::array<const QFont*, 4> wanted{&fonts.title, &fonts.plain, &fonts.body, &fonts.mono};
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (m_faces[i].font == *wanted[i] && m_faces[i].ascent > 0)
            continue;
        const QFontMetricsF metrics(*wanted[i]);
        m_faces[i] = {*wanted[i], metrics.ascent(), metrics.capHeight(), {}};
    }
}

const TextCache::Shaped& TextCache::shape(FaceCache& face, const QString& text)
{
    const auto found = face.shaped.constFind(text);
    if (found != face.shaped.constEnd())
        return *found;
    if (face.shaped.size() >= mostTexts)
        face.shaped.clear();
    Shaped shaped;
    shaped.text.setTextFormat(Qt::PlainText);
    shaped.text.setPerformanceHint(QStaticText::AggressiveCaching);
    shaped.text.setText(text);
    shaped.text.prepare(QTransform(), face.font);
    shaped.width = QFontMetricsF(face.font).horizontalAdvance(text);
    return *face.shaped.insert(text, shaped);
}

double TextCache::width(Face face, const QString& text)
{
    return shape(m_faces[std::size_t(face)], text).width;
}

void TextCache::draw(QPainter& painter, Face which, Anchor anchor, QPointF at, const QString& text, const QColor& color,
                     double scale, double enlarge)
{
    if (text.isEmpty())
        return;
    FaceCache& face = m_faces[std::size_t(which)];
    const Shaped& shaped = shape(face, text);
    double factor = enlarge;
    if (!m_isVector) {
        const double pixels = face.font.pixelSize() * scale * enlarge;
        const double stepped = pixels > 4 ? std::floor(pixels * 2 + 0.01) / 2 : pixels;
        factor = enlarge * stepped / pixels;
    }
    const double shift = anchor == Anchor::Left ? 0 : anchor == Anchor::Centre ? 0.5 : 1;
    painter.setPen(color);
    painter.setFont(face.font);
    const bool isScaled = std::abs(factor - 1) > 1e-9;
    if (isScaled) {
        painter.save();
        painter.translate(at);
        painter.scale(factor, factor);
        at = QPointF();
    }
    const QPointF start(at.x() - shift * shaped.width, at.y());
    if (m_isVector)
        painter.drawText(start, text);
    else
        painter.drawStaticText(QPointF(start.x(), start.y() - face.ascent), shaped.text);
    if (isScaled)
        painter.restore();
}

}  // namespace tenscope

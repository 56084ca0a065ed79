#pragma once

#include <QHash>
#include <QPainter>
#include <QStaticText>
#include <QString>
#include <array>

#include "ui/diagram/diagramfonts.h"

namespace tenscope {

// Draws text that is repeated from frame to frame: shaping a string costs ten times what drawing it does, and rasterizing
// glyphs for a new size more still. So strings are shaped once, and drawn in steps of half a pixel of size, which a
// continuous zoom passes through again and again. One thread.
class TextCache {
public:
    enum class Face { Title, Plain, Body, Mono };
    enum class Anchor { Left, Centre, Right };

    // Forgets everything where the fonts are others than before.
    void setFonts(const DiagramFonts& fonts);
    // Vector formats get text as it is: no steps, and no shaped runs, which some of them cannot write.
    void setVector(bool isVector) { m_isVector = isVector; }

    // Diagram units.
    double width(Face face, const QString& text);
    // The height of capital letters: what is centred to look centred.
    double capHeight(Face face) const { return m_faces[std::size_t(face)].capHeight; }

    // Draws the text with its baseline at `at`, in a painter whose transform scales by `scale`. `enlarge` multiplies the size.
    void draw(QPainter& painter, Face face, Anchor anchor, QPointF at, const QString& text, const QColor& color, double scale,
              double enlarge = 1);

private:
    struct Shaped {
        QStaticText text;
        double width = 0;
    };
    struct FaceCache {
        QFont font;
        double ascent = 0, capHeight = 0;
        QHash<QString, Shaped> shaped;
    };

    const Shaped& shape(FaceCache& face, const QString& text);

    std::array<FaceCache, 4> m_faces;
    bool m_isVector = false;
};

}  // namespace tenscope

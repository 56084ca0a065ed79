#pragma once

#include <QFontMetricsF>
#include <QHash>
#include <QSizeF>
#include <QString>
#include <vector>

#include "ui/diagram/diagram.h"

namespace tenscope {

// Measures text and boxes for one set of fonts, remembering the widths: a model repeats few texts very often. One thread.
class BoxMetrics {
public:
    explicit BoxMetrics(const DiagramFonts& fonts);

    double titleWidth(const QString& title, int prefixLength);
    double plainWidth(const QString& text);
    double bodyWidth(const QString& text);
    double monoWidth(const QString& text);
    QString elidedBody(const QString& text, double width);
    QString elidedPlain(const QString& text, double width);
    QString elidedTitle(const QString& text, double width);

    // Fills lines with pieces joined by " · ", as many in a line as fit; at most `most` lines, then an ellipsis.
    std::vector<QString> fill(const std::vector<QString>& pieces, double width, std::size_t most);

    double maxLineWidth() const { return m_maxLineWidth; }

    // Sets isPill and gives the box its size, shortening title, name and lines where they are too long.
    QSizeF fit(DiagramBox& box);

private:
    double width(QHash<QString, double>& cache, const QFontMetricsF& metrics, const QString& text);

    const DiagramFonts m_fonts;
    QFontMetricsF m_title, m_plain, m_body, m_mono;
    QHash<QString, double> m_titleWidths, m_plainWidths, m_bodyWidths, m_monoWidths;
    double m_maxLineWidth, m_minWidth, m_maxWidth;
};

}  // namespace tenscope

#include "ui/diagram/boxmetrics.h"

#include <algorithm>
#include <cmath>

namespace tenscope {

namespace {

// Sizes in steps of this, so that near-equal boxes are equal and centres lie on whole units.
double stepped(double length, double step)
{
    return std::ceil(length / step) * step;
}

const QString separator = QStringLiteral(" \u00b7 ");

}  // namespace

BoxMetrics::BoxMetrics(const DiagramFonts& fonts)
    : m_fonts(fonts),
      m_title(fonts.title),
      m_plain(fonts.plain),
      m_body(fonts.body),
      m_mono(fonts.mono),
      m_maxLineWidth(fonts.unit * 16),
      m_minWidth(stepped(fonts.unit * 11.5, 8)),
      m_maxWidth(stepped(fonts.unit * 22, 8))
{
}

double BoxMetrics::width(QHash<QString, double>& cache, const QFontMetricsF& metrics, const QString& text)
{
    const auto found = cache.constFind(text);
    if (found != cache.constEnd())
        return *found;
    const double width = metrics.horizontalAdvance(text);
    cache.insert(text, width);
    return width;
}

double BoxMetrics::titleWidth(const QString& title, int prefixLength)
{
    if (prefixLength <= 0)
        return width(m_titleWidths, m_title, title);
    return width(m_plainWidths, m_plain, title.left(prefixLength)) + width(m_titleWidths, m_title, title.mid(prefixLength));
}

double BoxMetrics::plainWidth(const QString& text)
{
    return width(m_plainWidths, m_plain, text);
}

double BoxMetrics::bodyWidth(const QString& text)
{
    return width(m_bodyWidths, m_body, text);
}

double BoxMetrics::monoWidth(const QString& text)
{
    return width(m_monoWidths, m_mono, text);
}

QString BoxMetrics::elidedBody(const QString& text, double width)
{
    return bodyWidth(text) <= width ? text : m_body.elidedText(text, Qt::ElideRight, width);
}

QString BoxMetrics::elidedPlain(const QString& text, double width)
{
    return plainWidth(text) <= width ? text : m_plain.elidedText(text, Qt::ElideMiddle, width);
}

QString BoxMetrics::elidedTitle(const QString& text, double width)
{
    return titleWidth(text, 0) <= width ? text : m_title.elidedText(text, Qt::ElideMiddle, width);
}

std::vector<QString> BoxMetrics::fill(const std::vector<QString>& pieces, double width, std::size_t most)
{
    std::vector<QString> lines;
    double used = 0;
    const double gap = bodyWidth(separator);
    for (const QString& piece : pieces) {
        const QString text = elidedBody(piece, width);
        const double wanted = bodyWidth(text);
        if (!lines.empty() && used + gap + wanted <= width) {
            lines.back() += separator + text;
            used += gap + wanted;
        } else if (lines.size() < most) {
            lines.push_back(text);
            used = wanted;
        } else {
            lines.back() = elidedBody(lines.back() + QStringLiteral(" \u2026"), width);
            break;
        }
    }
    return lines;
}

QSizeF BoxMetrics::fit(DiagramBox& box)
{
    const double padding = 2 * m_fonts.sidePadding;
    // A chevron stands at the right of what can be opened.
    const double chevron = box.canEnter || box.kind == DiagramBox::Kind::Module ? m_fonts.unit * 1.2 : 0;
    box.isPill = box.lines.empty() && !box.hasRunLine && box.kind == DiagramBox::Kind::Node && !box.canEnter;

    double titleLength = titleWidth(box.title, box.prefixLength);
    if (titleLength > m_maxWidth - padding - chevron) {
        box.title = elidedTitle(box.title, m_maxWidth - padding - chevron);
        box.prefixLength = 0;
        titleLength = titleWidth(box.title, 0);
    }
    if (box.isPill) {
        const double width = std::max(titleLength + m_fonts.unit * 2.4, m_fonts.unit * 6);
        return {stepped(width, 8), m_fonts.headerHeight};
    }

    double inner = titleLength + chevron;
    const double nameGap = m_fonts.unit * 1.2;
    if (!box.name.isEmpty()) {
        const double room = m_maxWidth - padding - inner - nameGap;
        box.name = room < m_fonts.unit * 2 ? QString() : elidedPlain(box.name, room);
        if (!box.name.isEmpty())
            inner += nameGap + plainWidth(box.name);
    }
    for (DiagramLine& line : box.lines) {
        line.text = elidedBody(line.text, m_maxWidth - padding);
        inner = std::max(inner, bodyWidth(line.text) + (line.kind == DiagramLine::Kind::Stub ? m_fonts.unit : 0));
    }
    const std::size_t lines = box.lines.size() + (box.hasRunLine ? 1 : 0);
    const double least = box.kind == DiagramBox::Kind::Node || box.kind == DiagramBox::Kind::Module ? m_minWidth : m_fonts.unit * 6;
    const double width = stepped(std::clamp(inner + padding, least, m_maxWidth), 8);
    const double body = lines == 0 ? 0 : double(lines) * m_fonts.lineHeight + 2 * m_fonts.bodyPadding;
    return {width, m_fonts.headerHeight + body};
}

}  // namespace tenscope

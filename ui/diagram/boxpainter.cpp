#include "ui/diagram/boxpainter.h"

#include <algorithm>
#include <cmath>

#include "ui/theme/contrast.h"

namespace tenscope {

namespace {

using Face = TextCache::Face;
using Anchor = TextCache::Anchor;

constexpr double cornerRadius = 6;
constexpr double moduleRadius = 8;
constexpr double heatBarWidth = 4;

bool isHatched(const DiagramBox& box)
{
    return box.kind == DiagramBox::Kind::Node && (!box.isKnown || box.family == OperatorFamily::Unknown);
}

QPainterPath roundedTop(const QRectF& rect, double radius)
{
    QPainterPath path;
    path.moveTo(rect.bottomLeft());
    path.lineTo(rect.left(), rect.top() + radius);
    path.quadTo(rect.topLeft(), QPointF(rect.left() + radius, rect.top()));
    path.lineTo(rect.right() - radius, rect.top());
    path.quadTo(rect.topRight(), QPointF(rect.right(), rect.top() + radius));
    path.lineTo(rect.bottomRight());
    path.closeSubpath();
    return path;
}

}  // namespace

QColor BoxPainter::blockColor(const Theme& theme, const DiagramBox& box)
{
    switch (box.kind) {
    case DiagramBox::Kind::Node:
        return theme.family(isHatched(box) ? OperatorFamily::Unknown : box.family);
    case DiagramBox::Kind::Module:
        return theme.moduleBorder;
    case DiagramBox::Kind::Input:
    case DiagramBox::Kind::Output:
    case DiagramBox::Kind::Stub:
        break;
    }
    return theme.edge;
}

double BoxPainter::radiusOf(const DiagramBox& box) const
{
    switch (box.kind) {
    case DiagramBox::Kind::Node:
        return box.isPill ? box.rect.height() / 2 : cornerRadius;
    case DiagramBox::Kind::Module:
        return moduleRadius;
    default:
        return std::min(box.rect.height() / 2, m_context.diagram.fonts().headerHeight * 0.7);
    }
}

void BoxPainter::paintFrames()
{
    for (const std::uint32_t index : m_context.diagram.frames())
        if (m_context.diagram.boxes()[index].rect.intersects(m_context.region))
            paintFrame(index);
}

void BoxPainter::paintFrame(std::uint32_t index)
{
    const DiagramBox& box = m_context.diagram.boxes()[index];
    const Theme& theme = m_context.theme;
    paintUnder(box, index);
    // Each level a breath of the module's tint more, so that nesting is seen without heavy lines.
    QColor fill = theme.moduleFill;
    fill.setAlphaF(m_context.theme.isDark ? 0.22f : 0.28f);
    m_context.painter.setPen(QPen(blend(theme.line, theme.moduleBorder, 0.35), m_context.lineWidth(1.2)));
    m_context.painter.setBrush(fill);
    m_context.painter.drawRoundedRect(box.rect, moduleRadius, moduleRadius);
    paintFrameTitle(index);
    paintOver(box, index);
}

void BoxPainter::paintFrameTitle(std::uint32_t index)
{
    if (m_context.detail != DiagramPainter::Detail::Full)
        return;
    const DiagramBox& box = m_context.diagram.boxes()[index];
    const DiagramFonts& fonts = m_context.diagram.fonts();
    const double baseline = box.strip.center().y() + m_context.texts.capHeight(Face::Title) / 2;
    const double left = box.strip.left() + fonts.sidePadding;
    m_context.texts.draw(m_context.painter, Face::Title, Anchor::Left, QPointF(left, baseline), box.title, m_context.theme.text, m_context.scale);
    m_context.texts.draw(m_context.painter, Face::Plain, Anchor::Left,
                         QPointF(left + m_context.texts.width(Face::Title, box.title) + fonts.unit, baseline), box.name, m_context.theme.dimText,
                         m_context.scale);
    paintChevron(chevronRect(m_context.diagram, box).center(), true, m_context.theme.dimText);
}

QRectF BoxPainter::chevronRect(const Diagram& diagram, const DiagramBox& box)
{
    const DiagramFonts& fonts = diagram.fonts();
    const double side = fonts.headerHeight;
    const QRectF strip = box.isExpanded ? box.strip : QRectF(box.rect.left(), box.rect.top(), box.rect.width(), fonts.headerHeight + 4);
    return QRectF(strip.right() - fonts.sidePadding - fonts.unit * 0.3 - side / 2, strip.center().y() - side / 2, side, side);
}

void BoxPainter::paintFrameLabels()
{
    if (m_context.detail == DiagramPainter::Detail::Full)
        return;
    QPainter& painter = m_context.painter;
    const double unit = m_context.diagram.fonts().unit;
    const double enlarge = 10.0 / (unit * m_context.scale);
    const double height = 15 / m_context.scale;
    const double padding = 4 / m_context.scale;
    std::vector<QRectF> taken;  // outer names come first and win
    constexpr std::size_t most = 60;
    for (const std::uint32_t index : m_context.diagram.frames()) {
        const DiagramBox& box = m_context.diagram.boxes()[index];
        if (taken.size() == most || !box.rect.intersects(m_context.region) || box.rect.height() < 3 * height)
            continue;
        const double width = m_context.texts.width(Face::Title, box.title) * enlarge + 2 * padding;
        if (box.rect.width() < width)
            continue;
        // A tab that stands on the first box's room and out of the frame rather than over what is in it. It stays in sight
        // while its frame is.
        QRectF label(box.rect.left() + 3 / m_context.scale, std::max(box.strip.bottom() - height, m_context.region.top() + 4 / m_context.scale), width, height);
        label.moveTop(std::min(label.top(), box.rect.bottom() - height));
        if (std::any_of(taken.begin(), taken.end(), [&](const QRectF& other) { return other.intersects(label); }))
            continue;
        taken.push_back(label);
        QColor ground = m_context.theme.panel;
        ground.setAlphaF(0.88f);
        painter.setPen(QPen(m_context.theme.line, 0));
        painter.setBrush(ground);
        painter.drawRoundedRect(label, 3 / m_context.scale, 3 / m_context.scale);
        m_context.texts.draw(painter, Face::Title, Anchor::Left,
                             QPointF(label.left() + padding, label.center().y() + enlarge * m_context.texts.capHeight(Face::Title) / 2), box.title,
                             m_context.theme.text, m_context.scale, enlarge);
    }
}

void BoxPainter::paintBoxes()
{
    const bool isVector = m_context.isVector;
    const double detail = isVector ? 0 : 2.0 / m_context.scale;
    QPainter& painter = m_context.painter;
    const bool isBlocks = m_context.detail == DiagramPainter::Detail::Blocks;
    painter.setRenderHint(QPainter::Antialiasing, !isBlocks || m_context.scale > 0.12);
    std::vector<std::uint32_t> raised;  // with outlines that must not be covered
    m_context.diagram.boxIndex().visit(
        m_context.region.adjusted(-8, -8, 8, 8), detail,
        [&](std::uint32_t index) {
            const std::uint8_t flags = m_context.state.flags(index);
            if (flags & ~DiagramState::Faded || index == m_context.state.hovered)
                raised.push_back(index);
            else if (isBlocks)
                paintBlock(index);
            else if (m_context.detail == DiagramPainter::Detail::Titles)
                paintTitle(index);
            else
                paintFull(index);
        },
        [&](const QRectF& bounds, std::uint32_t index) {
            const double least = 1 / m_context.scale;
            painter.fillRect(QRectF(bounds.topLeft(), QSizeF(std::max(bounds.width(), least), std::max(bounds.height(), least))),
                             blockColor(m_context.theme, m_context.diagram.boxes()[index]));
        });
    painter.setRenderHint(QPainter::Antialiasing, true);
    for (const std::uint32_t index : raised) {
        const DiagramBox& box = m_context.diagram.boxes()[index];
        paintUnder(box, index);
        if (isBlocks)
            paintBlock(index);
        else if (m_context.detail == DiagramPainter::Detail::Titles)
            paintTitle(index);
        else
            paintFull(index);
        paintOver(box, index);
    }
}

void BoxPainter::paintBlock(std::uint32_t index)
{
    const DiagramBox& box = m_context.diagram.boxes()[index];
    QColor color = blockColor(m_context.theme, box);
    if (m_context.state.flags(index) & DiagramState::Faded)
        color = blend(m_context.theme.canvas, color, 0.25);
    const double least = 1.5 / m_context.scale;
    QRectF rect = box.rect;
    rect.setWidth(std::max(rect.width(), least));
    rect.setHeight(std::max(rect.height(), least));
    QPainter& painter = m_context.painter;
    const bool isRounded = rect.height() * m_context.scale > 5;
    if (isRounded) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        const double radius = std::min(radiusOf(box), rect.height() / 2);
        painter.drawRoundedRect(rect, radius, radius);
    } else {
        painter.fillRect(rect, color);
    }
    if (index < m_context.state.run.size() && m_context.state.run[index].heat >= 0 && rect.height() * m_context.scale > 3) {
        const double width = std::max(heatBarWidth, 2 / m_context.scale);
        painter.fillRect(QRectF(rect.left() - width - 1 / m_context.scale, rect.top(), width, rect.height()),
                         m_context.theme.heat(m_context.state.run[index].heat));
    }
    if (const auto mark = m_context.state.marks.find(index); mark != m_context.state.marks.end())
        paintMark(box, mark->second);
}

// One word a box, as large as fits: still read when a body text would not be.
void BoxPainter::paintTitle(std::uint32_t index)
{
    const DiagramBox& box = m_context.diagram.boxes()[index];
    const Theme& theme = m_context.theme;
    QPainter& painter = m_context.painter;
    const bool isFaded = m_context.state.flags(index) & DiagramState::Faded;
    if (isFaded)
        painter.setOpacity(0.3);
    const bool isNode = box.kind == DiagramBox::Kind::Node;
    const double radius = radiusOf(box);
    const QColor fill = isNode                                  ? blockColor(theme, box)
                        : box.kind == DiagramBox::Kind::Module ? theme.moduleFill
                                                               : blend(theme.canvas, theme.line, 0.6);
    painter.setPen(isNode ? QPen(Qt::NoPen) : QPen(box.kind == DiagramBox::Kind::Module ? theme.moduleBorder : theme.edge, 0));
    painter.setBrush(fill);
    painter.drawRoundedRect(box.rect, radius, radius);
    if (isHatched(box))
        paintHatch(box.rect.adjusted(radius / 2, 0, -radius / 2, 0));

    const QString& title = box.prefixLength > 0 ? box.title.mid(box.prefixLength) : box.title;
    const double natural = m_context.texts.width(Face::Title, title);
    const double unit = m_context.diagram.fonts().unit;
    const double enlarge = std::min({(box.rect.width() - unit) / std::max(natural, 1.0), box.rect.height() * 0.78 / unit,
                                     11.0 / (unit * m_context.scale)});
    if (enlarge * unit * m_context.scale >= 5) {
        const QPointF centre = box.rect.center();
        m_context.texts.draw(painter, Face::Title, Anchor::Centre,
                             QPointF(centre.x(), centre.y() + enlarge * m_context.texts.capHeight(Face::Title) / 2), title,
                             isNode ? theme.familyText(box.family) : theme.text, m_context.scale, enlarge);
    }
    if (index < m_context.state.run.size() && m_context.state.run[index].heat >= 0)
        painter.fillRect(QRectF(box.rect.left() - 8, box.rect.top(), 6, box.rect.height()), theme.heat(m_context.state.run[index].heat));
    if (const auto mark = m_context.state.marks.find(index); mark != m_context.state.marks.end())
        paintMark(box, mark->second);
    if (isFaded)
        painter.setOpacity(1);
}

void BoxPainter::paintFull(std::uint32_t index)
{
    const DiagramBox& box = m_context.diagram.boxes()[index];
    const bool isFaded = m_context.state.flags(index) & DiagramState::Faded;
    if (isFaded)
        m_context.painter.setOpacity(0.3);
    switch (box.kind) {
    case DiagramBox::Kind::Node:
        paintNode(box, index);
        break;
    case DiagramBox::Kind::Module:
        paintModule(box, index);
        break;
    case DiagramBox::Kind::Input:
    case DiagramBox::Kind::Output:
    case DiagramBox::Kind::Stub:
        paintValue(box);
        break;
    }
    if (const auto mark = m_context.state.marks.find(index); mark != m_context.state.marks.end())
        paintMark(box, mark->second);
    if (isFaded)
        m_context.painter.setOpacity(1);
}

void BoxPainter::paintNode(const DiagramBox& box, std::uint32_t index)
{
    const Theme& theme = m_context.theme;
    const DiagramFonts& fonts = m_context.diagram.fonts();
    QPainter& painter = m_context.painter;
    const QColor color = blockColor(theme, box);
    const double baseline = m_context.texts.capHeight(Face::Title) / 2;
    if (box.isPill) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawRoundedRect(box.rect, radiusOf(box), radiusOf(box));
        if (isHatched(box))
            paintHatch(box.rect.adjusted(fonts.headerHeight / 2, 0, -fonts.headerHeight / 2, 0));
        const QString prefix = box.title.left(box.prefixLength);
        const QString rest = box.title.mid(box.prefixLength);
        const double prefixWidth = prefix.isEmpty() ? 0 : m_context.texts.width(Face::Plain, prefix);
        const double start = box.rect.center().x() - (prefixWidth + m_context.texts.width(Face::Title, rest)) / 2;
        const double y = box.rect.center().y() + baseline;
        m_context.texts.draw(painter, Face::Plain, Anchor::Left, QPointF(start, y), prefix, theme.familyText(box.family), m_context.scale);
        m_context.texts.draw(painter, Face::Title, Anchor::Left, QPointF(start + prefixWidth, y), rest, theme.familyText(box.family),
                             m_context.scale);
        if (index < m_context.state.run.size() && m_context.state.run[index].heat >= 0)
            painter.fillRect(QRectF(box.rect.left() - heatBarWidth - 3, box.rect.top() + 3, heatBarWidth, box.rect.height() - 6),
                             theme.heat(m_context.state.run[index].heat));
        return;
    }

    const bool hasBody = box.rect.height() > fonts.headerHeight + 1;
    // Half a pixel in, so that a line of one pixel at 100 % is one row of pixels.
    const QRectF outline = box.rect.adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(QPen(theme.nodeBorder, m_context.lineWidth(1)));
    painter.setBrush(theme.nodeFill);
    painter.drawRoundedRect(outline, cornerRadius, cornerRadius);
    if (index < m_context.state.run.size() && m_context.state.run[index].heat >= 0 && hasBody) {
        const QRectF bar(box.rect.left() + 1, box.rect.top() + fonts.headerHeight, heatBarWidth, box.rect.height() - fonts.headerHeight - 3);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.heat(m_context.state.run[index].heat));
        painter.drawRoundedRect(bar, 2, 2);
    }
    const QRectF header(box.rect.left(), box.rect.top(), box.rect.width(), fonts.headerHeight);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    if (hasBody)
        painter.drawPath(roundedTop(header, cornerRadius));
    else
        painter.drawRoundedRect(header, cornerRadius, cornerRadius);
    if (isHatched(box))
        paintHatch(header.adjusted(cornerRadius / 2, 0, -cornerRadius / 2, 0));
    paintHeader(box, header);
    if (const auto histograms = m_context.state.histograms.find(index); histograms != m_context.state.histograms.end() && hasBody)
        paintHistograms(box, histograms->second);
    paintLines(box, index, theme.dimText);
}

// Behind the text: the body has no room of its own for them, and at the sizes at which they show text stands clear of them.
void BoxPainter::paintHistograms(const DiagramBox& box, const DiagramState::Histograms& histograms)
{
    const DiagramFonts& fonts = m_context.diagram.fonts();
    QRectF area = box.rect.adjusted(cornerRadius, fonts.headerHeight + fonts.bodyPadding, -cornerRadius, -1);
    if (!histograms.weights.empty() && !histograms.output.empty()) {
        QRectF left = area, right = area;
        left.setRight(area.center().x() - fonts.unit * 0.3);
        right.setLeft(area.center().x() + fonts.unit * 0.3);
        paintBars(left, histograms.weights, blockColor(m_context.theme, box));
        paintBars(right, histograms.output, m_context.theme.accent);
    } else if (!histograms.weights.empty()) {
        paintBars(area, histograms.weights, blockColor(m_context.theme, box));
    } else {
        paintBars(area, histograms.output, m_context.theme.accent);
    }
}

void BoxPainter::paintBars(const QRectF& area, const std::vector<float>& bars, const QColor& color)
{
    QPainter& painter = m_context.painter;
    QColor fill = color;
    fill.setAlphaF(m_context.theme.isDark ? 0.42f : 0.22f);
    const double step = area.width() / double(bars.size());
    const double gap = std::min(step * 0.15, 1.0);
    for (std::size_t i = 0; i < bars.size(); ++i) {
        if (bars[i] <= 0)
            continue;
        // What is there at all is seen.
        const double height = std::max(double(bars[i]) * area.height(), 1 / m_context.scale);
        painter.fillRect(QRectF(area.left() + double(i) * step, area.bottom() - height, step - gap, height), fill);
    }
}

void BoxPainter::paintHeader(const DiagramBox& box, const QRectF& header)
{
    const DiagramFonts& fonts = m_context.diagram.fonts();
    const QColor text = m_context.theme.familyText(box.family);
    const double y = header.center().y() + m_context.texts.capHeight(Face::Title) / 2;
    double x = header.left() + fonts.sidePadding;
    const QString prefix = box.title.left(box.prefixLength);
    if (!prefix.isEmpty()) {
        m_context.texts.draw(m_context.painter, Face::Plain, Anchor::Left, QPointF(x, y), prefix, text, m_context.scale);
        x += m_context.texts.width(Face::Plain, prefix);
    }
    m_context.texts.draw(m_context.painter, Face::Title, Anchor::Left, QPointF(x, y), box.title.mid(box.prefixLength), text, m_context.scale);
    double right = header.right() - fonts.sidePadding;
    if (box.canEnter) {
        // What opens says so: a chevron that points inward.
        const double half = fonts.unit * 0.28;
        const QPointF tip(right, header.center().y());
        m_context.painter.setPen(QPen(text, m_context.lineWidth(1.5), Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        m_context.painter.setBrush(Qt::NoBrush);
        m_context.painter.drawPolyline(QPolygonF({tip + QPointF(-half, -half), tip, tip + QPointF(-half, half)}));
        right -= fonts.unit * 1.2;
    }
    m_context.texts.draw(m_context.painter, Face::Plain, Anchor::Right, QPointF(right, y), box.name, text, m_context.scale);
}

void BoxPainter::paintLines(const DiagramBox& box, std::uint32_t index, const QColor& color)
{
    const DiagramFonts& fonts = m_context.diagram.fonts();
    const double baseline = m_context.texts.capHeight(Face::Body) / 2;
    double middle = box.rect.top() + fonts.headerHeight + fonts.bodyPadding + fonts.lineHeight / 2;
    const double left = box.rect.left() + fonts.sidePadding;
    QPainter& painter = m_context.painter;
    for (const DiagramLine& line : box.lines) {
        double x = left;
        QColor text = color;
        if (line.kind == DiagramLine::Kind::Stub) {
            // The end of a line that is not drawn.
            const QColor edge = m_context.theme.edge;
            painter.setPen(QPen(edge, m_context.lineWidth(1.4)));
            painter.drawLine(QPointF(x, middle), QPointF(x + fonts.unit * 0.4, middle));
            painter.setPen(Qt::NoPen);
            painter.setBrush(edge);
            painter.drawEllipse(QPointF(x + fonts.unit * 0.5, middle), fonts.unit * 0.2, fonts.unit * 0.2);
            x += fonts.unit;
        } else if (line.kind == DiagramLine::Kind::Hint) {
            text = blend(m_context.theme.nodeFill, m_context.theme.text, 0.85);
        }
        m_context.texts.draw(painter, Face::Body, Anchor::Left, QPointF(x, middle + baseline), line.text, text, m_context.scale);
        middle += fonts.lineHeight;
    }
    if (box.hasRunLine && index < m_context.state.run.size() && m_context.state.run[index].heat >= 0)
        m_context.texts.draw(painter, Face::Body, Anchor::Left, QPointF(left, middle + baseline), m_context.state.run[index].text,
                             m_context.theme.text, m_context.scale);
}

void BoxPainter::paintValue(const DiagramBox& box)
{
    const Theme& theme = m_context.theme;
    const DiagramFonts& fonts = m_context.diagram.fonts();
    QPainter& painter = m_context.painter;
    const double radius = radiusOf(box);
    QPen border(box.kind == DiagramBox::Kind::Stub ? theme.edge : blend(theme.line, theme.edge, 0.6), m_context.lineWidth(1));
    if (box.kind == DiagramBox::Kind::Stub)
        border.setStyle(Qt::DashLine);
    painter.setPen(border);
    painter.setBrush(blend(theme.canvas, theme.line, theme.isDark ? 0.55 : 0.4));
    // Inputs are open downward, outputs upward: a cup and a hood.
    const QRectF r = box.rect.adjusted(0.5, 0.5, -0.5, -0.5);
    if (box.kind == DiagramBox::Kind::Stub) {
        painter.drawRoundedRect(r, radius, radius);
    } else {
        const double top = box.kind == DiagramBox::Kind::Input ? radius : cornerRadius / 2;
        const double bottom = box.kind == DiagramBox::Kind::Input ? cornerRadius / 2 : radius;
        QPainterPath path;
        path.moveTo(r.left(), r.top() + top);
        path.arcTo(QRectF(r.left(), r.top(), 2 * top, 2 * top), 180, -90);
        path.arcTo(QRectF(r.right() - 2 * top, r.top(), 2 * top, 2 * top), 90, -90);
        path.arcTo(QRectF(r.right() - 2 * bottom, r.bottom() - 2 * bottom, 2 * bottom, 2 * bottom), 0, -90);
        path.arcTo(QRectF(r.left(), r.bottom() - 2 * bottom, 2 * bottom, 2 * bottom), 270, -90);
        path.closeSubpath();
        painter.drawPath(path);
    }
    const double titleHeight = fonts.unit * 1.4;
    double middle = box.rect.center().y() - (titleHeight + double(box.lines.size()) * fonts.lineHeight) / 2 + titleHeight / 2;
    m_context.texts.draw(painter, Face::Title, Anchor::Centre, QPointF(box.rect.center().x(), middle + m_context.texts.capHeight(Face::Title) / 2),
                         box.title, theme.text, m_context.scale);
    middle += (titleHeight + fonts.lineHeight) / 2;
    for (const DiagramLine& line : box.lines) {
        m_context.texts.draw(painter, Face::Body, Anchor::Centre, QPointF(box.rect.center().x(), middle + m_context.texts.capHeight(Face::Body) / 2),
                             line.text, theme.dimText, m_context.scale);
        middle += fonts.lineHeight;
    }
}

void BoxPainter::paintModule(const DiagramBox& box, std::uint32_t index)
{
    const Theme& theme = m_context.theme;
    const DiagramFonts& fonts = m_context.diagram.fonts();
    QPainter& painter = m_context.painter;
    painter.setPen(QPen(theme.moduleBorder, m_context.lineWidth(1)));
    painter.setBrush(theme.moduleFill);
    painter.drawRoundedRect(box.rect.adjusted(0.5, 0.5, -0.5, -0.5), moduleRadius, moduleRadius);
    if (index < m_context.state.run.size() && m_context.state.run[index].heat >= 0)
        painter.fillRect(QRectF(box.rect.left() + 1, box.rect.top() + moduleRadius, heatBarWidth, box.rect.height() - 2 * moduleRadius),
                         theme.heat(m_context.state.run[index].heat));
    const double middle = box.rect.top() + fonts.headerHeight / 2 + (box.lines.empty() ? (box.rect.height() - fonts.headerHeight) / 2 : 2);
    const double y = middle + m_context.texts.capHeight(Face::Title) / 2;
    m_context.texts.draw(painter, Face::Title, Anchor::Left, QPointF(box.rect.left() + fonts.sidePadding, y), box.title, theme.text, m_context.scale);
    const double right = box.rect.right() - fonts.sidePadding;
    paintChevron(chevronRect(m_context.diagram, box).center(), false, theme.dimText);
    m_context.texts.draw(painter, Face::Plain, Anchor::Right, QPointF(right - fonts.unit * 1.2, y), box.name, theme.dimText, m_context.scale);
    paintLines(box, index, theme.dimText);
}

// Behind the box: halo of a search hit.
void BoxPainter::paintUnder(const DiagramBox& box, std::uint32_t index)
{
    const std::uint8_t flags = m_context.state.flags(index);
    if (!(flags & DiagramState::Hit))
        return;
    const double outset = std::max(6.0, 4 / m_context.scale);
    QColor halo = m_context.theme.warning;
    halo.setAlphaF(m_context.theme.isDark ? 0.45f : 0.35f);
    m_context.painter.setPen(Qt::NoPen);
    m_context.painter.setBrush(halo);
    const double radius = radiusOf(box) + outset;
    m_context.painter.drawRoundedRect(box.rect.adjusted(-outset, -outset, outset, outset), radius, radius);
}

void BoxPainter::paintOver(const DiagramBox& box, std::uint32_t index)
{
    const std::uint8_t flags = m_context.state.flags(index);
    QPainter& painter = m_context.painter;
    const auto outline = [&](const QColor& color, double units, double leastPixels, double gap) {
        const double width = m_context.lineWidth(units, leastPixels);
        const double outset = std::max(gap, gap * 0.6 / m_context.scale) + width / 2;
        const double radius = radiusOf(box) + outset;
        painter.setPen(QPen(color, width));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(box.rect.adjusted(-outset, -outset, outset, outset), radius, radius);
    };
    if (flags & DiagramState::Selected)
        outline(m_context.theme.accent, 2.5, 2, 2);
    else if (flags & DiagramState::CurrentHit)
        outline(m_context.theme.warning, 2.5, 2, 2);
    else if (index == m_context.state.hovered || flags & DiagramState::Linked)
        outline(blend(m_context.theme.canvas, m_context.theme.accent, 0.6), 1.5, 1.2, 2);
}

void BoxPainter::paintMark(const DiagramBox& box, const DiagramState::Mark& mark)
{
    if (mark.mark == MatchMark::None)
        return;
    const Theme& theme = m_context.theme;
    QPainter& painter = m_context.painter;
    QColor color = theme.matched;
    QPen pen(color, m_context.lineWidth(1.5, 1));
    switch (mark.mark) {
    case MatchMark::None:
    case MatchMark::Matched:
        break;
    case MatchMark::WeightDiffers:
        color = theme.weightDiffers;
        pen = QPen(color, m_context.lineWidth(2.5, 1.5));
        break;
    case MatchMark::ActivationDiffers:
        color = theme.activationDiffers;
        pen = QPen(color, m_context.lineWidth(2.2, 1.5));
        pen.setDashPattern({1.0, 1.2});
        break;
    case MatchMark::OnlyHere:
        color = theme.onlyHere;
        pen = QPen(color, m_context.lineWidth(2.2, 1.5));
        pen.setDashPattern({4.0, 2.5});
        break;
    }
    constexpr double gap = 4;
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(box.rect.adjusted(-gap, -gap, gap, gap), radiusOf(box) + gap, radiusOf(box) + gap);
    if (mark.badge.isEmpty() || m_context.detail != DiagramPainter::Detail::Full)
        return;
    const DiagramFonts& fonts = m_context.diagram.fonts();
    const double width = m_context.texts.width(Face::Body, mark.badge) + 2 * fonts.sidePadding;
    const double height = fonts.lineHeight + 3;
    const QRectF badge(box.rect.right() + gap + 6, box.rect.top() + (std::min(box.rect.height(), fonts.headerHeight * 1.6) - height) / 2, width, height);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawRoundedRect(badge, height / 2, height / 2);
    m_context.texts.draw(painter, Face::Body, Anchor::Centre, QPointF(badge.center().x(), badge.center().y() + m_context.texts.capHeight(Face::Body) / 2),
                         mark.badge, readableOn(color), m_context.scale);
}

// Slanted lines, cut to the area by hand: clip paths are slow on a screen, and lost in some vector formats.
void BoxPainter::paintHatch(const QRectF& whole)
{
    constexpr double step = 7;
    const QRectF area = whole.adjusted(0, 1, 0, -1);  // the ends of slanted lines stick out
    std::vector<QLineF> lines;
    const double height = area.height();
    for (double start = area.left() - height; start < area.right(); start += step) {
        const double x1 = std::max(start, area.left());
        const double x2 = std::min(start + height, area.right());
        if (x2 > x1)
            lines.emplace_back(QPointF(x1, area.bottom() - (x1 - start)), QPointF(x2, area.bottom() - (x2 - start)));
    }
    m_context.painter.setPen(QPen(blend(m_context.theme.family(OperatorFamily::Unknown), Qt::black, 0.28), m_context.lineWidth(2)));
    m_context.painter.drawLines(lines.data(), int(lines.size()));
}

void BoxPainter::paintChevron(QPointF centre, bool isOpen, const QColor& color)
{
    const double half = m_context.diagram.fonts().unit * 0.3;
    const double rise = isOpen ? -half / 2 : half / 2;
    m_context.painter.setPen(QPen(color, m_context.lineWidth(1.5), Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    m_context.painter.setBrush(Qt::NoBrush);
    m_context.painter.drawPolyline(QPolygonF({centre + QPointF(-half, -rise), centre + QPointF(0, rise), centre + QPointF(half, -rise)}));
}

}  // namespace tenscope

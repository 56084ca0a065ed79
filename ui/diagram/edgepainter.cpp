#include "ui/diagram/edgepainter.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <unordered_set>

#include "ui/theme/contrast.h"

namespace tenscope {

namespace {

constexpr double cornerRadius = 10;
constexpr double arrowLength = 8;
constexpr double arrowHalfWidth = 3.75;

QPointF towards(QPointF from, QPointF to, double distance)
{
    const QPointF way = to - from;
    const double length = std::hypot(way.x(), way.y());
    return length < 1e-9 ? from : from + way * (distance / length);
}

double length(QPointF a, QPointF b)
{
    return std::hypot(b.x() - a.x(), b.y() - a.y());
}

}  // namespace

QPainterPath EdgePainter::roundedPath(std::span<const QPointF> route, double radius, double shorten, double skip)
{
    QPainterPath path;
    while (route.size() > 2 && skip >= length(route[0], route[1])) {
        skip -= length(route[0], route[1]);
        route = route.subspan(1);
    }
    if (route.size() < 2)
        return path;
    QPointF before = towards(route[0], route[1], std::min(skip, length(route[0], route[1])));
    path.moveTo(before);
    for (std::size_t i = 1; i + 1 < route.size(); ++i) {
        const QPointF corner = route[i];
        const double room = std::min({radius, i == 1 ? length(before, corner) : length(before, corner) / 2, length(corner, route[i + 1]) / 2});
        if (room < 0.5) {
            path.lineTo(corner);
        } else {
            path.lineTo(towards(corner, before, room));
            path.quadTo(corner, towards(corner, route[i + 1], room));
        }
        before = corner;
    }
    path.lineTo(towards(route.back(), before, std::min(shorten, length(route.back(), before))));
    return path;
}

double EdgePainter::sharedLength(std::span<const QPointF> a, std::span<const QPointF> b)
{
    double shared = 0;
    for (std::size_t i = 0; i + 1 < a.size() && i + 1 < b.size() && a[i] == b[i]; ++i) {
        const double lengthA = length(a[i], a[i + 1]);
        const double lengthB = length(b[i], b[i + 1]);
        const double both = std::min(lengthA, lengthB);
        const QPointF endA = towards(a[i], a[i + 1], both);
        const QPointF endB = towards(b[i], b[i + 1], both);
        if (length(endA, endB) > 0.01)
            break;
        shared += both;
        if (lengthA != lengthB)
            break;
    }
    return shared;
}

QColor EdgePainter::colorOf(std::uint8_t flags) const
{
    const Theme& theme = m_context.theme;
    if (flags & (DiagramState::Forward | DiagramState::OnPath))
        return theme.accent;
    if (flags & DiagramState::FadedEdge)
        return blend(theme.canvas, theme.edge, 0.3);
    return theme.edge;
}

void EdgePainter::paintTogether(std::span<const std::uint32_t> edges)
{
    const std::uint8_t flags = m_context.state.edge(edges.front());
    const bool isForward = flags & (DiagramState::Forward | DiagramState::OnPath);
    const QColor color = colorOf(flags);
    const bool hasArrow = m_context.isVector || m_context.scale >= 0.22;
    QPainterPath lines, arrows;
    arrows.setFillRule(Qt::WindingFill);
    std::uint32_t count = 1;
    constexpr std::size_t mostCompared = 64;
    for (std::size_t i = 0; i < edges.size(); ++i) {
        const DiagramEdge& edge = m_context.diagram.edges()[edges[i]];
        const auto route = m_context.diagram.route(edge);
        if (route.size() < 2)
            continue;
        count = std::max(count, edge.count);
        double shared = 0;
        for (std::size_t other = i > mostCompared ? i - mostCompared : 0; other < i; ++other)
            shared = std::max(shared, sharedLength(m_context.diagram.route(m_context.diagram.edges()[edges[other]]), route));
        lines.addPath(roundedPath(route, cornerRadius, hasArrow ? arrowLength - 1 : 0, std::max(0.0, shared - cornerRadius)));
        const QPointF tip = route.back();
        const QPointF from = route[route.size() - 2];
        if (!hasArrow || length(from, tip) < 1e-9)
            continue;
        const QPointF base = towards(tip, from, arrowLength);
        const QPointF across = QPointF(-(tip - base).y(), (tip - base).x()) * (arrowHalfWidth / arrowLength);
        arrows.moveTo(tip);
        arrows.lineTo(base + across);
        arrows.lineTo(base - across);
        arrows.closeSubpath();
    }
    // Bundles are thicker, but no pipe.
    const double units = (isForward ? 2.0 : 1.4) + std::min(1.6, 0.4 * std::log2(double(count)));
    QPen pen(color, m_context.lineWidth(units));
    pen.setCapStyle(Qt::FlatCap);
    pen.setJoinStyle(Qt::RoundJoin);
    QPainter& painter = m_context.painter;
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(lines);
    if (arrows.isEmpty())
        return;
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawPath(arrows);
}

void EdgePainter::paintAll(std::vector<std::uint32_t>& edges)
{
    const auto key = [this](std::uint32_t index) {
        const DiagramEdge& edge = m_context.diagram.edges()[index];
        return std::tuple(edge.from, edge.value, edge.count, m_context.state.edge(index));
    };
    std::sort(edges.begin(), edges.end(), [&](std::uint32_t a, std::uint32_t b) { return std::pair(key(a), a) < std::pair(key(b), b); });
    for (std::size_t begin = 0; begin < edges.size();) {
        std::size_t end = begin + 1;
        while (end < edges.size() && key(edges[end]) == key(edges[begin]))
            ++end;
        paintTogether({edges.data() + begin, end - begin});
        begin = end;
    }
}

// Far away: straight pieces a pixel wide, and each pixel's piece only once. A bundle of a thousand edges that cannot be told
// apart costs what one does.
void EdgePainter::paintThin(const std::vector<std::uint32_t>& edges)
{
    const double scale = m_context.scale;
    const QRectF& region = m_context.region;
    std::unordered_set<std::uint64_t> seen;
    std::vector<QLineF> lines;
    const auto clampX = [&](double x) { return std::clamp(x, region.left() - 2 / scale, region.right() + 2 / scale); };
    const auto clampY = [&](double y) { return std::clamp(y, region.top() - 2 / scale, region.bottom() + 2 / scale); };
    const auto pixel = [&](double along, double begin) { return std::uint64_t(std::int64_t((along - begin) * scale) + 4) & 0xffff; };
    for (const std::uint32_t index : edges) {
        const auto route = m_context.diagram.route(m_context.diagram.edges()[index]);
        for (std::size_t i = 1; i < route.size(); ++i) {
            QPointF a = route[i - 1], b = route[i];
            if (std::max(a.x(), b.x()) < region.left() || std::min(a.x(), b.x()) > region.right() ||
                std::max(a.y(), b.y()) < region.top() || std::min(a.y(), b.y()) > region.bottom())
                continue;
            // Only pieces along an axis can be cut without changing their slope.
            if (a.x() == b.x()) {
                a.setY(clampY(a.y()));
                b.setY(clampY(b.y()));
            } else if (a.y() == b.y()) {
                a.setX(clampX(a.x()));
                b.setX(clampX(b.x()));
            }
            const std::uint64_t key = pixel(a.x(), region.left()) << 48 | pixel(a.y(), region.top()) << 32 |
                                      pixel(b.x(), region.left()) << 16 | pixel(b.y(), region.top());
            if (seen.insert(key).second)
                lines.emplace_back(a, b);
        }
    }
    QPen pen(blend(m_context.theme.canvas, m_context.theme.edge, 0.55), 0);
    m_context.painter.setPen(pen);
    m_context.painter.setRenderHint(QPainter::Antialiasing, false);
    m_context.painter.drawLines(lines.data(), int(lines.size()));
    m_context.painter.setRenderHint(QPainter::Antialiasing, true);
}

void EdgePainter::paintEdges()
{
    std::vector<std::uint32_t> plain, forward;
    const double detail = m_context.isVector ? 0 : 1.0 / m_context.scale;
    m_context.diagram.edgeIndex().visit(
        m_context.region, detail,
        [&](std::uint32_t index) {
            const bool isForward = m_context.state.edge(index) & (DiagramState::Forward | DiagramState::OnPath);
            (isForward ? forward : plain).push_back(index);
        },
        [](const QRectF&, std::uint32_t) {});  // shorter than a pixel
    // Where lines are thinner than a pixel, rounded corners of many are not worth what they cost.
    const std::size_t mostCareful = m_context.detail == DiagramPainter::Detail::Full ? 1500 : m_context.detail == DiagramPainter::Detail::Titles ? 300 : 0;
    if (!m_context.isVector && plain.size() > mostCareful)
        paintThin(plain);
    else
        paintAll(plain);
    paintAll(forward);
}

void EdgePainter::paintLabels()
{
    if (m_context.detail != DiagramPainter::Detail::Full)
        return;
    const double baseline = m_context.texts.capHeight(TextCache::Face::Mono) / 2;
    m_context.diagram.edgeIndex().visit(m_context.region, [&](std::uint32_t index) {
        const DiagramEdge& edge = m_context.diagram.edges()[index];
        if (edge.label.isEmpty() || !edge.labelRect.intersects(m_context.region))
            return;
        const std::uint8_t flags = m_context.state.edge(index);
        const QColor color = flags & DiagramState::Forward     ? m_context.theme.accent
                             : flags & DiagramState::FadedEdge ? blend(m_context.theme.canvas, m_context.theme.edgeLabel, 0.35)
                                                               : m_context.theme.edgeLabel;
        m_context.texts.draw(m_context.painter, TextCache::Face::Mono, TextCache::Anchor::Centre,
                             QPointF(edge.labelRect.center().x(), edge.labelRect.center().y() + baseline), edge.label, color,
                             m_context.scale);
    });
}

}  // namespace tenscope

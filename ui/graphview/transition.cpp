#include "ui/graphview/transition.h"

#include <algorithm>
#include <cmath>

namespace tenscope {

namespace {

using Index = Diagram::Index;

constexpr std::size_t mostBoxes = 3000;

QPointF mixed(QPointF a, QPointF b, double fraction)
{
    return a + (b - a) * fraction;
}

QRectF mixed(const QRectF& a, const QRectF& b, double fraction)
{
    return QRectF(mixed(a.topLeft(), b.topLeft(), fraction), mixed(a.bottomRight(), b.bottomRight(), fraction));
}

// The same thing in another diagram.
std::optional<Index> counterpart(const Diagram& diagram, const DiagramBox& box)
{
    if (box.node)
        return diagram.boxOf(box.node);
    if (box.module)
        return diagram.boxOf(box.module);
    return box.value ? diagram.boxOf(box.value) : std::nullopt;
}

}  // namespace

Transition::Transition(const Diagram& from, const Viewport& fromView, std::shared_ptr<const Diagram> to, const Viewport& toView)
    : m_to(std::move(to)), m_toView(toView)
{
    if (from.boxes().size() > mostBoxes || m_to->boxes().size() > mostBoxes)
        return;
    const auto moved = [&](const QRectF& rect) { return toView.toDiagram(fromView.toView(rect)); };
    const std::vector<DiagramBox>& boxes = m_to->boxes();
    m_starts.reserve(boxes.size());
    for (const DiagramBox& box : boxes) {
        if (const auto old = counterpart(from, box)) {
            m_starts.push_back(moved(from.boxes()[*old].rect));
            continue;
        }
        // It comes out of the module around it, or goes into it.
        std::optional<Index> around;
        for (std::uint32_t parent = box.parent; parent != DiagramBox::none && !around; parent = boxes[parent].parent)
            around = counterpart(from, boxes[parent]);
        if (!around && box.node)
            around = from.visibleBoxOf(box.node);
        const QRectF origin = around ? moved(from.boxes()[*around].rect) : box.rect;
        m_starts.push_back(around ? QRectF(origin.center() - QPointF(box.rect.width(), box.rect.height()) / 4, box.rect.size() / 2) : origin);
    }
    m_routes.resize(m_to->edges().size());
    for (std::size_t i = 0; i < m_routes.size(); ++i) {
        const DiagramEdge& edge = m_to->edges()[i];
        const auto oldFrom = counterpart(from, boxes[edge.from]);
        const auto oldTo = counterpart(from, boxes[edge.to]);
        if (!oldFrom || !oldTo)
            continue;
        for (const Index candidate : from.edgesInto(*oldTo)) {
            const DiagramEdge& old = from.edges()[candidate];
            const auto route = from.route(old);
            if (old.from != *oldFrom || old.value != edge.value || route.size() != m_to->route(edge).size())
                continue;
            for (const QPointF& point : route)
                m_routes[i].push_back(toView.toDiagram(fromView.toView(point)));
            break;
        }
    }
}

bool Transition::isWorthwhile(QSizeF view) const
{
    const QRectF shown = m_toView.toDiagram(QRectF(QPointF(), view));
    for (std::size_t i = 0; i < m_starts.size(); ++i) {
        const QRectF& end = m_to->boxes()[i].rect;
        if (!shown.intersects(end) && !shown.intersects(m_starts[i]))
            continue;
        const QPointF way = end.center() - m_starts[i].center();
        if (std::hypot(way.x(), way.y()) * m_toView.scale() > 2 || std::abs(end.height() - m_starts[i].height()) > 2)
            return true;
    }
    return false;
}

Diagram Transition::at(double fraction) const
{
    std::vector<DiagramBox> boxes = m_to->boxes();
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        const QRectF end = boxes[i].rect;
        boxes[i].rect = mixed(m_starts[i], end, fraction);
        boxes[i].strip.translate(boxes[i].rect.topLeft() - end.topLeft());
    }
    std::vector<DiagramEdge> edges = m_to->edges();
    std::vector<QPointF> points;
    for (std::size_t i = 0; i < edges.size(); ++i) {
        const auto route = m_to->route(m_to->edges()[i]);
        edges[i].label.clear();
        edges[i].routeBegin = std::uint32_t(points.size());
        for (std::size_t k = 0; k < m_routes[i].size(); ++k)
            points.push_back(mixed(m_routes[i][k], route[k], fraction));
        edges[i].routeEnd = std::uint32_t(points.size());
    }
    return Diagram(m_to->graph(), m_to->hierarchy(), m_to->fonts(), std::move(boxes), std::move(edges), std::move(points));
}

}  // namespace tenscope

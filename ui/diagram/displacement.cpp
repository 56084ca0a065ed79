#include "ui/diagram/displacement.h"

#include <algorithm>
#include <cmath>

namespace tenscope {

namespace {

using Index = Diagram::Index;

// An edge whose ends moved: straight out of its boxes and into them. One that was a simple step between neighbours stays one.
std::vector<QPointF> rerouted(std::span<const QPointF> route, QPointF fromBy, QPointF toBy, double unit)
{
    if (fromBy == toBy) {
        std::vector<QPointF> points(route.begin(), route.end());
        for (QPointF& point : points)
            point += fromBy;
        return points;
    }
    const QPointF from = route.front() + fromBy, to = route.back() + toBy;
    if (route.size() <= 5) {
        if (from.x() == to.x() && to.y() > from.y())
            return {from, to};
        const double stub = std::max(unit, (to.y() - from.y()) / 2);
        if (to.y() - from.y() > 2 * unit)
            return {from, QPointF(from.x(), from.y() + stub), QPointF(to.x(), to.y() - stub), to};
        // Upwards: around the side.
        const double side = (from.x() + to.x()) / 2;
        return {from, QPointF(from.x(), from.y() + unit), QPointF(side, from.y() + unit), QPointF(side, to.y() - unit), QPointF(to.x(), to.y() - unit), to};
    }
    // Longer ones keep their way; the first and the last turn follow the ends.
    std::vector<QPointF> points(route.begin(), route.end());
    const std::size_t last = points.size() - 1;
    points[0] = from;
    points[last] = to;
    points[1] = QPointF(from.x(), std::max(points[1].y(), from.y() + unit));
    points[2].setY(std::max(points[2].y(), points[1].y()));
    points[last - 1] = QPointF(to.x(), std::min(points[last - 1].y(), to.y() - unit));
    points[last - 2].setY(std::min(points[last - 2].y(), points[last - 1].y()));
    return points;
}

}  // namespace

Diagram displaced(const Diagram& diagram, const Displacements& moved)
{
    std::vector<DiagramBox> boxes = diagram.boxes();
    std::vector<QPointF> by(boxes.size());
    bool isAny = false;
    for (const auto& [what, way] : moved) {
        const auto* node = std::get_if<NodeId>(&what);
        const auto box = node ? diagram.boxOf(*node) : diagram.boxOf(std::get<ValueId>(what));
        if (!box || way.isNull())
            continue;
        by[*box] = way;
        boxes[*box].rect.translate(way);
        isAny = true;
    }
    if (!isAny)
        return diagram;
    // Innermost frames first, so that those around them see them grown.
    const double room = diagram.fonts().unit;
    for (Index i = 0; i < boxes.size(); ++i)
        if (!by[i].isNull())
            for (std::uint32_t parent = boxes[i].parent, inside = i; parent != DiagramBox::none; inside = parent, parent = boxes[parent].parent) {
                const QRectF& rect = boxes[inside].rect;
                boxes[parent].rect |= rect.adjusted(-room, -room - boxes[parent].strip.height(), room, room);
                boxes[parent].strip.moveTop(std::min(boxes[parent].strip.top(), boxes[parent].rect.top()));
            }

    std::vector<DiagramEdge> edges = diagram.edges();
    std::vector<QPointF> points;
    for (DiagramEdge& edge : edges) {
        const auto route = diagram.route(edge);
        const QPointF fromBy = by[edge.from], toBy = by[edge.to];
        const bool isMoved = !route.empty() && (!fromBy.isNull() || !toBy.isNull());
        const std::vector<QPointF> now = isMoved ? rerouted(route, fromBy, toBy, room) : std::vector<QPointF>(route.begin(), route.end());
        edge.routeBegin = std::uint32_t(points.size());
        points.insert(points.end(), now.begin(), now.end());
        edge.routeEnd = std::uint32_t(points.size());
        if (isMoved)
            edge.labelRect.translate((fromBy + toBy) / 2);
    }
    return Diagram(diagram.graph(), diagram.hierarchy(), diagram.fonts(), std::move(boxes), std::move(edges), std::move(points));
}

}  // namespace tenscope

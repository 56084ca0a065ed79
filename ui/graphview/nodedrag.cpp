#include "ui/graphview/nodedrag.h"

#include <cmath>

#include "ui/diagram/displacement.h"

namespace tenscope {

namespace {

constexpr std::size_t mostShown = 3000;  // boxes of a diagram that is copied for every move of the mouse

}  // namespace

NodeDrag::NodeDrag(std::shared_ptr<const Diagram> diagram, const std::vector<Diagram::Index>& boxes, QPointF from, Keep keep)
    : m_diagram(std::move(diagram)), m_from(from), m_keep(std::move(keep))
{
    for (const Diagram::Index box : boxes)
        if (canMove(m_diagram->boxes()[box]))
            m_boxes.push_back(box);
}

bool NodeDrag::canMove(const DiagramBox& box)
{
    return box.kind == DiagramBox::Kind::Node || (box.kind != DiagramBox::Kind::Module && box.kind != DiagramBox::Kind::Stub && box.value);
}

void NodeDrag::moveTo(QPointF place, double)
{
    // Whole units are whole pixels at 100 %: crisp edges.
    m_way = QPointF(std::round(place.x() - m_from.x()), std::round(place.y() - m_from.y()));
}

Displacements NodeDrag::further() const
{
    Displacements result;
    for (const Diagram::Index index : m_boxes) {
        const DiagramBox& box = m_diagram->boxes()[index];
        if (box.node)
            result[box.node] = m_way;
        else
            result[box.value] = m_way;
    }
    return result;
}

std::optional<Diagram> NodeDrag::preview() const
{
    if (m_diagram->boxes().size() > mostShown)
        return std::nullopt;
    return displaced(*m_diagram, further());
}

void NodeDrag::paint(QPainter& painter, const Theme& theme, const QRectF& region, double pixel) const
{
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.accent, 1.5 * std::max(1.0, pixel), Qt::DashLine));
    for (const Diagram::Index index : m_boxes)
        if (const QRectF rect = m_diagram->boxes()[index].rect.translated(m_way); rect.intersects(region))
            painter.drawRoundedRect(rect.adjusted(-3, -3, 3, 3), 6, 6);
}

Result<Touched> NodeDrag::drop()
{
    m_keep(further());
    return Touched();
}

}  // namespace tenscope

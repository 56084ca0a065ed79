#include "ui/graphview/wiredrag.h"

#include <QCoreApplication>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

#include "core/graph/text.h"
#include "ui/document/document.h"
#include "ui/document/wiringedits.h"
#include "ui/graphview/ports.h"

namespace tenscope {

namespace {

using Index = Diagram::Index;
using Kind = WireGrip::Kind;

constexpr double portReach = 8;   // pixels
constexpr double edgeReach = 5;
constexpr double endReach = 36;   // along an edge from its end
constexpr double boxReach = 14;   // around a box

struct Text {
    Q_DECLARE_TR_FUNCTIONS(WireDrag)
};

double distance(QPointF a, QPointF b)
{
    return std::hypot(a.x() - b.x(), a.y() - b.y());
}

ConnectionRules rulesFor(const Model& model, const WireGrip& grip)
{
    return grip.kind == Kind::Tail ? ConnectionRules(model, *grip.destination) : ConnectionRules(model, grip.value);
}

QString titled(const Diagram& diagram, Index box)
{
    const DiagramBox& b = diagram.boxes()[box];
    return b.name.isEmpty() ? b.title : b.title + QStringLiteral(" ") + b.name;
}

}  // namespace

std::optional<WireGrip> wireGripAt(const Diagram& diagram, const Model& model, QPointF place, double pixel)
{
    if (const auto box = boxNear(diagram, place, portReach * pixel))
        for (const LeavingPort& port : leavingPorts(diagram, model, *box))
            if (distance(port.place, place) <= portReach * pixel)
                return WireGrip{Kind::FromPort, port.value, std::nullopt, port.place, port.place};
    const auto index = diagram.edgeAt(place, edgeReach * pixel);
    if (!index)
        return std::nullopt;
    const DiagramEdge& edge = diagram.edges()[*index];
    const auto route = diagram.route(edge);
    const auto destination = destinationOf(diagram, model, edge);
    if (!destination || route.size() < 2)
        return std::nullopt;
    const double toHead = distance(route.back(), place), toTail = distance(route.front(), place);
    if (std::min(toHead, toTail) > endReach * pixel)
        return std::nullopt;
    if (toHead <= toTail)
        return WireGrip{Kind::Head, edge.value, destination, route.front(), route.back()};
    return WireGrip{Kind::Tail, edge.value, destination, route.back(), route.front()};
}

WireDrag::WireDrag(Document* document, std::shared_ptr<const Diagram> diagram, WireGrip grip)
    : m_document(document), m_model(document->model()), m_diagram(std::move(diagram)), m_grip(std::move(grip)),
      m_rules(rulesFor(*m_model, m_grip)), m_cursor(m_grip.place)
{
}

std::vector<WireDrag::End> WireDrag::endsOf(Index box) const
{
    std::vector<End> ends;
    if (m_grip.kind == Kind::Tail) {
        for (const LeavingPort& port : leavingPorts(*m_diagram, *m_model, box))
            ends.push_back({port.place, port.name, {}, port.value});
    } else {
        for (const ArrivingPort& port : arrivingPorts(*m_diagram, *m_model, box))
            ends.push_back({port.place, port.name, port.destination, {}});
    }
    return ends;
}

std::string WireDrag::whyNot(const End& end) const
{
    if (m_grip.kind == Kind::Tail)
        return m_rules.whyNot(end.value, *m_grip.destination);
    // Inputs of one node change places, and outputs of one graph do, so that nothing is connected that was not.
    if (m_grip.kind == Kind::Head && valueAt(*m_model, end.destination)) {
        const auto* from = std::get_if<Use>(&*m_grip.destination);
        const auto* to = std::get_if<Use>(&end.destination);
        if ((from && to && from->node == to->node) || (!from && !to))
            return {};
    }
    return m_rules.whyNot(m_grip.value, end.destination);
}

void WireDrag::moveTo(QPointF place, double pixel)
{
    m_cursor = place;
    m_end.reset();
    m_message.clear();
    m_isAllowed = false;
    const auto box = boxNear(*m_diagram, place, boxReach * pixel);
    if (!box) {
        m_isAllowed = m_grip.kind == Kind::Head;
        if (m_isAllowed && distance(place, m_grip.place) > endReach * pixel)
            m_message = Text::tr("Disconnect");
        return;
    }
    const DiagramBox& target = m_diagram->boxes()[*box];
    if (target.kind == DiagramBox::Kind::Module) {
        m_message = Text::tr("Unfold the module to connect what is in it");
        return;
    }
    std::vector<End> ends = endsOf(*box);
    std::sort(ends.begin(), ends.end(), [&](const End& a, const End& b) { return distance(a.place, place) < distance(b.place, place); });
    std::string why;
    for (const End& end : ends) {
        std::string reason = whyNot(end);
        if (reason.empty()) {
            m_end = end;
            break;
        }
        if (why.empty())
            why = std::move(reason);
    }
    if (!m_end) {
        m_message = QString::fromStdString(why);
        if (!m_message.isEmpty())
            m_message[0] = m_message[0].toUpper();
        return;
    }
    const bool isThereAlready = m_grip.kind == Kind::Tail ? m_end->value == m_grip.value
                                                          : m_grip.destination && m_end->destination == *m_grip.destination;
    m_isAllowed = !isThereAlready;
    const QString what = titled(*m_diagram, *box);
    m_message = m_end->name.isEmpty() || m_grip.kind == Kind::Tail ? what : Text::tr("%1 of %2", "input, node").arg(m_end->name, what);
}

void WireDrag::paint(QPainter& painter, const Theme& theme, const QRectF& region, double pixel) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    // Where it may go. Far away there is nothing to aim at.
    constexpr int mostBoxes = 400;
    int count = 0;
    std::vector<QPointF> legal;
    if (pixel < 3)
        m_diagram->boxIndex().visit(region, [&](Index box) {
            if (++count <= mostBoxes)
                for (const End& end : endsOf(box))
                    if (whyNot(end).empty())
                        legal.push_back(end.place);
        });
    const double line = std::max(1.0, pixel);
    painter.setPen(QPen(theme.accent, 1.5 * line));
    painter.setBrush(theme.panel);
    for (const QPointF& place : legal)
        painter.drawEllipse(place, 4 * line, 4 * line);

    const QPointF end = m_end ? m_end->place : m_cursor;
    const QColor color = m_end || (m_message.isEmpty() || m_isAllowed) ? theme.accent : theme.error;
    const bool isDown = m_grip.kind != Kind::Tail;
    const QPointF from = isDown ? m_grip.fixed : end, to = isDown ? end : m_grip.fixed;
    const double bend = std::clamp(std::abs(to.y() - from.y()) / 2, 24.0 * line, 120.0 * line);
    QPainterPath path(from);
    path.cubicTo(from + QPointF(0, bend), to - QPointF(0, bend), to);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(color, 2 * line, m_end ? Qt::SolidLine : Qt::DashLine, Qt::RoundCap));
    painter.drawPath(path);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawEllipse(end, 5 * line, 5 * line);
    painter.drawEllipse(m_grip.fixed, 3 * line, 3 * line);
}

Result<Touched> WireDrag::drop()
{
    switch (m_grip.kind) {
    case Kind::FromPort:
        return connectTo(*m_document, m_grip.value, m_end->destination);
    case Kind::Tail:
        return connectTo(*m_document, m_end->value, *m_grip.destination);
    case Kind::Head:
        break;
    }
    return moveEnd(*m_document, *m_grip.destination, m_end ? std::optional(m_end->destination) : std::nullopt);
}

}  // namespace tenscope

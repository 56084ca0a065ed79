// What is dragged on a GraphView: nodes, ends of edges, operators from the palette; the rest is in graphview.cpp.

#include <QDragEnterEvent>
#include <QDropEvent>
#include <QMimeData>
#include <QPainter>

#include <algorithm>
#include <cmath>

#include "ui/diagram/displacement.h"
#include "ui/document/document.h"
#include "ui/document/operatormimedata.h"
#include "ui/graphview/canvasdrag.h"
#include "ui/graphview/diagramloader.h"
#include "ui/graphview/graphview.h"
#include "ui/graphview/nodedrag.h"
#include "ui/graphview/operatordrop.h"
#include "ui/graphview/wiredrag.h"

namespace tenscope {

namespace {

using Index = Diagram::Index;

constexpr double closestLook = 0.4;  // below this scale, ends of edges are too small to be aimed at

}  // namespace

std::unique_ptr<CanvasDrag> GraphView::dragAt(QPointF point)
{
    // What is shown is not what the model is while a layout is under way.
    if (!m_diagram || !m_document || m_loader->isBusy())
        return nullptr;
    const QPointF place = m_viewport.toDiagram(point);
    if (m_viewport.scale() >= closestLook)
        if (auto grip = wireGripAt(*m_diagram, *m_document->model(), place, pixel()))
            return std::make_unique<WireDrag>(m_document, m_diagram, std::move(*grip));
    const auto box = m_diagram->boxAt(place);
    if (!box || !NodeDrag::canMove(m_diagram->boxes()[*box]))
        return nullptr;
    const bool isSelected = m_state.flags(*box) & DiagramState::Selected;
    return std::make_unique<NodeDrag>(m_diagram, isSelected ? selectedBoxes() : std::vector<Index>{*box}, place,
                                      [this](const Displacements& further) { keepPlaces(further); });
}

void GraphView::moveDrag(QPointF point)
{
    if (!m_canvasDrag)
        return;
    m_dragLast = point;
    hoverGrip(std::nullopt);
    m_canvasDrag->moveTo(m_viewport.toDiagram(point), pixel());
    if (auto preview = m_canvasDrag->preview())
        m_moving = std::move(preview);
    update();
}

void GraphView::finishDrag()
{
    const std::unique_ptr<CanvasDrag> drag = std::move(m_canvasDrag);
    update();
    if (!drag || !drag->isAllowed()) {
        m_moving.reset();
        return;
    }
    if (const Result<Touched> done = drag->drop(); !done)
        emit refused(done.error());
}

void GraphView::cancelDrag()
{
    if (!m_canvasDrag)
        return;
    m_canvasDrag.reset();
    m_moving.reset();
    if (m_drag == Drag::Canvas) {
        m_drag = Drag::None;
        m_dragButton = Qt::NoButton;
    }
    update();
}

void GraphView::hoverGrip(std::optional<QPointF> point)
{
    std::optional<WireGrip> grip;
    if (point && m_diagram && m_document && !m_loader->isBusy() && m_viewport.scale() >= closestLook)
        grip = wireGripAt(*m_diagram, *m_document->model(), m_viewport.toDiagram(*point), pixel());
    if (grip.has_value() == m_hoveredGrip.has_value() && (!grip || grip->place == m_hoveredGrip->place))
        return;
    m_hoveredGrip = std::move(grip);
    if (m_hoveredGrip)
        setCursor(Qt::PointingHandCursor);
    else if (m_drag == Drag::None)
        unsetCursor();
    update();
}

void GraphView::paintDrag(QPainter& painter, const QRectF& area)
{
    if (!m_canvasDrag && !m_hoveredGrip)
        return;
    const Theme& theme = m_painter.theme();
    painter.save();
    painter.translate(m_viewport.origin());
    painter.scale(m_viewport.scale(), m_viewport.scale());
    if (m_hoveredGrip) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(theme.canvas, 1.5 * pixel()));
        painter.setBrush(theme.accent);
        painter.drawEllipse(m_hoveredGrip->place, 5 * pixel(), 5 * pixel());
    }
    if (m_canvasDrag)
        m_canvasDrag->paint(painter, theme, m_viewport.toDiagram(area), pixel());
    painter.restore();
    const QString message = m_canvasDrag ? m_canvasDrag->message() : QString();
    if (message.isEmpty())
        return;
    // Beside the cursor, and never outside of the view.
    constexpr double padding = 8, widest = 360;
    QRectF text = painter.boundingRect(QRectF(0, 0, std::min(widest, width() - 4 * padding), 1000), Qt::TextWordWrap, message);
    QRectF bubble = text.adjusted(-padding, -padding / 2, padding, padding / 2);
    bubble.moveTopLeft(m_dragLast + QPointF(18, 20));
    bubble.moveRight(std::min(bubble.right(), width() - padding));
    bubble.moveLeft(std::max(bubble.left(), padding));
    if (bubble.bottom() > height() - padding)
        bubble.moveBottom(m_dragLast.y() - 16);
    text.moveCenter(bubble.center());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_canvasDrag->isAllowed() ? theme.line : theme.error, 1));
    painter.setBrush(theme.panel);
    painter.drawRoundedRect(bubble, 5, 5);
    painter.setPen(m_canvasDrag->isAllowed() ? theme.text : theme.error);
    painter.drawText(text, Qt::TextWordWrap, message);
}

void GraphView::keepPlaces(const Displacements& further)
{
    m_places.move(m_diagram->graph(), further);
    m_places.write(m_document->path(), *m_document->model());
    // The preview stays until the new diagram is there.
    m_keepsViewport = true;
    load();
}

void GraphView::resetPlaces()
{
    if (!m_document)
        return;
    m_places.forget(m_document->currentGraph());
    m_places.write(m_document->path(), *m_document->model());
    load();
}

void GraphView::keepExpansion()
{
    // Everything or nothing stays so, whatever the modules are.
    const bool isNamed = m_options.expansion.kind == Expansion::Kind::Automatic || m_options.expansion.kind == Expansion::Kind::Chosen;
    if (isNamed && m_diagram && m_diagram->hierarchy() && m_diagram->graph() == m_document->currentGraph())
        m_options.expansion = Expansion::kept(m_diagram->hierarchy(), m_diagram->expanded());
}

std::shared_ptr<const Diagram> GraphView::withDropped(std::shared_ptr<const Diagram> diagram)
{
    const Dropped dropped = *std::exchange(m_dropped, std::nullopt);
    const auto box = diagram->boxOf(dropped.node);
    constexpr std::size_t most = 3000;  // boxes that can be copied between two frames
    if (!box || diagram->boxes().size() > most)
        return diagram;
    const auto beside = diagram->boxOf(dropped.beside);
    const QPointF place = (beside ? diagram->boxes()[*beside].rect.center() : QPointF()) + dropped.way;
    const QPointF way = place - diagram->boxes()[*box].rect.center();
    const Displacements moved = {{dropped.node, QPointF(std::round(way.x()), std::round(way.y()))}};
    m_places.move(diagram->graph(), moved);
    m_places.write(m_document->path(), *m_document->model());
    return std::make_shared<const Diagram>(displaced(*diagram, moved));
}

void GraphView::dragEnterEvent(QDragEnterEvent* event)
{
    const auto op = operatorFrom(event->mimeData());
    if (!op || !m_document || !m_document->currentGraph() || m_loader->isBusy())
        return event->ignore();
    m_canvasDrag = std::make_unique<OperatorDrop>(m_document, m_diagram, *op);
    moveDrag(event->position());
    event->setDropAction(Qt::CopyAction);
    event->accept();
}

void GraphView::dragMoveEvent(QDragMoveEvent* event)
{
    moveDrag(event->position());
    event->setDropAction(Qt::CopyAction);
    event->setAccepted(m_canvasDrag && m_canvasDrag->isAllowed());
}

void GraphView::dragLeaveEvent(QDragLeaveEvent*)
{
    cancelDrag();
}

void GraphView::dropEvent(QDropEvent* event)
{
    auto* drop = dynamic_cast<OperatorDrop*>(m_canvasDrag.get());
    if (!drop)
        return event->ignore();
    moveDrag(event->position());
    const bool isLoose = drop->isLoose() && drop->isAllowed();
    const NodeId added(m_document->model()->nodeCount());
    std::optional<Dropped> dropped;
    if (isLoose && m_diagram) {
        // A node that is not moved itself keeps the new one at its side, wherever the layout goes.
        const QPointF place = m_viewport.toDiagram(event->position());
        double least = 1e300;
        dropped = Dropped{added, {}, place};
        m_diagram->boxIndex().visit(m_viewport.toDiagram(QRectF(rect())), [&](Index index) {
            const DiagramBox& box = m_diagram->boxes()[index];
            const QPointF way = place - box.rect.center();
            if (const double distance = std::hypot(way.x(), way.y()); box.node && distance < least) {
                least = distance;
                dropped = Dropped{added, box.node, way};
            }
        });
    }
    m_dropped = dropped;
    event->setDropAction(Qt::CopyAction);
    event->accept();
    finishDrag();
    if (m_document->model()->nodeCount() == added.index())
        m_dropped.reset();
    setFocus(Qt::MouseFocusReason);
}

}  // namespace tenscope

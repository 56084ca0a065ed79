// What people do to a GraphView with mouse, wheel, touch and keyboard; the rest is in graphview.cpp.

#include <QApplication>
#include <QContextMenuEvent>
#include <QGestureEvent>
#include <QHelpEvent>
#include <QInputDevice>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QPinchGesture>
#include <QToolTip>
#include <QVariantAnimation>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/graph/model.h"
#include "ui/diagram/boxpainter.h"
#include "ui/document/document.h"
#include "ui/graphview/canvasdrag.h"
#include "ui/graphview/graphmenu.h"
#include "ui/graphview/graphview.h"
#include "ui/graphview/navigation.h"
#include "ui/graphview/nodedescription.h"

namespace tenscope {

namespace {

using Index = Diagram::Index;

constexpr double edgeTolerance = 5;  // pixels

// Ctrl: its equals too; Shift: all in it too.
FoldReach reachOf(Qt::KeyboardModifiers modifiers)
{
    return modifiers & Qt::ControlModifier ? FoldReach::Equals : modifiers & Qt::ShiftModifier ? FoldReach::Below : FoldReach::Itself;
}

std::optional<Direction> directionOf(int key)
{
    switch (key) {
    case Qt::Key_Up:
        return Direction::Up;
    case Qt::Key_Down:
        return Direction::Down;
    case Qt::Key_Left:
        return Direction::Left;
    case Qt::Key_Right:
        return Direction::Right;
    default:
        return std::nullopt;
    }
}

}  // namespace

bool GraphView::event(QEvent* event)
{
    switch (event->type()) {
    case QEvent::ToolTip: {
        const auto* help = static_cast<QHelpEvent*>(event);
        const QString text = toolTipAt(help->pos());
        if (text.isEmpty())
            QToolTip::hideText();
        else
            QToolTip::showText(help->globalPos(), text, this);
        return true;
    }
    case QEvent::NativeGesture:
    case QEvent::Gesture:
        if (pinch(event))
            return true;
        break;
    case QEvent::ShortcutOverride: {
        // Keys that mean something here while the diagram has the focus.
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->modifiers() == Qt::NoModifier &&
            (directionOf(key->key()) || key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter || key->key() == Qt::Key_Escape)) {
            event->accept();
            return true;
        }
        break;
    }
    default:
        break;
    }
    return QWidget::event(event);
}

bool GraphView::pinch(QEvent* event)
{
    if (event->type() == QEvent::NativeGesture) {
        const auto* native = static_cast<QNativeGestureEvent*>(event);
        if (native->gestureType() != Qt::ZoomNativeGesture)
            return false;
        zoomBy(1 + native->value(), native->position());
        return true;
    }
    auto* gestures = static_cast<QGestureEvent*>(event);
    const auto* gesture = static_cast<QPinchGesture*>(gestures->gesture(Qt::PinchGesture));
    if (!gesture)
        return false;
    const QPointF centre = mapFromGlobal(gesture->centerPoint());
    zoomBy(gesture->scaleFactor(), centre);
    setViewport(m_viewport.panned(gesture->centerPoint() - gesture->lastCenterPoint()));
    gestures->accept();
    return true;
}

void GraphView::wheelEvent(QWheelEvent* event)
{
    // A wheel zooms at the cursor, two fingers on a touch pad move the sheet; with Ctrl both zoom.
    const bool isTouchPad = !event->pixelDelta().isNull() || event->device()->type() == QInputDevice::DeviceType::TouchPad;
    const bool isZoom = event->modifiers() & Qt::ControlModifier || (!isTouchPad && !(event->modifiers() & Qt::ShiftModifier));
    QPointF delta = isTouchPad && !event->pixelDelta().isNull() ? QPointF(event->pixelDelta()) : QPointF(event->angleDelta());
    if (isZoom) {
        const double turn = event->angleDelta().y() != 0 ? event->angleDelta().y() : delta.y();
        zoomBy(std::pow(1.0015, turn), event->position());
    } else {
        if (event->modifiers() & Qt::ShiftModifier && delta.x() == 0)
            delta = QPointF(delta.y(), 0);
        stopMotion();
        m_isFirstLook = false;
        setViewport(m_viewport.panned(delta));
    }
    hover(event->position());
    event->accept();
}

void GraphView::mousePressEvent(QMouseEvent* event)
{
    if (m_drag != Drag::None || (event->button() != Qt::LeftButton && event->button() != Qt::MiddleButton)) {
        QWidget::mousePressEvent(event);
        return;
    }
    stopMotion();
    m_dragButton = event->button();
    m_dragStart = m_dragLast = event->position();
    m_drag = event->button() == Qt::MiddleButton ? Drag::Pan : Drag::Undecided;
    if (m_drag == Drag::Pan)
        setCursor(Qt::ClosedHandCursor);
    event->accept();
}

void GraphView::mouseMoveEvent(QMouseEvent* event)
{
    const QPointF point = event->position();
    if (m_drag == Drag::None) {
        hover(point);
        hoverGrip(point);
        return;
    }
    if (m_drag == Drag::Undecided && (point - m_dragStart).manhattanLength() >= QApplication::startDragDistance()) {
        m_drag = event->modifiers() & Qt::ShiftModifier ? Drag::Band : Drag::Pan;
        if (m_drag == Drag::Pan && (m_canvasDrag = dragAt(m_dragStart)))
            m_drag = Drag::Canvas;
        if (m_drag == Drag::Pan)
            setCursor(Qt::ClosedHandCursor);
        hover(std::nullopt);
    }
    if (m_drag == Drag::Canvas)
        moveDrag(point);
    if (m_drag == Drag::Pan) {
        m_isFirstLook = false;
        setViewport(m_viewport.panned(point - m_dragLast));
    }
    if (m_drag != Drag::Undecided)
        m_dragLast = point;
    if (m_drag == Drag::Band)
        update();
}

void GraphView::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() != m_dragButton || m_drag == Drag::None) {
        QWidget::mouseReleaseEvent(event);
        return;
    }
    const Drag drag = std::exchange(m_drag, Drag::None);
    m_dragButton = Qt::NoButton;
    unsetCursor();
    const bool isAdding = event->modifiers() & Qt::ControlModifier;
    if (drag == Drag::Undecided)
        click(event->position(), isAdding);
    else if (drag == Drag::Canvas)
        finishDrag();
    else if (drag == Drag::Band)
        selectBand(QRectF(m_dragStart, event->position()).normalized(), isAdding);
    hover(event->position());
    update();
}

void GraphView::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || !m_diagram)
        return;
    if (const auto box = m_diagram->boxAt(m_viewport.toDiagram(event->position())))
        open(*box, reachOf(event->modifiers()));
}

void GraphView::click(QPointF point, bool toggle)
{
    if (!m_document || !m_diagram)
        return;
    const QPointF place = m_viewport.toDiagram(point);
    if (const auto index = m_diagram->boxAt(place)) {
        const DiagramBox& box = m_diagram->boxes()[*index];
        if (box.module && BoxPainter::chevronRect(*m_diagram, box).contains(place))
            return setExpanded(box.module, !box.isExpanded, reachOf(QApplication::keyboardModifiers()));
        Selection selection;
        if (box.node) {
            if (toggle)
                selection.nodes = m_document->selection().nodes;
            const auto found = std::find(selection.nodes.begin(), selection.nodes.end(), box.node);
            if (found != selection.nodes.end())
                selection.nodes.erase(found);
            else
                selection.nodes.push_back(box.node);
        } else if (box.module) {
            return selectModule(box.module, box.scope);
        } else {
            selection.value = box.value;
        }
        m_selectedModule = {};
        m_document->select(std::move(selection));
        updateFlags();
        return;
    }
    Selection selection;
    if (const auto edge = m_diagram->edgeAt(place, edgeTolerance / m_viewport.scale()))
        selection.value = m_diagram->edges()[*edge].value;
    else if (toggle)
        return;  // a click beside the node that was meant loses nothing
    if (selection.isEmpty())
        m_highlight.clear();
    m_selectedModule = {};
    m_document->select(std::move(selection));
    updateFlags();
}

void GraphView::selectBoxes(const std::vector<Index>& boxes)
{
    Selection selection;
    for (const Index box : boxes)
        if (m_diagram->boxes()[box].node)
            selection.nodes.push_back(m_diagram->boxes()[box].node);
    if (selection.nodes.empty() && boxes.size() == 1) {
        const DiagramBox& box = m_diagram->boxes()[boxes.front()];
        if (box.module)
            return selectModule(box.module, box.scope);
        selection.value = box.value;
    }
    m_selectedModule = {};
    // The current node stays current.
    const NodeId current = m_document->selection().current();
    if (const auto found = std::find(selection.nodes.begin(), selection.nodes.end(), current); found != selection.nodes.end())
        std::rotate(found, found + 1, selection.nodes.end());
    m_document->select(std::move(selection));
    updateFlags();
}

void GraphView::selectAll()
{
    if (!m_diagram || !m_document)
        return;
    std::vector<Index> all(m_diagram->boxes().size());
    std::iota(all.begin(), all.end(), Index(0));
    selectBoxes(all);
}

void GraphView::selectBand(const QRectF& band, bool add)
{
    if (!m_document || !m_diagram)
        return;
    std::vector<Index> boxes = add ? selectedBoxes() : std::vector<Index>();
    const QRectF region = m_viewport.toDiagram(band);
    m_diagram->boxIndex().visit(region, [&](Index box) { boxes.push_back(box); });
    std::sort(boxes.begin(), boxes.end());
    boxes.erase(std::unique(boxes.begin(), boxes.end()), boxes.end());
    selectBoxes(boxes);
}

ValueId GraphView::stubAt(QPointF place, const DiagramBox& box) const
{
    const DiagramFonts& fonts = m_diagram->fonts();
    const double line = (place.y() - box.rect.top() - fonts.headerHeight - fonts.bodyPadding) / fonts.lineHeight;
    if (line < 0 || line >= double(box.lines.size()))
        return {};
    const DiagramLine& hit = box.lines[std::size_t(line)];
    return hit.kind == DiagramLine::Kind::Stub ? hit.value : ValueId();
}

void GraphView::hover(std::optional<QPointF> point)
{
    std::uint32_t box = DiagramBox::none;
    std::optional<Index> edge;
    ValueId stub;
    if (point && m_diagram) {
        const QPointF place = m_viewport.toDiagram(*point);
        if (const auto found = m_diagram->boxAt(place)) {
            box = *found;
            stub = stubAt(place, m_diagram->boxes()[box]);
        } else {
            edge = m_diagram->edgeAt(place, edgeTolerance / m_viewport.scale());
        }
    }
    if (box == m_state.hovered && edge == m_hoveredEdge && stub == m_hoveredStub)
        return;
    m_state.hovered = box;
    m_hoveredEdge = edge;
    m_hoveredStub = stub;
    updateFlags();
}

void GraphView::leaveEvent(QEvent*)
{
    hover(std::nullopt);
    hoverGrip(std::nullopt);
}

void GraphView::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    m_hasKeyboardFocus = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    update();
}

void GraphView::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    m_hasKeyboardFocus = false;
    update();
}

void GraphView::changeEvent(QEvent* event)
{
    // Boxes are measured by the application's font.
    if (event->type() == QEvent::FontChange && m_diagram)
        load();
    QWidget::changeEvent(event);
}

QString GraphView::toolTipAt(QPointF point) const
{
    if (!m_document || !m_diagram)
        return {};
    const Model& model = *m_document->model();
    const QPointF place = m_viewport.toDiagram(point);
    if (const auto index = m_diagram->boxAt(place)) {
        const DiagramBox& box = m_diagram->boxes()[*index];
        if (const ValueId stub = stubAt(place, box))
            return valueToolTip(model, stub);
        if (box.node)
            return nodeToolTip(model, box.node);
        if (box.module)
            return moduleToolTip(model, *m_diagram, *index);
        return box.value ? valueToolTip(model, box.value) : QString();
    }
    if (const auto edge = m_diagram->edgeAt(place, edgeTolerance / m_viewport.scale()))
        return valuesToolTip(model, m_diagram->values(*edge));
    return {};
}

void GraphView::keyPressEvent(QKeyEvent* event)
{
    const bool isPlain = (event->modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier;
    const bool isControl = (event->modifiers() & ~(Qt::KeypadModifier | Qt::ShiftModifier)) == Qt::ControlModifier;
    if (event->matches(QKeySequence::Copy))
        return copyAsText();
    if (event->matches(QKeySequence::ZoomIn) || (isPlain && (event->key() == Qt::Key_Plus || event->key() == Qt::Key_Equal)))
        return zoomIn();
    if (event->matches(QKeySequence::ZoomOut) || (isPlain && event->key() == Qt::Key_Minus))
        return zoomOut();
    if (event->matches(QKeySequence::SelectAll))
        return selectAll();
    switch (event->key()) {
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_Left:
    case Qt::Key_Right:
        if (event->modifiers() & (Qt::AltModifier | Qt::MetaModifier))
            break;
        if (isPlain)
            return walkOrPan(event->key());
        [[fallthrough]];  // with Ctrl or Shift: pan, whatever is selected
    case Qt::Key_PageUp:
    case Qt::Key_PageDown: {
        stopMotion();
        m_isFirstLook = false;
        const bool isPage = event->key() == Qt::Key_PageUp || event->key() == Qt::Key_PageDown;
        const double step = isPage ? height() * 0.85 : 64;
        const bool isBack = event->key() == Qt::Key_Up || event->key() == Qt::Key_Left || event->key() == Qt::Key_PageUp;
        const bool isSideways = event->key() == Qt::Key_Left || event->key() == Qt::Key_Right;
        const double shift = isBack ? step : -step;
        return setViewport(m_viewport.panned(isSideways ? QPointF(shift, 0) : QPointF(0, shift)));
    }
    case Qt::Key_Home:
    case Qt::Key_End:
        if (m_diagram && !m_diagram->isEmpty())
            return goTo(event->key() == Qt::Key_Home ? 0 : Index(m_diagram->boxes().size() - 1));
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        return enter(reachOf(event->modifiers()));
    case Qt::Key_Backspace:
        return leave();
    case Qt::Key_Escape:
        if (m_canvasDrag)
            return cancelDrag();
        if (!m_highlight.empty())
            return clearHighlight();
        if (m_document && m_document->graphPath().size() > 1)
            return leave();
        if (currentBox() || (m_document && !m_document->selection().isEmpty())) {
            m_selectedModule = {};
            m_document->select({});
            return updateFlags();
        }
        break;
    case Qt::Key_F:
        if (isPlain)
            return fit();
        break;
    case Qt::Key_0:
        if (isControl)
            return fit();
        break;
    case Qt::Key_1:
        if (isPlain || isControl)
            return zoomActual();
        break;
    default:
        break;
    }
    QWidget::keyPressEvent(event);
}

void GraphView::walkOrPan(int key)
{
    if (!m_diagram)
        return;
    const Direction direction = *directionOf(key);
    if (const auto box = currentBox()) {
        if (const auto next = neighbour(*m_diagram, *box, direction))
            goTo(*next);
        return;
    }
    constexpr double step = 64;
    const QPointF shift = direction == Direction::Up     ? QPointF(0, step)
                          : direction == Direction::Down ? QPointF(0, -step)
                          : direction == Direction::Left ? QPointF(step, 0)
                                                         : QPointF(-step, 0);
    stopMotion();
    m_isFirstLook = false;
    setViewport(m_viewport.panned(shift));
}

void GraphView::goTo(Index box)
{
    selectBoxes({box});
    revealBox(box);
}

void GraphView::goToProducer()
{
    if (const auto box = currentBox())
        if (const auto edges = m_diagram->edgesInto(*box); !edges.empty())
            goTo(m_diagram->edges()[edges.front()].from);
}

void GraphView::goToConsumer()
{
    if (const auto box = currentBox())
        if (const auto edges = m_diagram->edgesOutOf(*box); !edges.empty())
            goTo(m_diagram->edges()[edges.front()].to);
}

void GraphView::enter(FoldReach reach)
{
    if (const auto box = currentBox())
        open(*box, reach);
}

void GraphView::leave()
{
    if (m_document)
        m_document->leaveGraph();
}

void GraphView::open(Index index, FoldReach reach)
{
    if (!m_document)
        return;
    const DiagramBox& box = m_diagram->boxes()[index];
    if (box.module)
        return setExpanded(box.module, !box.isExpanded, reach);
    if (!box.node)
        return;
    const Model& model = *m_document->model();
    const std::vector<GraphId> bodies = model.bodies(box.node);
    if (bodies.size() == 1) {
        m_document->enterGraph(bodies.front());
    } else if (bodies.size() > 1) {
        QMenu menu(this);
        menu.setObjectName("bodiesMenu");
        GraphMenu(*this).addBodies(menu, box.node);
        menu.setActiveAction(menu.actions().value(0));
        menu.exec(mapToGlobal(m_viewport.toView(box.rect.bottomLeft()).toPoint()));
    } else if (const Function* function = model.function(model.op(box.node))) {
        m_document->enterGraph(function->graph);
    }
}

void GraphView::contextMenuEvent(QContextMenuEvent* event)
{
    if (!m_document || !m_diagram)
        return;
    QPointF point = event->pos();
    if (event->reason() == QContextMenuEvent::Mouse) {
        // The menu is about what was pressed.
        const auto box = m_diagram->boxAt(m_viewport.toDiagram(point));
        if (!box || !(m_state.flags(*box) & DiagramState::Selected))
            click(point, false);
    } else if (const auto box = currentBox()) {
        point = m_viewport.toView(m_diagram->boxes()[*box].rect.center());
    }
    QMenu menu(this);
    menu.setObjectName("graphMenu");
    GraphMenu(*this).fill(menu);
    emit menuRequested(&menu);
    menu.exec(mapToGlobal(point.toPoint()));
}

}  // namespace tenscope

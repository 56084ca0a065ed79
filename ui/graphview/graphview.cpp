#include "ui/graphview/graphview.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QPainter>
#include <QPushButton>
#include <QStyle>
#include <QVariantAnimation>

#include <algorithm>
#include <cmath>

#include "core/graph/literal.h"
#include "core/graph/text.h"
#include "ui/document/document.h"
#include "ui/graphview/breadcrumb.h"
#include "ui/graphview/diagramloader.h"
#include "ui/graphview/minimap.h"
#include "ui/graphview/navigation.h"
#include "ui/graphview/nodedescription.h"
#include "ui/graphview/progressline.h"

namespace tenscope {

namespace {

using Index = Diagram::Index;

template <class... Handlers>
struct Overloaded : Handlers... {
    using Handlers::operator()...;
};

constexpr int overlayMargin = 12;

}  // namespace

GraphView::GraphView(TaskRunner* tasks, const Theme& theme, QWidget* parent)
    : QWidget(parent),
      m_tasks(tasks),
      m_painter(theme),
      m_loader(new DiagramLoader(tasks, this)),
      m_animation(new QVariantAnimation(this)),
      m_breadcrumb(new Breadcrumb(theme, this)),
      m_minimap(new Minimap(theme, this)),
      m_progress(new ProgressLine(theme, this)),
      m_retry(new QPushButton(tr("Try Again"), this))
{
    setObjectName("graphView");
    setAccessibleName(tr("Diagram"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    grabGesture(Qt::PinchGesture);
    m_retry->setObjectName("layoutRetry");
    m_retry->hide();
    m_minimap->hide();
    m_breadcrumb->hide();
    m_animation->setStartValue(0.0);
    m_animation->setEndValue(1.0);
    m_animation->setEasingCurve(QEasingCurve::OutCubic);

    connect(m_loader, &DiagramLoader::loaded, this, &GraphView::showDiagram);
    connect(m_loader, &DiagramLoader::failed, this, &GraphView::showFailure);
    connect(m_loader, &DiagramLoader::progressed, m_progress, &ProgressLine::setFraction);
    connect(m_loader, &DiagramLoader::busyChanged, this, [this](bool busy) {
        m_progress->setBusy(busy);
        update();
        emit busyChanged(busy);
    });
    connect(m_progress, &ProgressLine::cancelRequested, m_loader, &DiagramLoader::cancel);
    connect(m_retry, &QPushButton::clicked, this, &GraphView::reload);
    connect(m_minimap, &Minimap::centreRequested, this, [this](QPointF place) {
        m_animation->stop();
        setViewport(m_viewport.panned(middle() - m_viewport.toView(place)));
    });
    connect(m_breadcrumb, &Breadcrumb::graphRequested, this, [this](GraphId graph) {
        if (m_document)
            m_document->enterGraph(graph);
    });
}

GraphView::~GraphView() = default;

bool GraphView::isBusy() const
{
    return m_loader->isBusy();
}

void GraphView::setDocument(Document* document)
{
    if (m_document == document)
        return;
    if (m_document)
        m_document->disconnect(this);
    m_loader->cancel();
    m_document = document;
    m_diagram.reset();
    m_viewports.clear();
    m_hits.clear();
    m_marks.clear();
    m_currentHit = {};
    m_pendingReveal = {};
    m_pendingValue = {};
    m_options.reserveRunLine = m_document && m_document->lastRun();
    if (m_document)
        connect(m_document, &Document::changed, this, &GraphView::handleChange);
    showCurrentGraph();
}

void GraphView::setTheme(const Theme& theme)
{
    m_painter.setTheme(theme);
    m_breadcrumb->setTheme(theme);
    m_minimap->setTheme(theme);
    m_progress->setTheme(theme);
    update();
}

void GraphView::handleChange(const Change& change)
{
    std::visit(Overloaded{
                   [this](const SelectionChanged&) {
                       updateFlags();
                       describeSelection();
                       updateBreadcrumb();
                   },
                   [this](const CurrentGraphChanged&) { showCurrentGraph(); },
                   [this](const RevealRequested& request) { reveal(request.node); },
                   [this](const RevealValueRequested& request) { reveal(request.value); },
                   [this](const RunChanged&) {
                       if (m_document->lastRun() && !m_options.reserveRunLine) {
                           // The first run: boxes grow a line for what it found.
                           m_options.reserveRunLine = true;
                           load();
                       } else {
                           updateRun();
                       }
                   },
                   [this](const ModelChanged&) { load(); },
               },
               change);
}

void GraphView::showCurrentGraph()
{
    m_animation->stop();
    if (m_diagram && !m_diagram->isEmpty())
        m_viewports[m_diagram->graph()] = m_viewport;
    updateBreadcrumb();
    load();
}

void GraphView::load()
{
    m_failure.clear();
    m_retry->hide();
    const bool hasGraph = m_document && m_document->currentGraph();
    if (!hasGraph) {
        m_loader->cancel();
        showDiagram(nullptr);
        return;
    }
    m_options.fonts = DiagramFonts::standard();
    m_loader->load(m_document->model(), m_document->currentGraph(), m_options);
}

void GraphView::reload()
{
    load();
}

void GraphView::showDiagram(std::shared_ptr<const Diagram> diagram)
{
    // What keeps its place on the screen when the same graph is laid out anew: the current node, or what is in the middle.
    NodeId anchor;
    QPointF anchorPlace;
    const bool isSameGraph = m_diagram && diagram && m_diagram->graph() == diagram->graph() && !m_diagram->isEmpty();
    if (isSameGraph) {
        Index box = currentBox().value_or(DiagramBox::none);
        if (box == DiagramBox::none || !QRectF(rect()).intersects(m_viewport.toView(m_diagram->boxes()[box].rect))) {
            double nearest = 1e300;
            box = DiagramBox::none;
            m_diagram->boxIndex().visit(m_viewport.toDiagram(QRectF(rect())), [&](Index index) {
                const QPointF away = m_viewport.toView(m_diagram->boxes()[index].rect.center()) - middle();
                const double distance = std::hypot(away.x(), away.y());
                if (distance < nearest && m_diagram->boxes()[index].node) {
                    nearest = distance;
                    box = index;
                }
            });
        }
        if (box != DiagramBox::none && m_diagram->boxes()[box].node) {
            anchor = m_diagram->boxes()[box].node;
            anchorPlace = m_viewport.toView(m_diagram->boxes()[box].rect.center());
        }
    }

    m_animation->stop();
    m_diagram = std::move(diagram);
    m_highlight.clear();
    m_state = {};
    m_hoveredEdge.reset();
    m_hoveredStub = {};
    m_minimap->setDiagram(m_diagram);
    if (m_diagram) {
        const std::optional<Index> box = anchor ? m_diagram->boxOf(anchor) : std::nullopt;
        const auto left = m_viewports.find(m_diagram->graph());
        if (box)
            setViewport(m_viewport.panned(anchorPlace - m_viewport.toView(m_diagram->boxes()[*box].rect.center())));
        else if (isSameGraph)
            setViewport(m_viewport);
        else if (left != m_viewports.end())
            setViewport(left->second);
        else
            setViewport(firstViewport());
        m_isFirstLook = !isSameGraph && left == m_viewports.end();
    }
    updateFlags();
    updateRun();
    updateMarks();
    placeOverlays();
    if (m_pendingReveal)
        reveal(std::exchange(m_pendingReveal, {}));
    if (m_pendingValue)
        reveal(std::exchange(m_pendingValue, {}));
    update();
    emit diagramChanged();
}

void GraphView::showFailure(const Error& error)
{
    m_failure = QString::fromStdString(error.message);
    // What was there is of another graph.
    if (m_diagram && m_document && m_diagram->graph() != m_document->currentGraph())
        showDiagram(nullptr);
    m_retry->show();
    placeOverlays();
    update();
}

Viewport GraphView::firstViewport() const
{
    const Viewport whole = Viewport::fitting(m_diagram->bounds(), size(), 1);
    if (whole.scale() >= 0.6 || m_diagram->isEmpty())
        return whole;
    // Too large to be read as a whole: its beginning, at a size at which it can be.
    const QRectF bounds = m_diagram->bounds();
    const double scale = std::clamp((width() - 2.0 * overlayMargin) / bounds.width(), 0.6, 1.0);
    const QRectF first = m_diagram->boxes().front().rect;
    const bool isWide = bounds.width() * scale > width();
    const double x = isWide ? first.center().x() : bounds.center().x();
    return {scale, QPointF(middle().x() - x * scale, overlayMargin + m_breadcrumb->height() - bounds.top() * scale)};
}

std::vector<Index> GraphView::selectedBoxes() const
{
    std::vector<Index> boxes;
    if (!m_diagram || !m_document)
        return boxes;
    const Selection& selection = m_document->selection();
    for (const NodeId node : selection.nodes)
        if (const auto box = m_diagram->boxOf(node))
            boxes.push_back(*box);
    if (selection.value)
        if (const auto box = m_diagram->boxOf(selection.value))
            boxes.push_back(*box);
    if (selection.scope)
        if (const auto box = m_diagram->boxOf(selection.scope))
            boxes.push_back(*box);
    return boxes;
}

std::optional<Index> GraphView::currentBox() const
{
    const std::vector<Index> boxes = selectedBoxes();
    return boxes.empty() ? std::nullopt : std::optional(boxes.back());
}

void GraphView::updateFlags()
{
    if (!m_diagram)
        return;
    m_state.boxFlags.assign(m_diagram->boxes().size(), 0);
    m_state.edgeFlags.assign(m_diagram->edges().size(), 0);
    for (const Index box : selectedBoxes())
        m_state.boxFlags[box] |= DiagramState::Selected;
    for (const NodeId node : m_hits)
        if (const auto box = m_diagram->boxOf(node))
            m_state.boxFlags[*box] |= DiagramState::Hit | (node == m_currentHit ? DiagramState::CurrentHit : 0);

    if (!m_highlight.empty()) {
        std::vector<bool> isIn(m_diagram->boxes().size(), false);
        for (const Index box : m_highlight)
            isIn[box] = true;
        for (Index box = 0; box < isIn.size(); ++box)
            if (!isIn[box] && !m_diagram->boxes()[box].isExpanded)
                m_state.boxFlags[box] |= DiagramState::Faded;
        for (Index edge = 0; edge < m_diagram->edges().size(); ++edge) {
            const DiagramEdge& e = m_diagram->edges()[edge];
            m_state.edgeFlags[edge] |= isIn[e.from] && isIn[e.to] ? DiagramState::OnPath : DiagramState::FadedEdge;
        }
    }
    const auto bringForward = [this](Index edge) {
        m_state.edgeFlags[edge] |= DiagramState::Forward;
        m_state.boxFlags[m_diagram->edges()[edge].from] |= DiagramState::Linked;
        m_state.boxFlags[m_diagram->edges()[edge].to] |= DiagramState::Linked;
    };
    const auto bringValueForward = [&](ValueId value, Index from) {
        for (const Index edge : m_diagram->edgesOutOf(from))
            if (m_diagram->edges()[edge].value == value)
                bringForward(edge);
    };
    if (m_state.hovered != DiagramBox::none) {
        for (const Index edge : m_diagram->edgesInto(m_state.hovered))
            m_state.edgeFlags[edge] |= DiagramState::Forward;
        for (const Index edge : m_diagram->edgesOutOf(m_state.hovered))
            m_state.edgeFlags[edge] |= DiagramState::Forward;
    } else if (m_hoveredEdge) {
        bringValueForward(m_diagram->edges()[*m_hoveredEdge].value, m_diagram->edges()[*m_hoveredEdge].from);
    }
    if (m_hoveredStub) {
        for (Index box = 0; box < m_diagram->boxes().size(); ++box)
            for (const DiagramLine& line : m_diagram->boxes()[box].lines)
                if (line.value == m_hoveredStub)
                    m_state.boxFlags[box] |= DiagramState::Linked;
    }
    // A value that is selected as such is an edge; of inputs and outputs the box is selected already.
    if (const ValueId value = m_document ? m_document->selection().value : ValueId()) {
        const NodeId producer = value.index() < m_document->model()->valueCount() ? m_document->model()->value(value).producer() : NodeId();
        const std::optional<Index> from = producer ? m_diagram->boxOf(producer) : m_diagram->boxOf(value);
        if (from)
            bringValueForward(value, *from);
    }
    m_state.focus = hasFocus();
    update();
}

void GraphView::updateRun()
{
    m_state.run.clear();
    if (m_diagram && m_document && m_document->lastRun() && !m_document->lastRun()->nodes.empty())
        m_state.run = runFacts(*m_diagram, *m_document->lastRun(), m_document->model().get());
    update();
}

void GraphView::updateMarks()
{
    m_state.marks.clear();
    if (m_diagram)
        for (const auto& [node, mark] : m_marks)
            if (const auto box = m_diagram->boxOf(node))
                m_state.marks[*box] = mark;
    update();
}

void GraphView::setSearchHits(std::vector<NodeId> nodes, NodeId current)
{
    m_hits = std::move(nodes);
    m_currentHit = current;
    updateFlags();
}

void GraphView::setMarks(std::map<NodeId, DiagramState::Mark> marks)
{
    m_marks = std::move(marks);
    updateMarks();
}

void GraphView::setExpansion(const Expansion& expansion)
{
    m_options.expansion = expansion;
    load();
}

void GraphView::expandAll()
{
    setExpansion(Expansion::all());
}

void GraphView::foldAll()
{
    setExpansion(Expansion::none());
}

void GraphView::setPlumbingShown(bool shown)
{
    if (m_options.showPlumbing == shown)
        return;
    m_options.showPlumbing = shown;
    load();
}

std::optional<Index> GraphView::boxNear(NodeId node) const
{
    if (const auto box = m_diagram->boxOf(node))
        return box;
    const Model& model = *m_document->model();
    // Folded away: the innermost module that is drawn.
    for (ScopeId scope = model.node(node).scope; scope; scope = model.scope(scope).parent)
        if (const auto box = m_diagram->boxOf(scope))
            return box;
    // Plumbing: what uses it.
    std::vector<NodeId> pending{node};
    for (int step = 0; step < 64 && !pending.empty(); ++step) {
        const NodeId next = pending.back();
        pending.pop_back();
        for (const ValueId output : model.node(next).outputs()) {
            for (const Use& use : model.value(output).uses()) {
                if (const auto box = m_diagram->boxOf(use.node))
                    return box;
                pending.push_back(use.node);
            }
        }
    }
    return std::nullopt;
}

void GraphView::reveal(NodeId node)
{
    if (!m_document || node.index() >= m_document->model()->nodeCount())
        return;
    const bool isShown = m_diagram && m_diagram->graph() == m_document->model()->node(node).graph;
    if (!isShown || m_loader->isBusy()) {
        m_pendingReveal = node;
        if (!isShown)
            return;
    }
    if (const auto box = boxNear(node))
        revealBox(*box);
}

void GraphView::reveal(ValueId value)
{
    if (!m_document || value.index() >= m_document->model()->valueCount())
        return;
    const Value& wanted = m_document->model()->value(value);
    if (!m_diagram || m_diagram->graph() != m_document->currentGraph()) {
        m_pendingValue = value;
        return;
    }
    if (const auto box = m_diagram->boxOf(value))
        revealBox(*box);
    else if (wanted.producer())
        reveal(wanted.producer());
    else if (!wanted.uses().empty())
        reveal(wanted.uses().front().node);
}

void GraphView::revealBox(Index box)
{
    m_isFirstLook = false;
    moveTo(m_viewport.revealing(m_diagram->boxes()[box].rect, size()));
}

void GraphView::updateBreadcrumb()
{
    if (!m_document) {
        m_breadcrumb->hide();
        return;
    }
    const Model& model = *m_document->model();
    std::vector<Breadcrumb::Part> parts;
    for (const GraphId id : m_document->graphPath()) {
        if (parts.empty()) {
            parts.push_back({id, m_document->title(), m_document->path()});
            continue;
        }
        const Graph& graph = model.graph(id);
        QString text = QString::fromStdString(graph.name);
        QString toolTip = text;
        if (graph.owner) {
            const QString name = QString::fromStdString(displayName(model, graph.owner));
            text = name.mid(name.lastIndexOf(u'/') + 1) + u' ' + QString::fromStdString(graph.role).remove(QStringLiteral("_branch"));
            toolTip = name;
        }
        parts.push_back({id, text, toolTip});
    }
    m_breadcrumb->setParts(std::move(parts));
    m_breadcrumb->show();
    placeOverlays();
}

void GraphView::placeOverlays()
{
    m_breadcrumb->move(overlayMargin, overlayMargin);
    const QSize most(std::min(160, width() / 4), std::min(200, height() / 3));
    m_minimap->resize(m_minimap->suitableSize(most));
    m_minimap->move(width() - m_minimap->width() - overlayMargin, height() - m_minimap->height() - overlayMargin);
    m_progress->setGeometry(0, 0, width(), 40);
    m_retry->adjustSize();
    m_retry->move(int(middle().x()) - m_retry->width() / 2, int(middle().y()) + 24);
}

void GraphView::resizeEvent(QResizeEvent* event)
{
    const QSize before = event->oldSize();
    if (m_diagram && m_isFirstLook)
        setViewport(firstViewport());
    else if (before.isValid())
        setViewport(m_viewport.panned(QPointF(width() - before.width(), height() - before.height()) / 2));
    placeOverlays();
}

QString GraphView::emptyText() const
{
    if (!m_failure.isEmpty())
        return m_failure;
    if (!m_document)
        return tr("Open a model, and its graph is drawn here.");
    if (!m_document->currentGraph())
        return tr("This file holds tensors but no graph. The outline lists them.");
    if (m_loader->isBusy())
        return {};
    return m_diagram ? tr("This graph holds nothing to draw.") : tr("The diagram was not laid out.");
}

void GraphView::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    const QRectF area = event->rect();
    painter.setClipRect(area);
    m_painter.paintCanvas(painter, area, m_viewport.origin(), m_viewport.scale());
    const bool isEmpty = !m_diagram || m_diagram->isEmpty();
    if (!isEmpty) {
        painter.save();
        painter.translate(m_viewport.origin());
        painter.scale(m_viewport.scale(), m_viewport.scale());
        m_painter.paint(painter, *m_diagram, m_state, m_viewport.toDiagram(area), m_viewport.scale());
        painter.restore();
    }
    const Theme& theme = m_painter.theme();
    if (m_drag == Drag::Band) {
        QColor fill = theme.accent;
        fill.setAlphaF(0.12f);
        painter.setPen(QPen(theme.accent, 1));
        painter.setBrush(fill);
        painter.drawRect(QRectF(m_dragStart, m_dragLast).normalized().adjusted(0.5, 0.5, -0.5, -0.5));
    }
    if (isEmpty || !m_failure.isEmpty()) {
        const QRectF room = QRectF(rect()).adjusted(48, 0, -48, 0);
        QRectF text = painter.boundingRect(QRectF(room.left(), 0, room.width(), 1000), Qt::AlignHCenter | Qt::TextWordWrap, emptyText());
        text.moveBottom(m_failure.isEmpty() ? middle().y() + text.height() / 2 : middle().y() + 8);
        if (!isEmpty) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(theme.panel);
            painter.drawRoundedRect(text.adjusted(-16, -12, 16, 52), 6, 6);
        }
        painter.setPen(m_failure.isEmpty() ? theme.dimText : theme.text);
        painter.drawText(text, Qt::AlignHCenter | Qt::TextWordWrap, emptyText());
    }
}

}  // namespace tenscope

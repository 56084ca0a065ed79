#include "ui/graphview/graphview.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QPainter>
#include <QPushButton>
#include <QVariantAnimation>

#include <algorithm>

#include "core/graph/literal.h"
#include "core/graph/text.h"
#include "ui/document/document.h"
#include "ui/graphview/breadcrumb.h"
#include "ui/graphview/canvasdrag.h"
#include "ui/graphview/diagramloader.h"
#include "ui/graphview/minimap.h"
#include "ui/graphview/navigation.h"
#include "ui/graphview/nodedescription.h"
#include "ui/graphview/nodehistograms.h"
#include "ui/graphview/progressline.h"
#include "ui/graphview/transition.h"

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
      m_histograms(new NodeHistograms(tasks, this)),
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
    setAcceptDrops(true);
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
    connect(m_histograms, &NodeHistograms::changed, this, [this] {
        m_state.histograms = m_histograms->histograms();
        update();
    });
    connect(m_loader, &DiagramLoader::progressed, m_progress, &ProgressLine::setFraction);
    connect(m_loader, &DiagramLoader::busyChanged, this, [this](bool busy) {
        m_progress->setBusy(busy);
        update();
        emit busyChanged(busy);
    });
    connect(m_progress, &ProgressLine::cancelRequested, m_loader, &DiagramLoader::cancel);
    connect(m_retry, &QPushButton::clicked, this, &GraphView::reload);
    connect(m_minimap, &Minimap::centreRequested, this, [this](QPointF place) {
        stopMotion();
        setViewport(m_viewport.panned(middle() - m_viewport.toView(place)));
    });
    connect(m_breadcrumb, &Breadcrumb::moduleRequested, this, [this](ModuleId module) {
        if (const auto box = m_diagram ? m_diagram->boxOf(module) : std::nullopt) {
            const Viewport whole = Viewport::fitting(m_diagram->boxes()[*box].rect, size(), 1);
            moveTo(whole);
        }
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
    cancelDrag();
    m_loader->cancel();
    m_document = document;
    m_loader->forget();
    m_dropped.reset();
    m_places = document ? NodePlaces::read(document->path(), *document->model()) : NodePlaces();
    m_diagram.reset();
    m_viewports.clear();
    m_expansions.clear();
    m_selectedModule = {};
    m_options.expansion = {};
    m_hits.clear();
    m_marks.clear();
    m_currentHit = {};
    m_pendingReveal = {};
    m_pendingValue = {};
    m_pendingScope = {};
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
                       if (!m_document->selection().isEmpty())
                           m_selectedModule = {};
                       updateFlags();
                       describeSelection();
                   },
                   [this](const CurrentGraphChanged&) { showCurrentGraph(); },
                   [this](const RevealRequested& request) { reveal(request.node); },
                   [this](const RevealValueRequested& request) { reveal(request.value); },
                   [this](const RevealScopeRequested& request) { reveal(request.scope); },
                   [this](const RunChanged&) {
                       m_histograms->update();
                       if (m_document->lastRun() && !m_options.reserveRunLine) {
                           // The first run: boxes grow a line for what it found.
                           m_options.reserveRunLine = true;
                           load();
                       } else {
                           updateRun();
                       }
                   },
                   [this](const ModelChanged& change) {
                       // Descriptions and metadata are nowhere in the diagram.
                       if (!change.touched.isWiring && !change.touched.isLabels)
                           return;
                       for (const GraphId graph : change.touched.graphs)
                           if (graph != m_document->currentGraph())
                               m_expansions.erase(graph);
                       keepExpansion();
                       m_loader->forget();
                       load();
                   },
                   [this](const TypesChanged&) {
                       keepExpansion();
                       m_loader->forget();
                       load();
                   },
                   [this](const SavedChanged&) {
                       if (!m_document->isEdited())
                           m_places.write(m_document->path(), *m_document->model());
                   },
               },
               change);
}

void GraphView::showCurrentGraph()
{
    stopMotion();
    if (m_diagram && !m_diagram->isEmpty()) {
        m_viewports[m_diagram->graph()] = m_viewport;
        m_expansions[m_diagram->graph()] = m_options.expansion;
    }
    m_selectedModule = {};
    if (m_document) {
        const auto left = m_expansions.find(m_document->currentGraph());
        m_options.expansion = left == m_expansions.end() ? Expansion() : left->second;
    }
    updateBreadcrumb();
    load();
}

void GraphView::load()
{
    cancelDrag();
    m_failure.clear();
    m_retry->hide();
    const bool hasGraph = m_document && m_document->currentGraph();
    if (!hasGraph) {
        m_loader->cancel();
        showDiagram(nullptr);
        return;
    }
    m_options.fonts = DiagramFonts::standard();
    m_options.displacements = m_places.of(m_document->currentGraph());
    m_loader->load(m_document->model(), m_document->currentGraph(), m_options);
}

void GraphView::reload()
{
    load();
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

std::vector<Index> GraphView::selectedBoxes() const
{
    std::vector<Index> boxes;
    if (!m_diagram || !m_document)
        return boxes;
    const Selection& selection = m_document->selection();
    // Each once, where its last node stands: the box of the current one is the last.
    std::vector<bool> isIn(m_diagram->boxes().size(), false);
    for (auto node = selection.nodes.rbegin(); node != selection.nodes.rend(); ++node) {
        const auto box = m_diagram->visibleBoxOf(*node);
        if (!box || isIn[*box])
            continue;
        isIn[*box] = true;
        boxes.push_back(*box);
    }
    std::reverse(boxes.begin(), boxes.end());
    if (selection.value)
        if (const auto box = m_diagram->boxOf(selection.value))
            boxes.push_back(*box);
    if (m_selectedModule) {
        if (const auto box = m_diagram->boxOf(m_selectedModule))
            boxes.push_back(*box);
    } else if (selection.scope) {
        if (const auto box = m_diagram->boxOf(selection.scope))
            boxes.push_back(*box);
    }
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
        if (const auto box = m_diagram->visibleBoxOf(node))
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
            if (const auto values = m_diagram->values(edge); std::find(values.begin(), values.end(), value) != values.end())
                bringForward(edge);
    };
    if (m_state.hovered != DiagramBox::none) {
        for (const Index edge : m_diagram->edgesInto(m_state.hovered))
            m_state.edgeFlags[edge] |= DiagramState::Forward;
        for (const Index edge : m_diagram->edgesOutOf(m_state.hovered)) {
            m_state.edgeFlags[edge] |= DiagramState::Forward;
            // Nothing leads the eye to where a stub goes.
            if (m_diagram->edges()[edge].isStub())
                m_state.boxFlags[m_diagram->edges()[edge].to] |= DiagramState::Linked;
        }
    } else if (m_hoveredEdge) {
        bringValueForward(m_diagram->edges()[*m_hoveredEdge].value, m_diagram->edges()[*m_hoveredEdge].from);
    }
    if (m_hoveredStub) {
        Index source = m_state.hovered;
        for (const Index edge : m_diagram->edgesInto(source))
            if (m_diagram->edges()[edge].isStub() && m_diagram->edges()[edge].value == m_hoveredStub)
                source = m_diagram->edges()[edge].from;
        bringValueForward(m_hoveredStub, source);
    }
    // A value that is selected as such is an edge; of inputs and outputs the box is selected already.
    if (const ValueId value = m_document ? m_document->selection().value : ValueId()) {
        const NodeId producer = value.index() < m_document->model()->valueCount() ? m_document->model()->value(value).producer() : NodeId();
        const std::optional<Index> from = producer ? m_diagram->visibleBoxOf(producer) : m_diagram->boxOf(value);
        if (from)
            bringValueForward(value, *from);
    }
    update();
}

void GraphView::updateRun()
{
    m_state.run.clear();
    if (m_diagram && m_document && m_document->lastRun() && !m_document->lastRun()->nodes.empty())
        m_state.run = runFacts(*m_diagram, *m_document->lastRun());
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

void GraphView::selectModule(ModuleId module, ScopeId scope)
{
    Selection selection;
    selection.scope = scope;
    m_document->select(std::move(selection));
    m_selectedModule = module;
    updateFlags();
    describeSelection();
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
            parts.push_back({id, {}, m_document->title(), m_document->path()});
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
        parts.push_back({id, {}, text, toolTip});
    }
    // The modules around the middle of the view, when one is inside of them.
    if (m_diagram && m_diagram->hierarchy() && m_diagram->graph() == m_document->currentGraph()) {
        const QRectF shown = m_viewport.toDiagram(QRectF(rect()));
        for (const Index frame : m_diagram->frames()) {
            const DiagramBox& box = m_diagram->boxes()[frame];
            if (!box.rect.contains(shown.center()) || (box.rect.top() > shown.top() && box.rect.bottom() < shown.bottom()))
                continue;
            const Module& module = m_diagram->hierarchy()->module(box.module);
            parts.push_back({{}, box.module, QString::fromStdString(module.name), box.title});
        }
    }
    m_breadcrumb->setParts(std::move(parts));
    m_breadcrumb->show();
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
        m_painter.paint(painter, m_moving ? *m_moving : *m_diagram, m_state, m_viewport.toDiagram(area), m_viewport.scale());
        painter.restore();
    }
    paintDrag(painter, area);
    const Theme& theme = m_painter.theme();
    if (m_hasKeyboardFocus) {
        painter.setPen(QPen(theme.accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRectF(rect()).adjusted(1, 1, -1, -1));
    }
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

void GraphView::describeSelection()
{
    if (!QAccessible::isActive() || !m_diagram)
        return;
    const std::optional<Index> box = currentBox();
    setAccessibleDescription(box ? spokenBox(*m_document->model(), m_diagram->boxes()[*box]) : QString());
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
}

void GraphView::copyAsText()
{
    if (!m_document || !m_diagram)
        return;
    const Model& model = *m_document->model();
    QStringList texts;
    for (const NodeId node : m_document->selection().nodes)
        texts << nodeAsText(model, node);
    if (m_document->selection().value)
        texts << valueAsText(model, m_document->selection().value);
    if (texts.isEmpty())
        for (const Index box : selectedBoxes())
            texts << boxAsText(model, m_diagram->boxes()[box]);
    if (!texts.isEmpty())
        QApplication::clipboard()->setText(texts.join(QStringLiteral("\n\n")));
}

void GraphView::selectUpstream()
{
    if (const std::vector<Index> boxes = selectedBoxes(); !boxes.empty()) {
        std::vector<Index> found = upstream(*m_diagram, boxes);
        selectBoxes(found);
        fade(std::move(found));
    }
}

void GraphView::selectDownstream()
{
    if (const std::vector<Index> boxes = selectedBoxes(); !boxes.empty()) {
        std::vector<Index> found = downstream(*m_diagram, boxes);
        selectBoxes(found);
        fade(std::move(found));
    }
}

void GraphView::highlightPath()
{
    if (const std::vector<Index> boxes = selectedBoxes(); !boxes.empty())
        fade(between(*m_diagram, boxes));
}

void GraphView::clearHighlight()
{
    fade({});
}

void GraphView::fade(std::vector<Index> allBut)
{
    m_highlight = std::move(allBut);
    updateFlags();
}

}  // namespace tenscope

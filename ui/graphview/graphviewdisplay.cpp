// What a GraphView shows and where: diagrams that come and go, zooming, bringing things into view; the rest is in graphview.cpp.

#include <QStyle>
#include <QVariantAnimation>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/graph/model.h"
#include "ui/document/document.h"
#include "ui/graphview/breadcrumb.h"
#include "ui/graphview/diagramloader.h"
#include "ui/graphview/graphview.h"
#include "ui/graphview/minimap.h"
#include "ui/graphview/nodehistograms.h"
#include "ui/graphview/transition.h"

namespace tenscope {

namespace {

using Index = Diagram::Index;

constexpr int overlayMargin = 12;
constexpr int longestMotion = 200;  // milliseconds

}  // namespace

void GraphView::showDiagram(std::shared_ptr<const Diagram> diagram)
{
    // What keeps its place on the screen when the same graph is laid out anew: the module that was folded or unfolded, the
    // current node, or what is in the middle.
    const std::shared_ptr<const Diagram> before = m_diagram;
    const Viewport viewportBefore = m_viewport;
    if (m_dropped && diagram)
        diagram = withDropped(std::move(diagram));
    const bool isSameGraph = before && diagram && before->graph() == diagram->graph() && !before->isEmpty();
    QPointF anchorShift;
    bool isAnchored = false;
    const bool keepsViewport = std::exchange(m_keepsViewport, false);
    if (isSameGraph && keepsViewport) {
        isAnchored = true;
    } else if (isSameGraph) {
        const auto keep = [&](QPointF old, QPointF now) {
            anchorShift = m_viewport.toView(old) - m_viewport.toView(now);
            isAnchored = true;
        };
        const auto oldModule = before->boxOf(m_anchorModule);
        const auto newModule = diagram->boxOf(m_anchorModule);
        if (m_anchorModule && oldModule && newModule) {
            const QRectF& old = before->boxes()[*oldModule].rect;
            const QRectF& now = diagram->boxes()[*newModule].rect;
            keep(QPointF(old.center().x(), old.top()), QPointF(now.center().x(), now.top()));
        } else {
            const QRectF shown = m_viewport.toDiagram(QRectF(rect()));
            Index box = currentBox().value_or(DiagramBox::none);
            if (box == DiagramBox::none || !shown.intersects(before->boxes()[box].rect) || !before->boxes()[box].node) {
                double nearest = 1e300;
                box = DiagramBox::none;
                before->boxIndex().visit(shown, [&](Index index) {
                    const QPointF away = before->boxes()[index].rect.center() - shown.center();
                    const double distance = std::hypot(away.x(), away.y());
                    if (distance < nearest && before->boxes()[index].node && diagram->visibleBoxOf(before->boxes()[index].node)) {
                        nearest = distance;
                        box = index;
                    }
                });
            }
            if (box != DiagramBox::none)
                if (const auto now = diagram->visibleBoxOf(before->boxes()[box].node))
                    keep(before->boxes()[box].rect.center(), diagram->boxes()[*now].rect.center());
        }
    }
    m_anchorModule = {};

    stopMotion();
    m_diagram = std::move(diagram);
    m_highlight.clear();
    m_state = {};
    m_histograms->setDiagram(m_document, m_diagram);
    m_hoveredEdge.reset();
    m_hoveredGrip.reset();
    m_hoveredStub = {};
    m_minimap->setDiagram(m_diagram);
    if (m_diagram) {
        const auto left = m_viewports.find(m_diagram->graph());
        if (isAnchored)
            setViewport(m_viewport.panned(anchorShift));
        else if (!isSameGraph && left != m_viewports.end())
            setViewport(left->second);
        else
            setViewport(firstViewport());
        m_isFirstLook = !isSameGraph && left == m_viewports.end();
        if (isAnchored && !keepsViewport)
            glide(*before, viewportBefore);
        if (m_options.expansion.kind == Expansion::Kind::Kept)
            m_options.expansion = Expansion::chosen(m_diagram->expanded());
    }
    updateFlags();
    updateRun();
    updateMarks();
    placeOverlays();
    if (m_pendingReveal)
        reveal(std::exchange(m_pendingReveal, {}));
    if (m_pendingValue)
        reveal(std::exchange(m_pendingValue, {}));
    if (m_pendingScope)
        reveal(std::exchange(m_pendingScope, {}));
    update();
    emit diagramChanged();
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

void GraphView::setViewport(const Viewport& viewport)
{
    const double before = m_viewport.scale();
    m_viewport = m_diagram ? viewport.kept(m_diagram->bounds(), size()) : viewport;
    if (m_diagram) {
        const QRectF shown = m_viewport.toDiagram(QRectF(rect()));
        m_minimap->setVisibleRegion(shown);
        // A map of what is seen as a whole anyway is in the way.
        m_minimap->setVisible(!m_diagram->isEmpty() && !shown.contains(m_diagram->bounds()));
        m_histograms->show(shown, m_viewport.scale());
        updateBreadcrumb();
    } else {
        m_minimap->hide();
    }
    update();
    if (before != m_viewport.scale())
        emit zoomChanged(m_viewport.scale());
}

int GraphView::motionDuration() const
{
    return isVisible() ? std::min(longestMotion, style()->styleHint(QStyle::SH_Widget_Animation_Duration, nullptr, this)) : 0;
}

void GraphView::stopMotion()
{
    m_animation->stop();
    m_animation->disconnect(this);
    m_transition.reset();
    m_moving.reset();
}

void GraphView::moveTo(const Viewport& target)
{
    stopMotion();
    const int duration = motionDuration();
    if (duration <= 0) {
        setViewport(target);
        return;
    }
    m_animation->setDuration(duration);
    connect(m_animation, &QVariantAnimation::valueChanged, this, [this, from = m_viewport, target](const QVariant& value) {
        setViewport(Viewport::between(from, target, value.toDouble(), size()));
    });
    m_animation->start();
}

void GraphView::glide(const Diagram& from, const Viewport& fromView)
{
    const int duration = motionDuration();
    if (duration <= 0)
        return;
    auto transition = std::make_unique<Transition>(from, fromView, m_diagram, m_viewport);
    if (!transition->isWorthwhile(size()))
        return;
    m_transition = std::move(transition);
    m_moving = m_transition->at(0);
    m_animation->setDuration(duration);
    connect(m_animation, &QVariantAnimation::valueChanged, this, [this](const QVariant& value) {
        if (!m_transition)
            return;
        if (value.toDouble() < 1) {
            m_moving = m_transition->at(value.toDouble());
        } else {
            m_moving.reset();
            m_transition.reset();
        }
        update();
    });
    m_animation->start();
}

void GraphView::zoomBy(double factor, QPointF about)
{
    stopMotion();
    m_isFirstLook = false;
    setViewport(m_viewport.zoomed(m_viewport.scale() * factor, about));
}

void GraphView::setZoom(double zoom)
{
    zoomBy(zoom / m_viewport.scale(), middle());
}

void GraphView::zoomIn()
{
    zoomBy(1.25, middle());
}

void GraphView::zoomOut()
{
    zoomBy(1 / 1.25, middle());
}

void GraphView::zoomActual()
{
    m_isFirstLook = false;
    const std::optional<Index> box = currentBox();
    const QPointF about = box ? m_viewport.toView(m_diagram->boxes()[*box].rect.center()) : middle();
    moveTo(m_viewport.zoomed(1, QRectF(rect()).contains(about) ? about : middle()));
}

void GraphView::fit()
{
    m_isFirstLook = false;
    if (m_diagram)
        moveTo(Viewport::fitting(m_diagram->bounds(), size(), 1));
}

void GraphView::fitSelection()
{
    m_isFirstLook = false;
    QRectF all;
    for (const Index box : selectedBoxes())
        all |= m_diagram->boxes()[box].rect;
    if (all.isEmpty())
        return fit();
    constexpr double margin = 24;
    moveTo(Viewport::fitting(all.adjusted(-margin, -margin, margin, margin), size(), 1.5));
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
    if (const auto box = m_diagram->visibleBoxOf(node))
        return box;
    const Model& model = *m_document->model();
    // Plumbing: what uses it.
    std::vector<NodeId> pending{node};
    for (int step = 0; step < 64 && !pending.empty(); ++step) {
        const NodeId next = pending.back();
        pending.pop_back();
        for (const ValueId output : model.node(next).outputs()) {
            for (const Use& use : model.value(output).uses()) {
                if (const auto box = m_diagram->visibleBoxOf(use.node))
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
    if (!m_diagram->boxOf(node) && m_diagram->hierarchy() && unfold(m_diagram->hierarchy()->path(node))) {
        m_pendingReveal = node;
        return;
    }
    if (const auto box = boxNear(node))
        revealBox(*box);
}

void GraphView::reveal(ScopeId scope)
{
    if (!m_diagram || m_loader->isBusy() || m_diagram->graph() != m_document->currentGraph()) {
        m_pendingScope = scope;
        return;
    }
    const auto hierarchy = m_diagram->hierarchy();
    const std::vector<ModuleId> modules = hierarchy ? hierarchy->modulesOf(scope) : std::vector<ModuleId>();
    if (modules.empty() || modules.front() == hierarchy->root())
        return;
    if (const auto box = m_diagram->boxOf(modules.front())) {
        selectModule(modules.front(), scope);
        return revealBox(*box);
    }
    std::vector<ModuleId> around = hierarchy->path(modules.front());
    around.pop_back();
    if (unfold(around))
        m_pendingScope = scope;
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

}  // namespace tenscope

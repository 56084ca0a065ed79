#include "ui/diagram/diagram.h"

#include <algorithm>
#include <cmath>

namespace tenscope {

namespace {

double distanceToSegment(QPointF place, QPointF a, QPointF b)
{
    const QPointF along = b - a;
    const double squared = QPointF::dotProduct(along, along);
    const double t = squared > 0 ? std::clamp(QPointF::dotProduct(place - a, along) / squared, 0.0, 1.0) : 0.0;
    const QPointF away = place - (a + t * along);
    return std::hypot(away.x(), away.y());
}

QRectF boundsOf(std::span<const QPointF> points)
{
    if (points.empty())
        return QRectF(0, 0, -1, -1);  // never found
    double left = points[0].x(), right = left, top = points[0].y(), bottom = top;
    for (const QPointF& point : points) {
        left = std::min(left, point.x());
        right = std::max(right, point.x());
        top = std::min(top, point.y());
        bottom = std::max(bottom, point.y());
    }
    return QRectF(QPointF(left, top), QPointF(right, bottom));
}

// Groups edge indices by a box each, keeping their order.
template <class BoxOf>
void group(std::size_t boxes, std::size_t edges, BoxOf boxOf, std::vector<Diagram::Index>& list, std::vector<Diagram::Index>& begin)
{
    begin.assign(boxes + 1, 0);
    for (std::size_t e = 0; e < edges; ++e)
        ++begin[boxOf(e) + 1];
    for (std::size_t i = 1; i <= boxes; ++i)
        begin[i] += begin[i - 1];
    list.resize(edges);
    std::vector<Diagram::Index> next(begin.begin(), begin.end() - 1);
    for (std::size_t e = 0; e < edges; ++e)
        list[next[boxOf(e)]++] = Diagram::Index(e);
}

}  // namespace

Diagram::Diagram(GraphId graph, std::shared_ptr<const Hierarchy> hierarchy, DiagramFonts fonts, std::vector<DiagramBox> boxes,
                 std::vector<DiagramEdge> edges, std::vector<QPointF> points, BundledValues bundled)
    : m_graph(graph), m_hierarchy(std::move(hierarchy)), m_fonts(std::move(fonts)), m_boxes(std::move(boxes)), m_edges(std::move(edges)),
      m_points(std::move(points)), m_bundled(std::move(bundled))
{
    std::vector<QRectF> rects;
    rects.reserve(m_boxes.size());
    for (Index i = 0; i < m_boxes.size(); ++i) {
        const DiagramBox& box = m_boxes[i];
        m_bounds |= box.rect;
        const bool isFrame = box.kind == DiagramBox::Kind::Module && box.isExpanded;
        if (isFrame)
            m_frames.push_back(i);
        rects.push_back(isFrame ? QRectF(0, 0, -1, -1) : box.rect);
        if (box.node)
            m_byNode.emplace(box.node, i);
        if (box.module)
            m_byModule.emplace(box.module, i);
        if (box.scope)
            m_byScope.emplace(box.scope, i);
        if (box.value)
            m_byValue.emplace(box.value, i);
    }
    std::stable_sort(m_frames.begin(), m_frames.end(), [this](Index a, Index b) { return m_boxes[a].depth < m_boxes[b].depth; });
    m_boxIndex = SpatialIndex(rects);

    rects.clear();
    for (const DiagramEdge& edge : m_edges) {
        QRectF bounds = boundsOf(route(edge));
        if (bounds.width() >= 0)
            m_bounds |= bounds.adjusted(0, 0, 1, 1);  // lines have no area, and union ignores what has none
        if (!edge.label.isEmpty()) {
            bounds |= edge.labelRect;
            m_bounds |= edge.labelRect;
        }
        rects.push_back(bounds);
    }
    m_edgeIndex = SpatialIndex(rects);
    if (!m_boxes.empty()) {
        const double margin = m_fonts.unit * 2;
        m_bounds.adjust(-margin, -margin, margin, margin);
    }
    group(m_boxes.size(), m_edges.size(), [this](std::size_t e) { return m_edges[e].to; }, m_into, m_intoBegin);
    // Stubs come behind all that is drawn, whatever input they are.
    for (std::size_t box = 0; box < m_boxes.size(); ++box)
        std::stable_sort(m_into.begin() + m_intoBegin[box], m_into.begin() + m_intoBegin[box + 1],
                         [this](Index a, Index b) { return m_edges[a].input < m_edges[b].input; });
    group(m_boxes.size(), m_edges.size(), [this](std::size_t e) { return m_edges[e].from; }, m_outOf, m_outOfBegin);
}

std::optional<Diagram::Index> Diagram::boxAt(QPointF place) const
{
    std::optional<Index> result;
    m_boxIndex.visit(QRectF(place, QSizeF(0, 0)), [&](Index index) {
        if (!result || m_boxes[index].depth >= m_boxes[*result].depth)
            result = index;
    });
    if (result)
        return result;
    const double border = m_fonts.unit * 0.4;
    for (auto frame = m_frames.rbegin(); frame != m_frames.rend(); ++frame) {
        const QRectF& rect = m_boxes[*frame].rect;
        if (!rect.contains(place))
            continue;
        const QRectF inside = rect.adjusted(border, border, -border, -border);
        if (!inside.contains(place) || m_boxes[*frame].strip.contains(place))
            return *frame;
    }
    return std::nullopt;
}

std::optional<Diagram::Index> Diagram::edgeAt(QPointF place, double tolerance) const
{
    std::optional<Index> result;
    double nearest = tolerance;
    m_edgeIndex.visit(QRectF(place.x() - tolerance, place.y() - tolerance, 2 * tolerance, 2 * tolerance), [&](Index index) {
        const auto points = route(m_edges[index]);
        for (std::size_t i = 1; i < points.size(); ++i) {
            const double distance = distanceToSegment(place, points[i - 1], points[i]);
            if (distance <= nearest) {
                nearest = distance;
                result = index;
            }
        }
        if (!m_edges[index].label.isEmpty() && m_edges[index].labelRect.contains(place)) {
            nearest = 0;
            result = index;
        }
    });
    return result;
}

std::optional<Diagram::Index> Diagram::boxOf(NodeId node) const
{
    const auto found = m_byNode.find(node);
    return found == m_byNode.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Diagram::Index> Diagram::boxOf(ModuleId module) const
{
    const auto found = m_byModule.find(module);
    return found == m_byModule.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Diagram::Index> Diagram::visibleBoxOf(NodeId node) const
{
    if (const auto box = boxOf(node))
        return box;
    if (!m_hierarchy)
        return std::nullopt;
    for (const ModuleId module : m_hierarchy->path(node))
        if (const auto box = boxOf(module); box && !m_boxes[*box].isExpanded)
            return box;
    return std::nullopt;
}

std::set<ModuleId> Diagram::expanded() const
{
    std::set<ModuleId> modules;
    for (const Index frame : m_frames)
        if (m_boxes[frame].module)
            modules.insert(m_boxes[frame].module);
    return modules;
}

std::optional<Diagram::Index> Diagram::boxOf(ScopeId scope) const
{
    const auto found = m_byScope.find(scope);
    return found == m_byScope.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Diagram::Index> Diagram::boxOf(ValueId value) const
{
    const auto found = m_byValue.find(value);
    return found == m_byValue.end() ? std::nullopt : std::optional(found->second);
}

std::span<const ValueId> Diagram::values(Index edge) const
{
    const auto bundled = m_bundled.find(edge);
    return bundled == m_bundled.end() ? std::span(&m_edges[edge].value, 1) : std::span<const ValueId>(bundled->second);
}

std::span<const Diagram::Index> Diagram::edgesInto(Index box) const
{
    return {m_into.data() + m_intoBegin[box], m_into.data() + m_intoBegin[box + 1]};
}

std::span<const Diagram::Index> Diagram::edgesOutOf(Index box) const
{
    return {m_outOf.data() + m_outOfBegin[box], m_outOf.data() + m_outOfBegin[box + 1]};
}

}  // namespace tenscope

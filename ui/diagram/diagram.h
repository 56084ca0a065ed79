#pragma once

#include <QPointF>
#include <QRectF>
#include <QString>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <unordered_map>
#include <vector>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/graph/id.h"
#include "core/graph/operatorfamily.h"
#include "ui/diagram/diagramoptions.h"
#include "ui/diagram/spatialindex.h"

namespace tenscope {

class Model;

// One line of text in the body of a box.
struct DiagramLine {
    enum class Kind : std::uint8_t {
        Attribute,
        Weight,
        Stub,  // a value that goes to very many nodes, written instead of drawn; `value` says which
        Hint,  // what opens when the node is entered
    };
    Kind kind = Kind::Attribute;
    QString text;
    ValueId value;
};

struct DiagramBox {
    enum class Kind : std::uint8_t {
        Node,
        Module,
        Input,   // of the graph
        Output,
        Stub,    // a value that a body reads from the graph around it
    };
    static constexpr std::uint32_t none = 0xffffffffu;

    Kind kind = Kind::Node;
    OperatorFamily family = OperatorFamily::Unknown;
    bool isKnown = true;      // false: an operator that can be shown but not run; hatched
    bool isPill = false;      // nothing to say but the title
    bool canEnter = false;    // holds a graph that can be entered: a body, a function
    bool isExpanded = false;  // of a module: its content is drawn inside
    bool hasRunLine = false;  // the last body line is kept free for a run
    std::uint8_t prefixLength = 0;  // of the title: its namespace, which is not bold
    std::uint16_t depth = 0;        // number of frames around it
    std::uint32_t parent = none;    // the unfolded module around it
    NodeId node;
    ValueId value;  // of inputs, outputs and stubs
    ModuleId module;  // of modules
    ScopeId scope;    // of modules that the file names
    QRectF rect;    // diagram units
    QRectF strip;   // of frames: where their title goes, free of lines
    QString title;
    QString name;   // on the right of the header
    std::vector<DiagramLine> lines;
};

// One without a route is a stub: it is not drawn, both of its boxes have a line of text for it.
struct DiagramEdge {
    ValueId value;
    std::uint32_t from = 0, to = 0;  // boxes
    std::uint32_t input = 0;         // of the target node: the slot it arrives by
    std::uint32_t routeBegin = 0, routeEnd = 0;  // its points in Diagram
    std::uint32_t count = 1;         // values bundled in it, from or to a folded module; `value` is the first of them
    QString label;                   // the shape, on one edge a value only; of bundles "×3"
    QRectF labelRect;

    bool isStub() const { return routeBegin == routeEnd; }
};

// The values of the edges that bundle several, by edge.
using BundledValues = std::unordered_map<std::uint32_t, std::vector<ValueId>>;

// A picture of one graph: laid out, immutable, painted by DiagramPainter. What is known of it by place is found through
// spatial indices, so that painting and pointing cost what is visible and not what exists.
class Diagram {
public:
    using Index = std::uint32_t;

    Diagram() = default;
    Diagram(GraphId graph, std::shared_ptr<const Hierarchy> hierarchy, DiagramFonts fonts, std::vector<DiagramBox> boxes,
            std::vector<DiagramEdge> edges, std::vector<QPointF> points, BundledValues bundled = {});

    GraphId graph() const { return m_graph; }
    // The graph's modules; null for a diagram that was not built from a model.
    const std::shared_ptr<const Hierarchy>& hierarchy() const { return m_hierarchy; }
    const DiagramFonts& fonts() const { return m_fonts; }
    const std::vector<DiagramBox>& boxes() const { return m_boxes; }
    const std::vector<DiagramEdge>& edges() const { return m_edges; }
    std::span<const QPointF> route(const DiagramEdge& edge) const
    {
        return {m_points.data() + edge.routeBegin, m_points.data() + edge.routeEnd};
    }
    // All that flows along the edge.
    std::span<const ValueId> values(Index edge) const;
    bool isEmpty() const { return m_boxes.empty(); }
    QRectF bounds() const { return m_bounds; }  // all boxes, routes and labels, with a margin

    const SpatialIndex& boxIndex() const { return m_boxIndex; }
    const SpatialIndex& edgeIndex() const { return m_edgeIndex; }
    // Unfolded modules, the outermost first: they are painted under everything else and are not in boxIndex().
    const std::vector<Index>& frames() const { return m_frames; }

    // The innermost box at a place; an unfolded module only where its title strip or its frame is hit.
    std::optional<Index> boxAt(QPointF place) const;
    // The edge that runs nearest to it, at most `tolerance` away.
    std::optional<Index> edgeAt(QPointF place, double tolerance) const;
    // The box that draws the node; nothing where it is plumbing, folded away, or in another graph.
    std::optional<Index> boxOf(NodeId node) const;
    // The folded or unfolded module box; of a scope, the first of the modules it became.
    std::optional<Index> boxOf(ModuleId module) const;
    std::optional<Index> boxOf(ScopeId scope) const;
    // The box that draws the node or the folded module that hides it.
    std::optional<Index> visibleBoxOf(NodeId node) const;
    // The modules that are drawn unfolded.
    std::set<ModuleId> expanded() const;
    // The boxes that stand for a graph's input, output or captured value.
    std::optional<Index> boxOf(ValueId value) const;

    // Stubs included.
    std::span<const Index> edgesInto(Index box) const;  // by the order of inputs
    std::span<const Index> edgesOutOf(Index box) const;

private:
    GraphId m_graph;
    std::shared_ptr<const Hierarchy> m_hierarchy;
    DiagramFonts m_fonts;
    std::vector<DiagramBox> m_boxes;
    std::vector<DiagramEdge> m_edges;
    std::vector<QPointF> m_points;
    BundledValues m_bundled;
    QRectF m_bounds;
    SpatialIndex m_boxIndex, m_edgeIndex;
    std::vector<Index> m_frames;
    std::unordered_map<NodeId, Index> m_byNode;
    std::unordered_map<ModuleId, Index> m_byModule;
    std::unordered_map<ScopeId, Index> m_byScope;
    std::unordered_map<ValueId, Index> m_byValue;
    // Edges of each box, one after the other: box i has m_into[m_intoBegin[i]] … m_into[m_intoBegin[i + 1] − 1].
    std::vector<Index> m_into, m_intoBegin, m_outOf, m_outOfBegin;
};

// Decides what is shown of a graph, measures it and lays it out. Any thread (fonts are measured, nothing is painted); needs a
// QGuiApplication. Error::cancelled() after progress.cancel(); ErrorKind::Usage where `graph` is not one of the model's.
// Who builds the same graph again and again, folded otherwise, keeps a DiagramBuilder.
Result<Diagram> buildDiagram(const Model& model, GraphId graph, const DiagramOptions& options, Progress& progress);

}  // namespace tenscope

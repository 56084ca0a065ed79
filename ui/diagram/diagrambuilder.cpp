#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "core/graph/literal.h"
#include "core/graph/text.h"
#include "ui/diagram/boxmetrics.h"
#include "ui/diagram/diagram.h"
#include "ui/diagram/graphcontent.h"
#include "ui/diagram/nodetext.h"

namespace tenscope {

namespace {

constexpr std::uint32_t none = DiagramBox::none;

QString tr(const char* text)
{
    return QCoreApplication::translate("Diagram", text);
}

class Builder {
public:
    Builder(const Model& model, const DiagramOptions& options, Progress& progress)
        : m_model(model), m_options(options), m_progress(progress), m_metrics(options.fonts)
    {
        m_families.reserve(model.operatorCount());
        for (std::size_t i = 0; i < model.operatorCount(); ++i)
            m_families.push_back(family(model.op(OperatorId(i))));
    }

    Result<Diagram> build(GraphId graph)
    {
        Result<GraphContent> content = graphContent(m_model, graph, m_options.showPlumbing, m_options.stubsFrom, m_progress);
        if (!content)
            return fail(std::move(content.error()));
        m_content = std::move(*content);
        m_progress.report(0.1);

        m_boxes.resize(m_content.items.size());
        for (std::uint32_t i = 0; i < m_boxes.size(); ++i) {
            if (i % 256 == 0 && m_progress.cancelled())
                return fail(Error::cancelled());
            describe(i);
        }
        addStubLines();
        for (DiagramBox& box : m_boxes)
            box.rect = QRectF(QPointF(), m_metrics.fit(box));
        makeEdges();
        m_progress.report(0.3);
        return place(graph);
    }

private:
    void describe(std::uint32_t index)
    {
        const GraphContent::Item& item = m_content.items[index];
        DiagramBox& box = m_boxes[index];
        box.kind = item.kind;
        box.node = item.node;
        box.value = item.value;
        if (item.kind == DiagramBox::Kind::Node)
            describeNode(box);
        else
            describeValue(box, item);
    }

    void describeNode(DiagramBox& box)
    {
        const Node& node = m_model.node(box.node);
        const Operator& op = m_model.op(node.op);
        box.family = m_families[node.op.index()];
        // A family may be known for an operator that this version cannot run, and a schema for one without a family.
        box.isKnown = op.isKnown || m_model.function(op);
        box.hasRunLine = m_options.reserveRunLine;
        const std::vector<DataInput> inputs = dataInputs(m_model, box.node);
        NodeText text = nodeText(m_model, box.node, inputs);
        box.title = std::move(text.title);
        box.prefixLength = std::uint8_t(std::clamp(text.prefixLength, 0, 255));
        box.name = std::move(text.name);
        box.canEnter = !text.hint.isEmpty();
        const double width = m_metrics.maxLineWidth();
        addLines(box, DiagramLine::Kind::Weight, m_metrics.fill(text.weights, width, 2));
        addLines(box, DiagramLine::Kind::Attribute, m_metrics.fill(text.attributes, width, 2));
        if (!text.hint.isEmpty())
            addLines(box, DiagramLine::Kind::Hint, {text.hint});
    }

    void describeValue(DiagramBox& box, const GraphContent::Item& item)
    {
        box.family = OperatorFamily::Data;
        if (!item.value) {
            box.title = tr("(missing)");
            return;
        }
        const Value& value = m_model.value(item.value);
        box.title = shortValueName(value.name);
        if (box.title.isEmpty())
            box.title = item.kind == DiagramBox::Kind::Output ? tr("output") : tr("input");
        const QString type = QString::fromStdString(toString(value.type));
        if (const auto constant = literal(m_model, item.value, 60); constant && item.kind == DiagramBox::Kind::Output)
            addLines(box, DiagramLine::Kind::Attribute, {QString::fromStdString(*constant)});
        else if (value.type.kind != Type::Kind::Unknown)
            addLines(box, DiagramLine::Kind::Attribute, {type});
    }

    static void addLines(DiagramBox& box, DiagramLine::Kind kind, const std::vector<QString>& texts)
    {
        for (const QString& text : texts)
            box.lines.push_back({kind, text, {}});
    }

    void addStubLines()
    {
        for (const GraphContent::Stub& stub : m_content.stubs) {
            const Value& value = m_model.value(stub.value);
            QString name = shortValueName(value.name);
            if (name.isEmpty())
                name = tr("value");
            const QString shape = shapeText(value.type);
            const QString text = shape.isEmpty() ? name : name + u' ' + shape;
            if (stub.from != none)
                m_boxes[stub.from].lines.push_back({DiagramLine::Kind::Stub, tr("to %L1 nodes").arg(stub.to.size()), stub.value});
            for (const std::uint32_t to : stub.to)
                m_boxes[to].lines.push_back({DiagramLine::Kind::Stub, text, stub.value});
        }
    }

    void makeEdges()
    {
        std::unordered_map<ValueId, bool> isLabelled;
        m_edges.reserve(m_content.connections.size());
        for (const GraphContent::Connection& connection : m_content.connections) {
            DiagramEdge edge;
            edge.value = connection.value;
            edge.from = connection.from;
            edge.to = connection.to;
            edge.input = connection.input;
            // Inputs, outputs and stubs say their type themselves.
            const bool isSaid = m_boxes[edge.from].kind != DiagramBox::Kind::Node || m_boxes[edge.to].kind == DiagramBox::Kind::Output;
            if (m_options.showShapes && !isSaid && !isLabelled[connection.value]) {
                edge.label = shapeText(m_model.value(connection.value).type);
                isLabelled[connection.value] = true;
            }
            m_edges.push_back(std::move(edge));
        }
    }

    LayoutGraph layoutGraph()
    {
        LayoutGraph graph;
        graph.boxes.reserve(m_boxes.size());
        for (const DiagramBox& box : m_boxes)
            graph.boxes.push_back({box.rect.width(), box.rect.height()});
        // Ports: outputs in the order of the node's results, inputs in the order of its arguments.
        std::vector<std::uint32_t> inPorts(m_boxes.size(), 0);
        std::unordered_map<ValueId, std::uint32_t> outPort;
        std::vector<std::uint32_t> outPorts(m_boxes.size(), 0);
        graph.edges.reserve(m_edges.size());
        for (const DiagramEdge& edge : m_edges) {
            LayoutGraph::Edge wanted;
            wanted.from = edge.from;
            wanted.to = edge.to;
            const auto [port, isNew] = outPort.emplace(edge.value, outPorts[edge.from]);
            outPorts[edge.from] += isNew;
            wanted.fromPort = port->second;
            wanted.toPort = inPorts[edge.to]++;
            if (!edge.label.isEmpty()) {
                wanted.labelWidth = std::ceil(m_metrics.monoWidth(edge.label)) + m_options.fonts.unit * 0.5;
                wanted.labelHeight = m_options.fonts.labelHeight;
            }
            graph.edges.push_back(wanted);
        }
        return graph;
    }

    Result<Diagram> place(GraphId graph)
    {
        const LayoutGraph wanted = layoutGraph();
        Result<Layout> layoutResult = layout(wanted, m_options.layout, m_progress);
        if (!layoutResult)
            return fail(std::move(layoutResult.error()));
        const Layout& placed = *layoutResult;
        for (std::size_t i = 0; i < m_boxes.size(); ++i) {
            // Whole units are whole pixels at 100 %: crisp edges.
            const Rect& rect = placed.boxes[i];
            m_boxes[i].rect = QRectF(std::round(rect.x), std::round(rect.y), rect.width, rect.height);
        }
        std::vector<QPointF> points;
        for (std::size_t i = 0; i < m_edges.size(); ++i) {
            DiagramEdge& edge = m_edges[i];
            edge.routeBegin = std::uint32_t(points.size());
            for (const Point& point : placed.routes[i])
                points.emplace_back(std::round(point.x), std::round(point.y));
            edge.routeEnd = std::uint32_t(points.size());
            if (!edge.label.isEmpty()) {
                const QSizeF size(wanted.edges[i].labelWidth, wanted.edges[i].labelHeight);
                edge.labelRect = QRectF(QPointF(placed.labels[i].x - size.width() / 2, placed.labels[i].y - size.height() / 2), size);
            }
        }
        m_progress.report(1.0);
        return Diagram(graph, m_options.fonts, std::move(m_boxes), std::move(m_edges), std::move(points));
    }

    const Model& m_model;
    const DiagramOptions& m_options;
    Progress& m_progress;
    BoxMetrics m_metrics;
    std::vector<OperatorFamily> m_families;  // by operator
    GraphContent m_content;
    std::vector<DiagramBox> m_boxes;
    std::vector<DiagramEdge> m_edges;
};

}  // namespace

Result<Diagram> buildDiagram(const Model& model, GraphId graph, const DiagramOptions& options, Progress& progress)
{
    return Builder(model, options, progress).build(graph);
}

}  // namespace tenscope

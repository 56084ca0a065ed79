#include "ui/diagram/diagrambuilder.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "core/graph/literal.h"
#include "core/graph/text.h"
#include "ui/diagram/boxmetrics.h"
#include "ui/diagram/displacement.h"
#include "ui/diagram/moduletext.h"
#include "ui/diagram/nodetext.h"
#include "ui/diagram/stubplan.h"

namespace tenscope {

namespace {

constexpr std::uint32_t none = DiagramBox::none;
constexpr std::size_t firstLook = 40;  // boxes in the first picture: what people take in without scrolling for long

QString tr(const char* text)
{
    return QCoreApplication::translate("Diagram", text);
}

// Writes and measures what becomes visible, and puts the layout's result into a Diagram. Lives for one build.
class Assembler {
public:
    // `connections`: of each edge of the layout's graph, which of the content's it is.
    Assembler(const Model& model, const DiagramOptions& options, const GraphContent& content, const std::vector<std::uint32_t>& connections,
              const Hierarchy& hierarchy, const StubPlan& plan)
        : m_model(model),
          m_options(options),
          m_content(content),
          m_connections(connections),
          m_hierarchy(hierarchy),
          m_plan(plan),
          m_metrics(options.fonts)
    {
        for (const StubPlan::Stub& stub : plan.stubs) {
            m_stubsOf[stub.from].push_back({stub.hub, true});
            for (const std::uint32_t thing : stub.to)
                m_stubsOf[thing].push_back({stub.hub, false});
        }
    }

    CompoundSizes sizes()
    {
        CompoundSizes result;
        result.box = [this](std::uint32_t item) { return sizeOf(item, false); };
        result.folded = [this](std::uint32_t group) { return sizeOf(group, true); };
        result.title = [this](std::uint32_t group) {
            const DiagramFonts& fonts = m_options.fonts;
            const DiagramBox frame = describeModule(ModuleId(group), true);
            const double name = frame.name.isEmpty() ? 0 : m_metrics.plainWidth(frame.name) + fonts.unit;
            return CompoundSizes::Size{m_metrics.titleWidth(frame.title, 0) + name + 2 * fonts.sidePadding + fonts.unit * 1.5, fonts.headerHeight};
        };
        result.label = [this](std::uint32_t edge, std::uint32_t count) {
            const QString text = label(edge, count);
            return text.isEmpty() ? CompoundSizes::Size{} : CompoundSizes::Size{labelWidth(text), m_options.fonts.labelHeight};
        };
        return result;
    }

    Result<Diagram> assemble(GraphId graph, std::shared_ptr<const Hierarchy> hierarchy, const CompoundLayout& layout, const Progress& progress)
    {
        constexpr std::size_t betweenLooks = 1024;
        std::vector<DiagramBox> boxes;
        boxes.reserve(layout.boxes.size());
        for (const CompoundLayout::Box& placed : layout.boxes) {
            if (boxes.size() % betweenLooks == 0 && progress.cancelled())
                return fail(Error::cancelled());
            DiagramBox box = placed.isExpanded ? describeModule(ModuleId(placed.index), true) : std::move(described(placed.index, placed.isGroup));
            box.parent = placed.parent;
            box.depth = std::uint16_t(std::min<std::uint32_t>(placed.depth, 0xffff));
            // Whole units are whole pixels at 100 %: crisp edges.
            box.rect = QRectF(std::round(placed.rect.x), std::round(placed.rect.y), std::round(placed.rect.width), std::round(placed.rect.height));
            if (placed.isExpanded)
                box.strip = QRectF(placed.title.x, placed.title.y, placed.title.width, placed.title.height);
            boxes.push_back(std::move(box));
        }
        std::vector<DiagramEdge> edges;
        std::vector<QPointF> points;
        edges.reserve(layout.edges.size());
        for (const CompoundLayout::Edge& placed : layout.edges) {
            if (edges.size() % betweenLooks == 0 && progress.cancelled())
                return fail(Error::cancelled());
            const GraphContent::Connection& connection = connectionOf(placed.edge);
            DiagramEdge edge;
            edge.value = connection.value;
            edge.from = placed.from;
            edge.to = placed.to;
            edge.input = connection.input;
            edge.count = placed.count;
            edge.routeBegin = std::uint32_t(points.size());
            for (const Point& point : placed.route)
                points.emplace_back(std::round(point.x), std::round(point.y));
            edge.routeEnd = std::uint32_t(points.size());
            if (placed.hasLabel) {
                edge.label = label(placed.edge, placed.count);
                const QSizeF size(labelWidth(edge.label), m_options.fonts.labelHeight);
                edge.labelRect = QRectF(QPointF(placed.label.x - size.width() / 2, placed.label.y - size.height() / 2), size);
            }
            edges.push_back(std::move(edge));
        }
        BundledValues bundled = bundledValues(layout);
        addStubs(layout, edges);
        if (progress.cancelled())
            return fail(Error::cancelled());
        return Diagram(graph, std::move(hierarchy), m_options.fonts, std::move(boxes), std::move(edges), std::move(points), std::move(bundled));
    }

private:
    struct StubUse {
        std::uint32_t hub;
        bool isSource;
    };

    const GraphContent::Connection& connectionOf(std::uint32_t edge) const { return m_content.connections[m_connections[edge]]; }
    std::uint32_t thingOf(std::uint32_t index, bool isGroup) const { return isGroup ? std::uint32_t(m_content.items.size()) + index : index; }

    BundledValues bundledValues(const CompoundLayout& layout) const
    {
        BundledValues bundled;
        std::set<std::pair<std::uint32_t, ValueId>> seen;
        for (std::uint32_t edge = 0; edge < layout.edgeOf.size(); ++edge) {
            const std::uint32_t visible = layout.edgeOf[edge];
            if (visible == CompoundLayout::none || layout.edges[visible].count == 1)
                continue;
            const ValueId value = connectionOf(edge).value;
            if (seen.emplace(visible, value).second)
                bundled[visible].push_back(value);
        }
        return bundled;
    }

    void addStubs(const CompoundLayout& layout, std::vector<DiagramEdge>& edges) const
    {
        if (m_plan.stubs.empty())
            return;
        std::vector<std::uint32_t> boxOf(m_content.items.size() + m_hierarchy.size(), none);
        for (std::uint32_t box = 0; box < layout.boxes.size(); ++box)
            boxOf[thingOf(layout.boxes[box].index, layout.boxes[box].isGroup)] = box;
        for (const StubPlan::Stub& stub : m_plan.stubs) {
            for (const std::uint32_t thing : stub.to) {
                DiagramEdge edge;
                edge.value = m_content.hubs[stub.hub].value;
                edge.from = boxOf[stub.from];
                edge.to = boxOf[thing];
                edges.push_back(std::move(edge));
            }
        }
    }

    DiagramBox& described(std::uint32_t index, bool isGroup)
    {
        auto& known = isGroup ? m_modules : m_items;
        const auto found = known.find(index);
        if (found != known.end())
            return found->second;
        DiagramBox box = isGroup ? describeModule(ModuleId(index), false) : describeItem(index);
        describeStubs(box, thingOf(index, isGroup));
        box.rect = QRectF(QPointF(), m_metrics.fit(box));
        return known.emplace(index, std::move(box)).first->second;
    }

    CompoundSizes::Size sizeOf(std::uint32_t index, bool isGroup)
    {
        const QRectF& rect = described(index, isGroup).rect;
        return {rect.width(), rect.height()};
    }

    DiagramBox describeItem(std::uint32_t index)
    {
        const GraphContent::Item& item = m_content.items[index];
        DiagramBox box;
        box.kind = item.kind;
        box.node = item.node;
        box.value = item.value;
        if (item.kind == DiagramBox::Kind::Node)
            describeNode(box);
        else
            describeValue(box);
        return box;
    }

    void describeNode(DiagramBox& box)
    {
        const Operator& op = m_model.op(box.node);
        box.family = family(op);
        // A family may be known for an operator that this version cannot run, and a schema for one without a family.
        box.isKnown = op.isKnown || m_model.function(op);
        box.hasRunLine = m_options.reserveRunLine;
        NodeText text = nodeText(m_model, box.node, dataInputs(m_model, box.node));
        box.title = std::move(text.title);
        box.prefixLength = std::uint8_t(std::clamp(text.prefixLength, 0, 255));
        // Not again what the frame around it says.
        const ModuleId module = m_hierarchy.moduleOf(box.node);
        if (!text.isModuleName || !module || m_hierarchy.module(module).scope != m_model.node(box.node).scope || module == m_hierarchy.root())
            box.name = std::move(text.name);
        box.canEnter = !text.hint.isEmpty();
        const double width = m_metrics.maxLineWidth();
        addLines(box, DiagramLine::Kind::Weight, m_metrics.fill(text.weights, width, 2));
        addLines(box, DiagramLine::Kind::Attribute, m_metrics.fill(text.attributes, width, 2));
        if (!text.hint.isEmpty())
            addLines(box, DiagramLine::Kind::Hint, {text.hint});
    }

    void describeValue(DiagramBox& box)
    {
        box.family = OperatorFamily::Data;
        if (!box.value) {
            box.title = tr("(missing)");
            return;
        }
        const Value& value = m_model.value(box.value);
        box.title = shortValueName(value.name);
        if (box.title.isEmpty())
            box.title = box.kind == DiagramBox::Kind::Output ? tr("output") : tr("input");
        if (const auto constant = literal(m_model, box.value, 60); constant && box.kind == DiagramBox::Kind::Output)
            addLines(box, DiagramLine::Kind::Attribute, {QString::fromStdString(*constant)});
        else if (value.type.kind != Type::Kind::Unknown)
            addLines(box, DiagramLine::Kind::Attribute, {QString::fromStdString(toString(value.type))});
    }

    DiagramBox describeModule(ModuleId id, bool isExpanded)
    {
        DiagramBox box;
        box.kind = DiagramBox::Kind::Module;
        box.module = id;
        box.scope = m_hierarchy.module(id).scope;
        box.isExpanded = isExpanded;
        ModuleText text = moduleText(m_model, m_hierarchy, id);
        box.title = std::move(text.title);
        box.name = std::move(text.repeats);
        if (isExpanded)
            return box;
        box.hasRunLine = m_options.reserveRunLine;
        if (!text.pattern.isEmpty())
            addLines(box, DiagramLine::Kind::Attribute, {text.pattern});
        addLines(box, DiagramLine::Kind::Attribute, {text.size});
        return box;
    }

    static void addLines(DiagramBox& box, DiagramLine::Kind kind, const std::vector<QString>& texts)
    {
        for (const QString& text : texts)
            box.lines.push_back({kind, text, {}});
    }

    void describeStubs(DiagramBox& box, std::uint32_t thing) const
    {
        constexpr std::size_t most = 4;  // a list of more is no label
        const auto stubs = m_stubsOf.find(thing);
        if (stubs == m_stubsOf.end())
            return;
        const std::size_t shown = stubs->second.size() <= most ? stubs->second.size() : most - 1;
        for (std::size_t i = 0; i < shown; ++i) {
            const GraphContent::Hub& hub = m_content.hubs[stubs->second[i].hub];
            QString text = stubs->second[i].isSource ? tr("to %1 nodes").arg(groupedNumber(hub.to.size())) : valueText(hub.value);
            // A module has other outputs too.
            if (stubs->second[i].isSource && box.kind == DiagramBox::Kind::Module)
                text = valueText(hub.value) + u' ' + text;
            box.lines.push_back({DiagramLine::Kind::Stub, text, hub.value});
        }
        if (shown < stubs->second.size())
            box.lines.push_back({DiagramLine::Kind::Stub, tr("and %1 more").arg(groupedNumber(stubs->second.size() - shown)), {}});
    }

    QString valueText(ValueId id) const
    {
        const Value& value = m_model.value(id);
        const QString name = shortValueName(value.name), shape = shapeText(value.type);
        return (name.isEmpty() ? tr("value") : name) + (shape.isEmpty() ? QString() : u' ' + shape);
    }

    QString label(std::uint32_t edge, std::uint32_t count) const
    {
        if (count > 1)
            return QStringLiteral("\u00d7") + groupedNumber(count);
        const GraphContent::Connection& connection = connectionOf(edge);
        // Inputs, outputs and stubs say their type themselves.
        const bool isSaid = m_content.items[connection.from].kind != DiagramBox::Kind::Node ||
                            m_content.items[connection.to].kind == DiagramBox::Kind::Output;
        return m_options.showShapes && !isSaid ? shapeText(m_model.value(connection.value).type) : QString();
    }

    double labelWidth(const QString& text) { return std::ceil(m_metrics.monoWidth(text)) + m_options.fonts.unit * 0.5; }

    const Model& m_model;
    const DiagramOptions& m_options;
    const GraphContent& m_content;
    const std::vector<std::uint32_t>& m_connections;
    const Hierarchy& m_hierarchy;
    const StubPlan& m_plan;
    BoxMetrics m_metrics;
    std::unordered_map<std::uint32_t, std::vector<StubUse>> m_stubsOf;  // by thing
    std::unordered_map<std::uint32_t, DiagramBox> m_items, m_modules;
};

// The graph as the layout sees it, without edges: items in modules.
CompoundGraph modulesOf(const Model& model, const GraphContent& content, const Hierarchy& hierarchy)
{
    CompoundGraph graph;
    graph.groupParent.reserve(hierarchy.size());
    for (const Module& module : hierarchy.modules())
        graph.groupParent.push_back(module.parent ? module.parent.index() : 0);
    graph.boxGroup.reserve(content.items.size());
    for (const GraphContent::Item& item : content.items) {
        ModuleId module = item.node ? hierarchy.moduleOf(item.node) : ModuleId();
        // Plumbing, where it is shown, stands with what uses it.
        if (item.node && !module)
            for (const ValueId output : model.node(item.node).outputs())
                for (const Use& use : model.value(output).uses())
                    if (!module && model.node(use.node).graph == content.graph)
                        module = hierarchy.moduleOf(use.node);
        graph.boxGroup.push_back(module ? module.index() : 0);
    }
    return graph;
}

// A node that is in a module, at any depth; the invalid id where only new ones are.
NodeId nodeKnownTo(const Hierarchy& before, const Hierarchy& now, ModuleId id)
{
    std::vector<ModuleId> open = {id};
    while (!open.empty()) {
        const Module& module = now.module(open.back());
        open.pop_back();
        for (const ModuleMember& member : module.members) {
            if (member.node && before.moduleOf(member.node))
                return member.node;
            if (member.module)
                open.push_back(member.module);
        }
    }
    return {};
}

// Modules have no identity over an edit but by what is in them: one is unfolded where a node of it was seen as deep, or wholly.
std::vector<bool> keptModules(const Hierarchy& now, const Hierarchy& before, const std::set<ModuleId>& unfolded)
{
    std::vector<bool> expanded(now.size(), false);
    expanded[0] = true;
    for (std::size_t i = 1; i < now.size(); ++i) {
        const NodeId node = nodeKnownTo(before, now, ModuleId(i));
        if (!node)
            continue;
        const std::vector<ModuleId> path = before.path(node);
        std::uint32_t depth = 0;
        while (depth < path.size() && unfolded.contains(path[depth]))
            ++depth;
        expanded[i] = depth == path.size() || now.module(ModuleId(i)).depth <= depth;
    }
    return expanded;
}

}  // namespace

DiagramBuilder::DiagramBuilder(std::shared_ptr<const Model> model, GraphId graph) : m_model(std::move(model)), m_graph(graph)
{
}

Result<void> DiagramBuilder::prepare(const DiagramOptions& options, Progress& progress)
{
    if (!m_hierarchy) {
        Result<Hierarchy> hierarchy = Hierarchy::build(*m_model, m_graph, progress);
        if (!hierarchy)
            return fail(std::move(hierarchy.error()));
        m_hierarchy = std::make_shared<const Hierarchy>(std::move(*hierarchy));
    }
    if (m_content && m_showsPlumbing == options.showPlumbing && m_stubsFrom == options.stubsFrom)
        return {};
    m_content.reset();
    Result<GraphContent> content = graphContent(*m_model, m_graph, options.showPlumbing, options.stubsFrom, progress);
    if (!content)
        return fail(std::move(content.error()));
    m_compound = modulesOf(*m_model, *content, *m_hierarchy);
    m_content = std::move(*content);
    connectWithout({});
    m_showsPlumbing = options.showPlumbing;
    m_stubsFrom = options.stubsFrom;
    m_layouter.emplace(options.layout);
    return {};
}

// Ports: outputs in the order of the node's results, inputs in the order of its arguments.
void DiagramBuilder::connectWithout(std::vector<std::uint32_t> stubs)
{
    std::unordered_set<ValueId> left;
    for (const std::uint32_t hub : stubs)
        left.insert(m_content->hubs[hub].value);
    std::unordered_map<ValueId, std::pair<std::uint32_t, std::uint32_t>> numbers;  // of a value, and of its port
    std::vector<std::uint32_t> inPorts(m_content->items.size(), 0), outPorts(m_content->items.size(), 0);
    m_compound.edges.clear();
    m_connections.clear();
    m_compound.edges.reserve(m_content->connections.size());
    m_connections.reserve(m_content->connections.size());
    for (std::uint32_t i = 0; i < m_content->connections.size(); ++i) {
        const GraphContent::Connection& connection = m_content->connections[i];
        if (left.contains(connection.value))
            continue;
        const auto [number, isNew] = numbers.emplace(connection.value, std::pair(std::uint32_t(numbers.size()), 0u));
        if (isNew)
            number->second.second = outPorts[connection.from]++;
        m_compound.edges.push_back({connection.from, connection.to, number->second.first, number->second.second, inPorts[connection.to]++});
        m_connections.push_back(i);
    }
    m_stubs = std::move(stubs);
}

std::vector<bool> DiagramBuilder::expandedModules(const Expansion& expansion) const
{
    switch (expansion.kind) {
    case Expansion::Kind::Automatic:
        return m_hierarchy->expandedFor(firstLook);
    case Expansion::Kind::All:
        return std::vector<bool>(m_hierarchy->size(), true);
    case Expansion::Kind::Depth:
        return m_hierarchy->expandedTo(std::uint32_t(std::max(0, expansion.depth)));
    case Expansion::Kind::Kept:
        return keptModules(*m_hierarchy, *expansion.before, expansion.modules);
    case Expansion::Kind::Chosen:
        break;
    }
    std::vector<bool> expanded(m_hierarchy->size(), false);
    expanded[0] = true;
    for (const ModuleId module : expansion.modules)
        if (module.index() < expanded.size())
            expanded[module.index()] = true;
    return expanded;
}

Result<Diagram> DiagramBuilder::build(const DiagramOptions& options, Progress& progress)
{
    const std::lock_guard lock(m_mutex);
    if (progress.cancelled())
        return fail(Error::cancelled());
    if (!m_graph || m_graph.index() >= m_model->graphCount())
        return fail(Error::usage("This model has no such graph to draw."));
    if (Result<void> prepared = prepare(options, progress); !prepared)
        return fail(std::move(prepared.error()));
    progress.report(0.1);
    const std::vector<bool> expanded = expandedModules(options.expansion);
    const StubPlan plan = planStubs(*m_content, m_compound, expanded, options.stubsFrom);
    if (std::vector<std::uint32_t> stubs = plan.hubs(); stubs != m_stubs)
        connectWithout(std::move(stubs));
    Assembler assembler(*m_model, options, *m_content, m_connections, *m_hierarchy, plan);
    const Result<CompoundLayout> layout = m_layouter->run(m_compound, expanded, assembler.sizes(), progress);
    if (!layout)
        return fail(layout.error());
    Result<Diagram> diagram = assembler.assemble(m_graph, m_hierarchy, *layout, progress);
    return !diagram || options.displacements.empty() ? std::move(diagram) : displaced(*diagram, options.displacements);
}

Result<Diagram> buildDiagram(const Model& model, GraphId graph, const DiagramOptions& options, Progress& progress)
{
    // The builder does not outlive this call, and so it need not own the model.
    return DiagramBuilder(std::shared_ptr<const Model>(std::shared_ptr<const Model>(), &model), graph).build(options, progress);
}

}  // namespace tenscope

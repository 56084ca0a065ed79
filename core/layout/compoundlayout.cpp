#include "core/layout/compoundlayout.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/layout/compoundlevels.h"

namespace tenscope {

namespace {

constexpr std::uint32_t none = CompoundLayout::none;
constexpr double portGap = 12;  // between a frame's title and the first line that enters it

// What a frame adds to the picture of its content, which begins at (left, top) in it.
struct Frame {
    double left = 0, top = 0, width = 0, height = 0;
    Rect title;
};

class Assembler {
public:
    Assembler(const CompoundGraph& graph, const CompoundLevels& levels, const CompoundSizes& sizes,
              const LayoutOptions& options)
        : m_graph(graph), m_levels(levels), m_sizes(sizes), m_options(options)
    {
        m_layouts.resize(levels.levels.size());
        m_frames.resize(levels.levels.size());
    }

    // The flat graph of a level; those of the groups in it must have been placed already.
    LayoutGraph flatGraph(std::uint32_t index) const
    {
        const auto& level = m_levels.levels[index];
        LayoutGraph graph;
        graph.boxes.reserve(level.things.size() + level.portsIn.size() + level.portsOut.size());
        for (const std::uint32_t thing : level.things) {
            if (const std::uint32_t inner = m_levels.levelOf(thing); inner != none) {
                graph.boxes.push_back({m_frames[inner].width, m_frames[inner].height, LayoutGraph::Box::Layer::Free});
                continue;
            }
            const auto size = m_levels.isGroup(thing) ? m_sizes.folded(m_levels.groupOf(thing)) : m_sizes.box(thing);
            graph.boxes.push_back({size.width, size.height, LayoutGraph::Box::Layer::Free});
        }
        graph.boxes.resize(graph.boxes.size() + level.portsIn.size(), {0, 0, LayoutGraph::Box::Layer::First});
        graph.boxes.resize(graph.boxes.size() + level.portsOut.size(), {0, 0, LayoutGraph::Box::Layer::Last});
        graph.edges.reserve(level.edges.size());
        for (const auto& edge : level.edges) {
            LayoutGraph::Edge added;
            added.from = edge.from;
            added.to = edge.to;
            added.fromPort = edge.from < level.things.size() ? m_levels.linePort[edge.line] : 0;
            added.toPort = edge.toPort;
            if (edge.from < level.things.size())
                if (const std::uint32_t inner = m_levels.levelOf(level.things[edge.from]); inner != none) {
                    // Lines of several things leave the frame: the port says which, not the line's own order.
                    added.fromPort = m_levels.portOut(inner, edge.line);
                    added.fromX = outX(inner, added.fromPort);
                }
            if (edge.to < level.things.size())
                if (const std::uint32_t inner = m_levels.levelOf(level.things[edge.to]); inner != none)
                    added.toX = inX(inner, m_levels.portIn(inner, edge.line));
            if (edge.labelled != none) {
                const auto& visible = m_levels.edges[edge.labelled];
                const auto size = m_sizes.label(visible.edge, visible.count);
                added.labelWidth = size.width;
                added.labelHeight = size.height;
            }
            graph.edges.push_back(added);
        }
        return graph;
    }

    void place(std::uint32_t index, const Layout& layout)
    {
        m_layouts[index] = &layout;
        const auto& level = m_levels.levels[index];
        Frame& frame = m_frames[index];
        if (index == 0) {
            frame = {0, 0, layout.width, layout.height, {}};
            return;
        }
        const CompoundSizes::Size title = m_sizes.title ? m_sizes.title(level.group) : CompoundSizes::Size();
        frame.left = m_sizes.padding;
        // No line may run through the title: what enters does so at its right.
        double first = layout.width;
        for (std::uint32_t port = 0; port < level.portsIn.size(); ++port)
            first = std::min(first, layout.boxes[level.inBox(port)].x);
        if (!level.portsIn.empty() && title.height > 0)
            frame.left = std::max(frame.left, m_sizes.padding + title.width + portGap - first);
        frame.top = title.height + (title.height > 0 ? m_sizes.padding / 4 : m_sizes.padding);
        frame.width = std::max(frame.left + layout.width + m_sizes.padding, title.width + 2 * m_sizes.padding);
        frame.height = frame.top + layout.height + m_sizes.padding / 2 + (level.portsOut.empty() ? m_sizes.padding / 2 : 0);
        frame.title = {m_sizes.padding, 0, title.width, title.height};
    }

    // All boxes, frames before what is in them, and edges, in absolute coordinates. False: cancelled.
    bool assemble(CompoundLayout& result, const Progress& progress)
    {
        constexpr std::size_t betweenLooks = 4096;
        m_origins.assign(m_levels.levels.size(), {});
        m_boxOf.assign(m_graph.boxGroup.size() + m_graph.groupParent.size(), none);
        struct Step {
            std::uint32_t level, next;
        };
        std::vector<Step> open{{0, 0}};
        std::vector<std::uint32_t> frames{none};  // the box of each open level
        while (!open.empty()) {
            const auto [index, next] = open.back();
            const auto& level = m_levels.levels[index];
            if (next == level.things.size()) {
                open.pop_back();
                frames.pop_back();
                continue;
            }
            if (result.boxes.size() % betweenLooks == 0 && progress.cancelled())
                return false;
            ++open.back().next;
            const std::uint32_t thing = level.things[next];
            const Rect& placed = m_layouts[index]->boxes[next];
            CompoundLayout::Box box;
            box.isGroup = m_levels.isGroup(thing);
            box.index = box.isGroup ? m_levels.groupOf(thing) : thing;
            box.parent = frames.back();
            box.depth = std::uint32_t(frames.size() - 1);
            box.rect = {placed.x + m_origins[index].x, placed.y + m_origins[index].y, placed.width, placed.height};
            m_boxOf[thing] = std::uint32_t(result.boxes.size());
            if (const std::uint32_t inner = m_levels.levelOf(thing); inner != none) {
                const Frame& frame = m_frames[inner];
                box.isExpanded = true;
                box.title = {box.rect.x + frame.title.x, box.rect.y + frame.title.y, frame.title.width, frame.title.height};
                m_origins[inner] = {box.rect.x + frame.left, box.rect.y + frame.top};
                frames.push_back(std::uint32_t(result.boxes.size()));
                open.push_back({inner, 0});
            }
            result.boxes.push_back(box);
        }
        result.edges.reserve(m_levels.edges.size());
        for (const auto& visible : m_levels.edges) {
            if (result.edges.size() % betweenLooks == 0 && progress.cancelled())
                return false;
            CompoundLayout::Edge edge;
            edge.from = m_boxOf[visible.from];
            edge.to = m_boxOf[visible.to];
            edge.edge = visible.edge;
            edge.count = visible.count;
            for (const auto& [level, piece] : visible.pieces)
                join(edge.route, m_layouts[level]->routes[piece], m_origins[level]);
            edge.hasLabel = visible.hasLabel;
            if (visible.hasLabel) {
                const auto& [level, piece] = visible.pieces[0];
                const Point& label = m_layouts[level]->labels[piece];
                edge.label = {label.x + m_origins[level].x, label.y + m_origins[level].y};
            }
            result.edges.push_back(std::move(edge));
        }
        result.width = m_layouts[0]->width;
        result.height = m_layouts[0]->height;
        return true;
    }

private:
    double inX(std::uint32_t level, std::uint32_t port) const
    {
        return m_frames[level].left + m_layouts[level]->boxes[m_levels.levels[level].inBox(port)].x;
    }
    double outX(std::uint32_t level, std::uint32_t port) const
    {
        return m_frames[level].left + m_layouts[level]->boxes[m_levels.levels[level].outBox(port)].x;
    }

    // Pieces meet at ports, above and below of which they run straight down. Both sides have a port's x up to half a
    // pixel: the line goes on where it was.
    static void join(std::vector<Point>& route, const std::vector<Point>& piece, Point origin)
    {
        const double x = route.empty() ? piece.front().x + origin.x : route.back().x;
        bool isStraight = true;
        for (const Point& point : piece) {
            isStraight = isStraight && std::abs(point.x - piece.front().x) < 0.5;
            append(route, {isStraight ? x : point.x + origin.x, point.y + origin.y});
        }
    }

    // What lies in one straight line needs no corner.
    static void append(std::vector<Point>& route, Point point)
    {
        const std::size_t n = route.size();
        if (n > 0 && route.back() == point)
            return;
        if (n > 1 && ((route[n - 1].x == point.x && route[n - 2].x == point.x) ||
                      (route[n - 1].y == point.y && route[n - 2].y == point.y)))
            route.back() = point;
        else
            route.push_back(point);
    }

    const CompoundGraph& m_graph;
    const CompoundLevels& m_levels;
    const CompoundSizes& m_sizes;
    const LayoutOptions& m_options;
    std::vector<const Layout*> m_layouts;  // by level
    std::vector<Frame> m_frames;
    std::vector<Point> m_origins;          // of each level's content
    std::vector<std::uint32_t> m_boxOf;    // by thing
};

bool isSound(const CompoundGraph& graph, const std::vector<bool>& expanded)
{
    if (graph.groupParent.empty() || expanded.size() != graph.groupParent.size())
        return false;
    for (std::uint32_t group = 1; group < graph.groupParent.size(); ++group)
        if (graph.groupParent[group] >= group)
            return false;
    for (const std::uint32_t group : graph.boxGroup)
        if (group >= graph.groupParent.size())
            return false;
    return std::all_of(graph.edges.begin(), graph.edges.end(), [&](const CompoundGraph::Edge& edge) {
        return edge.from < graph.boxGroup.size() && edge.to < graph.boxGroup.size();
    });
}

}  // namespace

CompoundLayouter::CompoundLayouter(LayoutOptions options, Engine engine)
    : m_options(options), m_engine(engine ? std::move(engine) : Engine(layout))
{
}

Result<CompoundLayout> CompoundLayouter::run(const CompoundGraph& graph, const std::vector<bool>& expanded,
                                             const CompoundSizes& sizes, Progress& progress)
{
    if (!isSound(graph, expanded) || !sizes.box || !sizes.folded)
        return fail(Error::usage("The groups of this diagram do not form a tree over its boxes."));
    CompoundLevels levels(graph, expanded);
    if (!levels.build(sizes, progress))
        return fail(Error::cancelled());
    Assembler assembler(graph, levels, sizes, m_options);
    m_laidOut = 0;
    LayoutOptions inner = m_options;
    inner.margin = 0;
    // The innermost groups have the highest indices.
    for (std::uint32_t i = std::uint32_t(levels.levels.size()); i-- > 0;) {
        if (progress.cancelled())
            return fail(Error::cancelled());
        LayoutGraph flat = assembler.flatGraph(i);
        auto known = m_known.find(levels.levels[i].group);
        if (known == m_known.end() || known->second.graph != flat) {
            Result<Layout> layoutResult = m_engine(flat, i == 0 ? m_options : inner, progress);
            if (!layoutResult)
                return fail(std::move(layoutResult.error()));
            ++m_laidOut;
            known = m_known.insert_or_assign(levels.levels[i].group, Known{std::move(flat), std::move(*layoutResult)}).first;
        }
        assembler.place(i, known->second.layout);
        progress.report(double(levels.levels.size() - i) / double(levels.levels.size()));
    }
    CompoundLayout result;
    if (!assembler.assemble(result, progress))
        return fail(Error::cancelled());
    result.edgeOf = std::move(levels.edgeOf);
    return result;
}

}  // namespace tenscope

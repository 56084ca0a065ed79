#include "core/layout/compoundlevels.h"

#include <algorithm>

namespace tenscope {

std::vector<std::uint32_t> hidingGroups(const std::vector<std::uint32_t>& groupParent, const std::vector<bool>& expanded)
{
    std::vector<std::uint32_t> hiding(groupParent.size(), CompoundLayout::none);
    for (std::uint32_t group = 1; group < groupParent.size(); ++group) {
        const std::uint32_t around = hiding[groupParent[group]];
        hiding[group] = around != CompoundLayout::none || expanded[group] ? around : group;
    }
    return hiding;
}

CompoundLevels::CompoundLevels(const CompoundGraph& graph, const std::vector<bool>& expanded)
    : m_graph(graph), m_expanded(expanded), m_boxes(std::uint32_t(graph.boxGroup.size()))
{
}

bool CompoundLevels::build(const CompoundSizes& sizes, Progress& progress)
{
    findVisible();
    if (!bundle(progress))
        return false;
    drawLines();
    for (std::uint32_t i = 0; i < edges.size(); ++i) {
        if (i % 1024 == 0 && progress.cancelled())
            return false;
        takeApart(i);
    }
    // One label a line, where it leaves its source; the first of its edges gives it.
    std::vector<bool> isLabelled(linePort.size(), false);
    for (VisibleEdge& edge : edges) {
        if (isLabelled[edge.line] || edge.pieces.empty() || !sizes.label)
            continue;
        isLabelled[edge.line] = edge.hasLabel = true;
        levels[edge.pieces[0].first].edges[edge.pieces[0].second].labelled = std::uint32_t(&edge - edges.data());
    }
    for (Level& level : levels) {
        for (Level::Edge& edge : level.edges) {
            if (edge.from & incoming)
                edge.from = level.inBox(edge.from & ~incoming);
            if (edge.to & outgoing)
                edge.to = level.outBox(edge.to & ~outgoing);
        }
    }
    return true;
}

void CompoundLevels::findVisible()
{
    const std::size_t groups = m_graph.groupParent.size();
    levelOfGroup.assign(groups, none);
    const std::vector<std::uint32_t> hiding = hidingGroups(m_graph.groupParent, m_expanded);
    m_home.assign(m_boxes + groups, none);
    m_place.assign(m_boxes + groups, none);
    auto add = [this](std::uint32_t thing, std::uint32_t level) {
        m_home[thing] = level;
        m_place[thing] = std::uint32_t(levels[level].things.size());
        levels[level].things.push_back(thing);
    };
    auto open = [this](std::uint32_t group, std::uint32_t depth) {
        levelOfGroup[group] = std::uint32_t(levels.size());
        levels.emplace_back();
        levels.back().group = group;
        m_levelDepth.push_back(depth);
    };
    open(0, 0);
    for (std::uint32_t group = 1; group < groups; ++group) {
        const std::uint32_t parent = m_graph.groupParent[group];
        if (hiding[parent] != none)
            continue;
        add(m_boxes + group, levelOfGroup[parent]);
        if (m_expanded[group])
            open(group, m_levelDepth[levelOfGroup[parent]] + 1);
    }
    m_shown.resize(m_boxes);
    for (std::uint32_t box = 0; box < m_boxes; ++box) {
        const std::uint32_t group = m_graph.boxGroup[box];
        m_shown[box] = hiding[group] != none ? m_boxes + hiding[group] : box;
        if (hiding[group] == none)
            add(box, levelOfGroup[group]);
    }
}

// One visible edge for each edge between boxes, one for all edges between the same two things where one is a group.
bool CompoundLevels::bundle(Progress& progress)
{
    edgeOf.assign(m_graph.edges.size(), none);
    std::unordered_map<std::uint64_t, std::uint32_t> bundles;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> values;  // visible edge, value
    for (std::uint32_t e = 0; e < m_graph.edges.size(); ++e) {
        if (e % 4096 == 0 && progress.cancelled())
            return false;
        const auto& edge = m_graph.edges[e];
        const std::uint32_t from = m_shown[edge.from], to = m_shown[edge.to];
        if (from == to && isGroup(from))
            continue;
        std::uint32_t index = std::uint32_t(edges.size());
        if (isGroup(from) || isGroup(to))
            index = bundles.emplace(key(from, to), index).first->second;
        if (index == edges.size()) {
            VisibleEdge added;
            added.from = from;
            added.to = to;
            added.edge = e;
            added.toPort = isGroup(to) ? 0 : edge.toPort;
            edges.push_back(std::move(added));
        }
        edgeOf[e] = index;
        values.push_back({index, edge.value});
    }
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    for (VisibleEdge& edge : edges)
        edge.count = 0;
    for (const auto& [index, value] : values)
        ++edges[index].count;
    return true;
}

// What leaves a thing with one value is one line; a bundle of several values is a line of its own.
void CompoundLevels::drawLines()
{
    std::unordered_map<std::uint64_t, std::uint32_t> lines;
    struct Start {
        std::uint32_t thing, port, line;
    };
    std::vector<Start> starts;
    for (VisibleEdge& edge : edges) {
        const auto& first = m_graph.edges[edge.edge];
        edge.line = std::uint32_t(starts.size());
        if (edge.count == 1)
            edge.line = lines.emplace(key(edge.from, first.value), edge.line).first->second;
        if (edge.line == starts.size())
            starts.push_back({edge.from, isGroup(edge.from) ? 0 : first.fromPort, edge.line});
    }
    std::sort(starts.begin(), starts.end(), [](const Start& a, const Start& b) {
        return a.thing != b.thing ? a.thing < b.thing : a.port != b.port ? a.port < b.port : a.line < b.line;
    });
    linePort.assign(starts.size(), 0);
    for (std::size_t i = 1; i < starts.size(); ++i)
        if (starts[i].thing == starts[i - 1].thing)
            linePort[starts[i].line] = linePort[starts[i - 1].line] + 1;
}

std::uint32_t CompoundLevels::port(std::uint32_t level, std::uint32_t line, bool isIn)
{
    auto& ports = isIn ? levels[level].portsIn : levels[level].portsOut;
    const auto [found, isNew] = (isIn ? m_portIn : m_portOut).emplace(key(level, line), std::uint32_t(ports.size()));
    if (isNew)
        ports.push_back(line);
    return found->second;
}

// The piece of a line from a place in a level (or a port) to another.
std::uint32_t CompoundLevels::addPiece(std::uint32_t level, std::uint32_t from, std::uint32_t to, std::uint32_t line)
{
    levels[level].edges.push_back({from, to, line, 0, none});
    return std::uint32_t(levels[level].edges.size() - 1);
}

// The same, one for all edges of a line that go on together: to a frame, or to a port of the frame around. A line comes
// into a level at one place only.
std::uint32_t CompoundLevels::sharePiece(std::uint32_t level, std::uint32_t from, std::uint32_t to, std::uint32_t line)
{
    const std::uint32_t number = m_lineIn.emplace(key(level, line), std::uint32_t(m_lineIn.size())).first->second;
    const auto [found, isNew] = m_shared.emplace(key(number, to), 0);
    if (isNew)
        found->second = addPiece(level, from, to, line);
    return found->second;
}

void CompoundLevels::takeApart(std::uint32_t visible)
{
    VisibleEdge& edge = edges[visible];
    auto up = [this](std::uint32_t level) { return m_boxes + levels[level].group; };
    // The things that contain the two ends in ever larger groups, up to the level they share.
    std::uint32_t from = edge.from, to = edge.to;
    std::vector<std::uint32_t> frames;  // around the target, the innermost first
    while (m_home[from] != m_home[to]) {
        const std::uint32_t a = m_home[from], b = m_home[to];
        if (m_levelDepth[a] >= m_levelDepth[b]) {
            const std::uint32_t out = outgoing | port(a, edge.line, false);
            edge.pieces.push_back({a, sharePiece(a, m_place[from], out, edge.line)});
            from = up(a);
        } else {
            frames.push_back(b);
            to = up(b);
        }
    }
    // Down again, through the frames from the outside in.
    std::uint32_t level = m_home[from], place = m_place[from];
    for (std::size_t i = frames.size(); i-- > 0;) {
        edge.pieces.push_back({level, sharePiece(level, place, m_place[up(frames[i])], edge.line)});
        level = frames[i];
        place = incoming | port(level, edge.line, true);
    }
    edge.pieces.push_back({level, addPiece(level, place, m_place[edge.to], edge.line)});
    levels[level].edges.back().toPort = edge.toPort;
}

}  // namespace tenscope

#include "core/layout/compoundlayout.h"

#include <QTest>

#include <cmath>
#include <random>
#include <set>

using namespace tenscope;

namespace {

constexpr double slack = 0.01;
constexpr std::uint32_t none = CompoundLayout::none;

CompoundSizes sizes()
{
    CompoundSizes result;
    result.box = [](std::uint32_t box) { return CompoundSizes::Size{60.0 + box % 5 * 20, 30}; };
    result.folded = [](std::uint32_t) { return CompoundSizes::Size{140, 50}; };
    result.title = [](std::uint32_t) { return CompoundSizes::Size{90, 24}; };
    return result;
}

CompoundLayout laidOut(CompoundLayouter& layouter, const CompoundGraph& graph, const std::vector<bool>& expanded)
{
    Progress progress;
    Result<CompoundLayout> layout = layouter.run(graph, expanded, sizes(), progress);
    if (!layout)
        qFatal("%s", layout.error().message.c_str());
    return std::move(*layout);
}

// A network of groups in groups with forward edges, many of them across several frames.
CompoundGraph randomCompound(std::uint32_t seed, std::uint32_t groups, std::uint32_t boxes, std::uint32_t edges)
{
    std::mt19937 engine(seed);
    const auto below = [&](std::uint32_t bound) { return std::uint32_t(engine() % bound); };
    CompoundGraph graph;
    graph.groupParent.push_back(0);
    for (std::uint32_t group = 1; group < groups; ++group)
        graph.groupParent.push_back(below(group));
    for (std::uint32_t box = 0; box < boxes; ++box)
        graph.boxGroup.push_back(below(groups));
    std::vector<std::uint32_t> inPorts(boxes, 0);
    for (std::uint32_t i = 0; i < edges; ++i) {
        std::uint32_t from = below(boxes), to = below(boxes);
        if (from == to)
            continue;
        if (from > to)
            std::swap(from, to);
        // Each box makes two values.
        const std::uint32_t port = below(2);
        graph.edges.push_back({from, to, from * 2 + port, port, inPorts[to]++});
    }
    return graph;
}

bool isInside(const Rect& inner, const Rect& outer)
{
    return inner.x >= outer.x - slack && inner.y >= outer.y - slack && inner.right() <= outer.right() + slack &&
           inner.bottom() <= outer.bottom() + slack;
}

bool overlap(const Rect& a, const Rect& b)
{
    return a.x < b.right() - slack && b.x < a.right() - slack && a.y < b.bottom() - slack && b.y < a.bottom() - slack;
}

// Whether an upright or level piece enters the box. All pieces here are one or the other.
bool enters(Point a, Point b, const Rect& box)
{
    return std::max(a.x, b.x) > box.x + slack && std::min(a.x, b.x) < box.right() - slack && std::max(a.y, b.y) > box.y + slack &&
           std::min(a.y, b.y) < box.bottom() - slack;
}

// What breaks the contract of a compound layout, by looking at every pair of things; empty: nothing does.
QString faultIn(const CompoundLayout& layout)
{
    const auto name = [](std::size_t i) { return QStringLiteral("box %1").arg(i); };
    for (std::size_t i = 0; i < layout.boxes.size(); ++i) {
        const auto& box = layout.boxes[i];
        if (!isInside(box.rect, {0, 0, layout.width, layout.height}))
            return name(i) + " is not in the picture";
        if (box.parent != none && (box.parent >= i || !layout.boxes[box.parent].isExpanded || !isInside(box.rect, layout.boxes[box.parent].rect)))
            return name(i) + " is not in its frame";
        if (box.parent != none && overlap(box.rect, layout.boxes[box.parent].title))
            return name(i) + " covers the title of its frame";
        for (std::size_t j = 0; j < i; ++j)
            if (layout.boxes[j].parent == box.parent && overlap(box.rect, layout.boxes[j].rect))
                return name(i) + " overlaps " + name(j);
    }
    const auto frames = [&](std::uint32_t box) {
        std::set<std::uint32_t> result{box};
        for (std::uint32_t frame = layout.boxes[box].parent; frame != none; frame = layout.boxes[frame].parent)
            result.insert(frame);
        return result;
    };
    for (std::size_t e = 0; e < layout.edges.size(); ++e) {
        const auto& edge = layout.edges[e];
        const QString edgeName = QStringLiteral("edge %1").arg(e);
        const Rect &from = layout.boxes[edge.from].rect, &to = layout.boxes[edge.to].rect;
        const auto isOn = [](Point point, const Rect& rect, double y) {
            return std::abs(point.y - y) < slack && point.x >= rect.x - slack && point.x <= rect.right() + slack;
        };
        if (edge.route.size() < 2 || !isOn(edge.route.front(), from, from.bottom()) || !isOn(edge.route.back(), to, to.y))
            return edgeName + " does not lead from its source to its target";
        std::set<std::uint32_t> around = frames(edge.from);
        around.merge(frames(edge.to));
        for (std::size_t i = 1; i < edge.route.size(); ++i) {
            const Point a = edge.route[i - 1], b = edge.route[i];
            if (std::abs(a.x - b.x) > slack && std::abs(a.y - b.y) > slack)
                return edgeName + " has an oblique piece";
            for (std::uint32_t box = 0; box < layout.boxes.size(); ++box) {
                if (layout.boxes[box].isExpanded && enters(a, b, layout.boxes[box].title))
                    return edgeName + " runs through the title of " + name(box);
                if ((!layout.boxes[box].isExpanded || !around.contains(box)) && enters(a, b, layout.boxes[box].rect))
                    return edgeName + " runs through " + name(box);
            }
        }
    }
    return {};
}

}  // namespace

class CompoundLayoutTest : public QObject {
    Q_OBJECT

private slots:
    void foldedGroupsAreBoxes();
    void framesHoldTheirMembers();
    void bundlesCountValues();
    void randomGraphs();
    void unfoldingOneLaysOutOnlyWhatItTouches();
    void isDeterministic();
    void refusesNonsense();
    void stopsWhenCancelled();
    void handsOnWhatTheEngineSays();
};

void CompoundLayoutTest::foldedGroupsAreBoxes()
{
    // x → (a → b) → y, the middle in a group.
    CompoundGraph graph;
    graph.groupParent = {0, 0};
    graph.boxGroup = {0, 1, 1, 0};
    graph.edges = {{0, 1, 0}, {1, 2, 1}, {2, 3, 2}};
    CompoundLayouter layouter({});
    const CompoundLayout folded = laidOut(layouter, graph, {true, false});
    QCOMPARE(faultIn(folded), QString());
    QCOMPARE(int(folded.boxes.size()), 3);
    QCOMPARE(int(folded.edges.size()), 2);
    QCOMPARE(folded.edgeOf[1], none);  // runs inside
    int groups = 0;
    for (const auto& box : folded.boxes) {
        groups += box.isGroup;
        QVERIFY(!box.isExpanded);
        QCOMPARE(box.depth, 0u);
    }
    QCOMPARE(groups, 1);
}

void CompoundLayoutTest::framesHoldTheirMembers()
{
    CompoundGraph graph;
    graph.groupParent = {0, 0, 1};
    graph.boxGroup = {0, 2, 2, 1, 0};
    graph.edges = {{0, 1, 0}, {1, 2, 1}, {2, 3, 2}, {3, 4, 3}, {0, 4, 0, 0, 1}};
    CompoundLayouter layouter({});
    const CompoundLayout open = laidOut(layouter, graph, {true, true, true});
    QCOMPARE(faultIn(open), QString());
    QCOMPARE(int(open.boxes.size()), 7);
    QCOMPARE(int(open.edges.size()), 5);
    std::uint32_t deepest = 0;
    for (const auto& box : open.boxes)
        deepest = std::max(deepest, box.depth);
    QCOMPARE(deepest, 2u);
    // Through two frames straight down: a line without a corner.
    const auto& edge = open.edges[open.edgeOf[0]];
    QCOMPARE(int(edge.count), 1);
    for (std::size_t i = 1; i < edge.route.size(); ++i)
        QVERIFY(edge.route[i].y >= edge.route[i - 1].y - slack);
}

void CompoundLayoutTest::bundlesCountValues()
{
    // Three values from one group to another, one of them read twice; folded they are one line.
    CompoundGraph graph;
    graph.groupParent = {0, 0, 0};
    graph.boxGroup = {1, 1, 2, 2};
    graph.edges = {{0, 2, 10}, {0, 3, 10}, {0, 2, 11, 1, 1}, {1, 3, 12, 0, 1}};
    CompoundLayouter layouter({});
    const CompoundLayout folded = laidOut(layouter, graph, {true, false, false});
    QCOMPARE(int(folded.edges.size()), 1);
    QCOMPARE(folded.edges[0].count, 3u);
    for (const std::uint32_t visible : folded.edgeOf)
        QCOMPARE(visible, 0u);
    const CompoundLayout half = laidOut(layouter, graph, {true, false, true});
    QCOMPARE(faultIn(half), QString());
    QCOMPARE(int(half.edges.size()), 2);
    QCOMPARE(half.edges[half.edgeOf[0]].count, 2u);
    QCOMPARE(half.edges[half.edgeOf[1]].count, 2u);
}

void CompoundLayoutTest::randomGraphs()
{
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
        const CompoundGraph graph = randomCompound(seed, 2 + seed % 9, 30, 40);
        CompoundLayouter layouter({});
        std::mt19937 engine(seed);
        for (int step = 0; step < 3; ++step) {
            std::vector<bool> expanded(graph.groupParent.size());
            for (std::size_t group = 0; group < expanded.size(); ++group)
                expanded[group] = group == 0 || step == 0 || engine() % 2;
            const QString fault = faultIn(laidOut(layouter, graph, expanded));
            QVERIFY2(fault.isEmpty(), qPrintable(QStringLiteral("seed %1, step %2: %3").arg(seed).arg(step).arg(fault)));
        }
    }
}

void CompoundLayoutTest::unfoldingOneLaysOutOnlyWhatItTouches()
{
    // Ten groups of ten in a row, in a group of their own each.
    CompoundGraph graph;
    graph.groupParent = {0};
    for (std::uint32_t group = 1; group <= 10; ++group) {
        graph.groupParent.push_back(0);
        for (int i = 0; i < 10; ++i) {
            const std::uint32_t box = std::uint32_t(graph.boxGroup.size());
            graph.boxGroup.push_back(group);
            if (box > 0)
                graph.edges.push_back({box - 1, box, box - 1});
        }
    }
    CompoundLayouter layouter({});
    std::vector<bool> expanded(11, true);
    expanded[5] = false;
    laidOut(layouter, graph, expanded);
    QCOMPARE(int(layouter.laidOut()), 10);
    expanded[5] = true;
    laidOut(layouter, graph, expanded);
    QCOMPARE(int(layouter.laidOut()), 2);  // itself and what is around it
    laidOut(layouter, graph, expanded);
    QCOMPARE(int(layouter.laidOut()), 0);
}

void CompoundLayoutTest::isDeterministic()
{
    const CompoundGraph graph = randomCompound(5, 7, 40, 60);
    const std::vector<bool> all(7, true);
    CompoundLayouter first({}), second({});
    const CompoundLayout a = laidOut(first, graph, all);
    // What was laid out before leaves no trace.
    laidOut(second, graph, {true, false, true, false, true, false, true});
    const CompoundLayout b = laidOut(second, graph, all);
    QCOMPARE(a.edges.size(), b.edges.size());
    for (std::size_t i = 0; i < a.boxes.size(); ++i)
        QVERIFY(a.boxes[i].rect.x == b.boxes[i].rect.x && a.boxes[i].rect.y == b.boxes[i].rect.y);
    for (std::size_t i = 0; i < a.edges.size(); ++i)
        QVERIFY(a.edges[i].route == b.edges[i].route);
}

void CompoundLayoutTest::refusesNonsense()
{
    CompoundLayouter layouter({});
    Progress progress;
    CompoundGraph graph;
    QVERIFY(!layouter.run(graph, {}, sizes(), progress));
    graph.groupParent = {0, 2, 1};  // a circle
    graph.boxGroup = {1};
    QVERIFY(!layouter.run(graph, {true, true, true}, sizes(), progress));
    graph.groupParent = {0, 0};
    graph.edges = {{0, 9, 0}};
    QVERIFY(!layouter.run(graph, {true, true}, sizes(), progress));
    graph.edges.clear();
    QVERIFY(layouter.run(graph, {true, true}, sizes(), progress));
}

void CompoundLayoutTest::stopsWhenCancelled()
{
    CompoundLayouter layouter({});
    const CompoundGraph graph = randomCompound(5, 7, 40, 60);
    Progress progress;
    progress.cancel();
    const Result<CompoundLayout> stopped = layouter.run(graph, std::vector<bool>(7, true), sizes(), progress);
    QVERIFY(!stopped && stopped.error().isCancelled());
}

void CompoundLayoutTest::handsOnWhatTheEngineSays()
{
    CompoundLayouter layouter({}, [](const LayoutGraph&, const LayoutOptions&, Progress&) -> Result<Layout> { return fail(Error::run("no ink")); });
    const CompoundGraph graph = randomCompound(5, 3, 10, 10);
    Progress progress;
    const Result<CompoundLayout> failed = layouter.run(graph, {true, true, true}, sizes(), progress);
    QVERIFY(!failed);
    QCOMPARE(failed.error().message, std::string("no ink"));
}

QTEST_APPLESS_MAIN(CompoundLayoutTest)
#include "compoundlayouttest.moc"

#include <QTest>

#include "core/layout/engines.h"
#include "core/layout/layoutgraph.h"
#include "core/layout/metrics.h"
#include "tests/core/layout/layoutcheck.h"
#include "tests/core/layout/randomgraph.h"

using namespace tenscope;

namespace {

Layout laidOut(const LayoutGraph& graph, LayoutEngine engine)
{
    LayoutOptions options;
    options.engine = engine;
    Progress progress;
    Result<Layout> result = layout(graph, options, progress);
    if (!result)
        qFatal("%s", result.error().message.c_str());
    return std::move(*result);
}

// A chain whose first box also feeds the last `readers` of it.
LayoutGraph chain(std::uint32_t boxes, std::uint32_t readers)
{
    LayoutGraph graph;
    for (std::uint32_t i = 0; i < boxes; ++i)
        graph.boxes.push_back({80 + i % 3 * 20.0, 30});
    for (std::uint32_t i = 0; i + 1 < boxes; ++i)
        graph.edges.push_back({i, i + 1});
    for (std::uint32_t i = 0; i < readers; ++i)
        graph.edges.push_back({0, boxes - 1 - i, 1 + i, 1});
    return graph;
}

RankedGraph ranked(const LayoutGraph& graph)
{
    RankedGraph result;
    Progress progress;
    if (!rankBoxes(graph, progress, result))
        qFatal("cancelled");
    return result;
}

}  // namespace

class LayoutTest : public QObject {
    Q_OBJECT

private slots:
    void countsVirtualNodes();
    void smallGraphsAreLaidOutByBoth();
    void longEdgesAreNot();
    void chainsAreNot();
    void eachPartIsTakenForItself();
    void bothEnginesKeepTheSameLayers();
};

void LayoutTest::countsVirtualNodes()
{
    QCOMPARE(ranked(chain(10, 0)).virtualNodes(), std::uint64_t(0));
    QCOMPARE(ranked(chain(10, 2)).virtualNodes(), std::uint64_t(8 + 7));
    // Against the flow, and to itself.
    LayoutGraph graph = chain(5, 0);
    graph.edges.push_back({4, 1, 1, 1});
    graph.edges.push_back({2, 2, 1, 1});
    QCOMPARE(ranked(graph).virtualNodes(), std::uint64_t(2));
}

void LayoutTest::smallGraphsAreLaidOutByBoth()
{
    int byDot = 0, byLayers = 0;
    for (std::uint32_t seed = 1; seed <= 60; ++seed) {
        // One part, so that the whole picture is of one engine.
        LayoutGraph graph = randomGraph({.seed = seed, .boxes = 20, .edges = 34, .longest = 6});
        for (std::uint32_t box = 1; box < graph.boxes.size(); ++box)
            graph.edges.push_back({box - 1, box, 100, 100});
        const Layout automatic = laidOut(graph, LayoutEngine::Automatic);
        const Layout dot = laidOut(graph, LayoutEngine::Graphviz), layered = laidOut(graph, LayoutEngine::Layered);
        const std::uint64_t least = std::min(measureLayout(graph, dot).crossings, measureLayout(graph, layered).crossings);
        QCOMPARE(measureLayout(graph, automatic).crossings, least);
        QVERIFY(isSame(automatic, dot) || isSame(automatic, layered));
        byDot += isSame(automatic, dot);
        byLayers += isSame(automatic, layered);
    }
    QVERIFY2(byLayers > 0, qPrintable(QString::number(byDot)));
    QVERIFY2(byDot > 0, qPrintable(QString::number(byLayers)));
}

void LayoutTest::longEdgesAreNot()
{
    // As many boxes, but what they read is far away.
    QVERIFY(isForGraphviz(ranked(chain(60, 1))));
    const LayoutGraph graph = chain(60, 12);
    QVERIFY(!isForGraphviz(ranked(graph)));
    QVERIFY(isSame(laidOut(graph, LayoutEngine::Automatic), laidOut(graph, LayoutEngine::Layered)));
}

void LayoutTest::chainsAreNot()
{
    QVERIFY(!isForGraphviz(ranked(chain(60, 0))));
    QVERIFY(!isForGraphviz(ranked(chain(1, 0))));
}

void LayoutTest::eachPartIsTakenForItself()
{
    LayoutGraph graph = chain(60, 12);
    const std::uint32_t first = std::uint32_t(graph.boxes.size());
    const LayoutGraph small = randomGraph({.seed = 5, .boxes = 20, .edges = 30, .longest = 4});
    graph.boxes.insert(graph.boxes.end(), small.boxes.begin(), small.boxes.end());
    for (LayoutGraph::Edge edge : small.edges) {
        edge.from += first;
        edge.to += first;
        graph.edges.push_back(edge);
    }
    QCOMPARE(faultIn(graph, laidOut(graph, LayoutEngine::Automatic)), std::string());
}

void LayoutTest::bothEnginesKeepTheSameLayers()
{
    for (std::uint32_t seed = 1; seed <= 5; ++seed) {
        LayoutGraph graph = randomGraph({.seed = seed, .boxes = 30, .edges = 45, .longest = 8});
        // All in one part: how parts are put side by side depends on their widths.
        std::vector<bool> isFed(graph.boxes.size(), false);
        for (const auto& edge : graph.edges)
            isFed[edge.to] = true;
        for (std::uint32_t box = 1; box < graph.boxes.size(); ++box)
            if (!isFed[box])
                graph.edges.push_back({0, box, 100, 0});
        const Layout dot = laidOut(graph, LayoutEngine::Graphviz), layered = laidOut(graph, LayoutEngine::Layered);
        for (std::size_t a = 0; a < graph.boxes.size(); ++a)
            for (std::size_t b = 0; b < a; ++b) {
                const auto middle = [](const Rect& box) { return box.y + box.height / 2; };
                const double one = middle(dot.boxes[a]) - middle(dot.boxes[b]), other = middle(layered.boxes[a]) - middle(layered.boxes[b]);
                QVERIFY((one > 1) == (other > 1) && (one < -1) == (other < -1));
            }
    }
}

QTEST_APPLESS_MAIN(LayoutTest)
#include "layouttest.moc"

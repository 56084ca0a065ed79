#include <QTest>

#include <thread>

#include "core/layout/layoutgraph.h"
#include "tests/core/layout/layoutcheck.h"
#include "tests/core/layout/randomgraph.h"

using namespace tenscope;

namespace {

Result<Layout> graphviz(const LayoutGraph& graph, Progress& progress)
{
    LayoutOptions options;
    options.engine = LayoutEngine::Graphviz;
    return layout(graph, options, progress);
}

Layout laidOut(const LayoutGraph& graph)
{
    Progress progress;
    Result<Layout> layout = graphviz(graph, progress);
    if (!layout)
        qFatal("%s", layout.error().message.c_str());
    return std::move(*layout);
}

LayoutGraph boxes(std::uint32_t count)
{
    LayoutGraph graph;
    graph.boxes.assign(count, {80, 30});
    return graph;
}

}  // namespace

class GraphvizLayoutTest : public QObject {
    Q_OBJECT

private slots:
    void keepsTheContract_data();
    void keepsTheContract();
    void aChainIsStraight();
    void keptLayers();
    void settledPorts();
    void edgesOfOnePortAreOneLine();
    void labelsStandWhereEdgesBegin();
    void isDeterministic();
    void threadsWaitForEachOther();
    void wideBoxes();
    void doesNotBeginWhenCancelled();
};

void GraphvizLayoutTest::keepsTheContract_data()
{
    QTest::addColumn<int>("boxes");
    QTest::addColumn<int>("edges");
    QTest::addColumn<bool>("hasCycles");
    QTest::newRow("sparse") << 30 << 34 << false;
    QTest::newRow("dense") << 15 << 60 << false;
    QTest::newRow("cycles and loops") << 20 << 40 << true;
    QTest::newRow("dense cycles") << 10 << 50 << true;
    QTest::newRow("few edges") << 40 << 12 << true;
}

void GraphvizLayoutTest::keepsTheContract()
{
    QFETCH(const int, boxes);
    QFETCH(const int, edges);
    QFETCH(const bool, hasCycles);
    for (std::uint32_t seed = 1; seed <= 5; ++seed) {
        const LayoutGraph graph = randomGraph({seed, std::uint32_t(boxes), std::uint32_t(edges), hasCycles, hasCycles, 0});
        const std::string fault = faultIn(graph, laidOut(graph));
        QVERIFY2(fault.empty(), qPrintable(QStringLiteral("seed %1: %2").arg(seed).arg(QString::fromStdString(fault))));
    }
}

void GraphvizLayoutTest::aChainIsStraight()
{
    LayoutGraph graph;
    for (int i = 0; i < 30; ++i)
        graph.boxes.push_back({61.0 + i % 7 * 10.5, 30});
    for (std::uint32_t i = 0; i + 1 < 30; ++i)
        graph.edges.push_back({i, i + 1});
    const Layout layout = laidOut(graph);
    QCOMPARE(faultIn(graph, layout), std::string());
    for (const auto& route : layout.routes)
        QCOMPARE(int(route.size()), 2);
}

void GraphvizLayoutTest::keptLayers()
{
    using Layer = LayoutGraph::Box::Layer;
    LayoutGraph graph = boxes(8);
    // Box 7 hangs on nothing.
    graph.edges = {{0, 3}, {3, 4}, {4, 6}, {1, 6, 0, 1}, {0, 5, 1}, {2, 6, 0, 2}};
    for (const std::size_t box : {0u, 1u})
        graph.boxes[box].layer = Layer::First;
    for (const std::size_t box : {5u, 6u})
        graph.boxes[box].layer = Layer::Last;
    const Layout layout = laidOut(graph);
    QCOMPARE(faultIn(graph, layout), std::string());
    QCOMPARE(layout.boxes[0].y, layout.boxes[1].y);
    QCOMPARE(layout.boxes[5].bottom(), layout.boxes[6].bottom());
    for (const std::size_t box : {2u, 3u, 4u, 7u}) {
        QVERIFY(layout.boxes[box].y > layout.boxes[0].bottom());
        QVERIFY(layout.boxes[box].bottom() < layout.boxes[5].y);
    }
}

void GraphvizLayoutTest::settledPorts()
{
    LayoutGraph graph = boxes(3);
    graph.boxes[0].width = 200;
    graph.edges = {{0, 1, 0, 0, 15, 70}, {0, 2, 1, 0, 180}};
    const Layout layout = laidOut(graph);
    QCOMPARE(faultIn(graph, layout), std::string());
    QVERIFY(std::abs(layout.routes[0].front().x - layout.boxes[0].x - 15) <= 0.5);
    QVERIFY(std::abs(layout.routes[1].front().x - layout.boxes[0].x - 180) <= 0.5);
    QVERIFY(std::abs(layout.routes[0].back().x - layout.boxes[1].x - 70) <= 0.5);
    // dot knows of these places: nothing crosses, and what can be straight is.
    QCOMPARE(countCrossings(graph, layout), std::uint64_t(0));
    QCOMPARE(int(layout.routes[1].size()), 2);
}

void GraphvizLayoutTest::edgesOfOnePortAreOneLine()
{
    // Box 0 feeds all below it in the chain 0 → 1 → 2 → 3.
    LayoutGraph graph = boxes(4);
    graph.edges = {{0, 1, 0, 0}, {1, 2, 0, 0}, {2, 3, 0, 0}, {0, 2, 0, 1}, {0, 3, 0, 1}};
    const Layout layout = laidOut(graph);
    QCOMPARE(faultIn(graph, layout), std::string());
    // Beside box 1 they are one line.
    const double y = layout.boxes[1].y + layout.boxes[1].height / 2;
    const auto passes = [y](const std::vector<Point>& route) {
        for (std::size_t i = 1; i < route.size(); ++i)
            if (route[i - 1].y <= y && y < route[i].y)
                return route[i].x;
        return -1.0;
    };
    QVERIFY(passes(layout.routes[3]) >= 0);
    QCOMPARE(passes(layout.routes[3]), passes(layout.routes[4]));
}

void GraphvizLayoutTest::labelsStandWhereEdgesBegin()
{
    LayoutGraph graph = boxes(4);
    graph.edges = {{0, 1}, {0, 2, 1}, {1, 3, 0, 0}, {2, 3, 0, 1}, {0, 3, 1, 2}};
    graph.edges[0].labelWidth = 50;
    graph.edges[4].labelWidth = 60;
    graph.edges[0].labelHeight = graph.edges[4].labelHeight = 12;
    const Layout layout = laidOut(graph);
    QCOMPARE(faultIn(graph, layout), std::string());
    for (const std::size_t edge : {0u, 4u}) {
        const Point start = layout.routes[edge].front(), label = layout.labels[edge];
        const double left = label.x - graph.edges[edge].labelWidth / 2;
        QVERIFY(left > start.x && left < start.x + 10);
        QVERIFY(label.y - 6 >= start.y && label.y + 6 < layout.boxes[1].y);
        QVERIFY(left + graph.edges[edge].labelWidth <= layout.width);
    }
}

void GraphvizLayoutTest::isDeterministic()
{
    const LayoutGraph graph = randomGraph({.seed = 3, .boxes = 40, .edges = 55, .hasCycles = true, .hasLoops = true});
    QVERIFY(isSame(laidOut(graph), laidOut(graph)));
}

void GraphvizLayoutTest::threadsWaitForEachOther()
{
    // The library is not reentrant.
    const LayoutGraph graph = randomGraph({.seed = 8, .boxes = 40, .edges = 60});
    const Layout expected = laidOut(graph);
    std::vector<Layout> results(4);
    std::vector<std::thread> threads;
    for (Layout& result : results)
        threads.emplace_back([&] { result = laidOut(graph); });
    for (std::thread& thread : threads)
        thread.join();
    for (const Layout& result : results)
        QVERIFY(isSame(result, expected));
}

void GraphvizLayoutTest::wideBoxes()
{
    // Wider than the 16 bits of dot's own distances.
    LayoutGraph graph = boxes(4);
    graph.boxes[1].width = graph.boxes[2].width = 80'000;
    graph.edges = {{0, 1}, {0, 2, 1}, {1, 3, 0, 0, 70'000}, {1, 3, 1, 2, 75'000}, {2, 3, 0, 1}};
    QCOMPARE(faultIn(graph, laidOut(graph)), std::string());
}

void GraphvizLayoutTest::doesNotBeginWhenCancelled()
{
    Progress progress;
    progress.cancel();
    const Result<Layout> layout = graphviz(randomGraph({}), progress);
    QVERIFY(!layout && layout.error().isCancelled());
}

QTEST_APPLESS_MAIN(GraphvizLayoutTest)
#include "graphvizlayouttest.moc"

#include <QTest>

#include <algorithm>
#include <thread>

#include "core/layout/layoutgraph.h"
#include "tests/core/layout/layoutcheck.h"
#include "tests/core/layout/randomgraph.h"

using namespace tenscope;

namespace {

Result<Layout> layered(const LayoutGraph& graph, Progress& progress)
{
    LayoutOptions options;
    options.engine = LayoutEngine::Layered;
    return layout(graph, options, progress);
}

Layout laidOut(const LayoutGraph& graph)
{
    Progress progress;
    Result<Layout> layout = layered(graph, progress);
    if (!layout)
        qFatal("%s", layout.error().message.c_str());
    return std::move(*layout);
}

LayoutGraph graphOf(std::uint32_t boxes, const std::vector<std::pair<std::uint32_t, std::uint32_t>>& edges)
{
    LayoutGraph graph;
    graph.boxes.assign(boxes, {80, 30});
    std::vector<std::uint32_t> out(boxes, 0), in(boxes, 0);
    for (const auto& [from, to] : edges)
        graph.edges.push_back({from, to, out[from]++, in[to]++});
    return graph;
}

}  // namespace

class LayeredLayoutTest : public QObject {
    Q_OBJECT

private slots:
    void emptyAndSingle();
    void flowsDownward();
    void aChainIsStraight();
    void treesHaveNoCrossings();
    void aDiamondIsSymmetric();
    void portsKeepTheirOrder();
    void cyclesAreDrawnUpward();
    void selfLoopsStayAtTheirBox();
    void multiEdgesAreTold();
    void partsStandApart();
    void keptLayers();
    void settledPorts();
    void randomGraphs_data();
    void randomGraphs();
    void isDeterministic();
    void stopsWhenCancelled();
};

void LayeredLayoutTest::emptyAndSingle()
{
    const Layout empty = laidOut({});
    QVERIFY(empty.boxes.empty());
    const LayoutGraph one = graphOf(1, {});
    const Layout single = laidOut(one);
    QCOMPARE(faultIn(one, single), std::string());
    QCOMPARE(single.width, 80 + 2 * LayoutOptions().margin);
}

void LayeredLayoutTest::flowsDownward()
{
    const LayoutGraph graph = randomGraph({.seed = 4, .boxes = 60, .edges = 120});
    const Layout layout = laidOut(graph);
    for (const auto& edge : graph.edges)
        QVERIFY(layout.boxes[edge.from].bottom() < layout.boxes[edge.to].y);
}

void LayeredLayoutTest::aChainIsStraight()
{
    LayoutGraph graph;
    for (int i = 0; i < 50; ++i)
        graph.boxes.push_back({60.0 + i % 7 * 10, 30});
    for (std::uint32_t i = 0; i + 1 < 50; ++i)
        graph.edges.push_back({i, i + 1});
    const Layout layout = laidOut(graph);
    QCOMPARE(faultIn(graph, layout), std::string());
    for (const auto& route : layout.routes)
        QCOMPARE(int(route.size()), 2);
}

void LayeredLayoutTest::treesHaveNoCrossings()
{
    for (std::uint32_t fan = 2; fan <= 4; ++fan) {
        std::vector<std::pair<std::uint32_t, std::uint32_t>> edges;
        constexpr std::uint32_t boxes = 85;
        for (std::uint32_t i = 1; i < boxes; ++i)
            edges.push_back({(i - 1) / fan, i});
        const LayoutGraph graph = graphOf(boxes, edges);
        const Layout layout = laidOut(graph);
        QCOMPARE(faultIn(graph, layout), std::string());
        QCOMPARE(countCrossings(graph, layout), std::uint64_t(0));
    }
}

void LayeredLayoutTest::aDiamondIsSymmetric()
{
    const LayoutGraph graph = graphOf(4, {{0, 1}, {0, 2}, {1, 3}, {2, 3}});
    const Layout layout = laidOut(graph);
    const auto centre = [&](int box) { return layout.boxes[std::size_t(box)].x + layout.boxes[std::size_t(box)].width / 2; };
    QCOMPARE(layout.boxes[1].y, layout.boxes[2].y);
    QVERIFY(layout.boxes[1].x < layout.boxes[2].x);
    QVERIFY(std::abs(centre(0) - centre(3)) < 1);
    QVERIFY(centre(1) <= centre(0) && centre(0) <= centre(2));
}

void LayeredLayoutTest::portsKeepTheirOrder()
{
    // Inputs in the wrong order would have to cross: the sources change places instead.
    LayoutGraph graph = graphOf(4, {});
    graph.edges = {{0, 3, 0, 2}, {1, 3, 0, 0}, {2, 3, 0, 1}};
    const Layout layout = laidOut(graph);
    QCOMPARE(countCrossings(graph, layout), std::uint64_t(0));
    QVERIFY(layout.routes[1].back().x < layout.routes[2].back().x);
    QVERIFY(layout.routes[2].back().x < layout.routes[0].back().x);
    QVERIFY(layout.boxes[1].x < layout.boxes[2].x && layout.boxes[2].x < layout.boxes[0].x);
}

void LayeredLayoutTest::cyclesAreDrawnUpward()
{
    const LayoutGraph graph = graphOf(5, {{0, 1}, {1, 2}, {2, 3}, {3, 1}, {3, 4}});
    const Layout layout = laidOut(graph);
    QCOMPARE(faultIn(graph, layout), std::string());
    // Only the edge that closes the circle goes up.
    QVERIFY(layout.boxes[3].y > layout.boxes[1].y);
    for (const int edge : {0, 1, 2, 4})
        QVERIFY(layout.routes[std::size_t(edge)].front().y < layout.routes[std::size_t(edge)].back().y);
}

void LayeredLayoutTest::selfLoopsStayAtTheirBox()
{
    const LayoutGraph graph = graphOf(3, {{0, 1}, {1, 1}, {1, 1}, {1, 2}});
    const Layout layout = laidOut(graph);
    QCOMPARE(faultIn(graph, layout), std::string());
    for (const int edge : {1, 2})
        for (const Point& point : layout.routes[std::size_t(edge)]) {
            QVERIFY(point.y > layout.boxes[0].bottom() && point.y < layout.boxes[2].y);
            QVERIFY(point.x >= layout.boxes[1].x && point.x < layout.boxes[1].right() + 100);
        }
    QVERIFY(layout.routes[1] != layout.routes[2]);
}

void LayeredLayoutTest::multiEdgesAreTold()
{
    const LayoutGraph graph = graphOf(2, {{0, 1}, {0, 1}, {0, 1}});
    const Layout layout = laidOut(graph);
    QCOMPARE(faultIn(graph, layout), std::string());
    QCOMPARE(countCrossings(graph, layout), std::uint64_t(0));
    QVERIFY(layout.routes[0].front().x < layout.routes[1].front().x && layout.routes[1].front().x < layout.routes[2].front().x);
    QVERIFY(layout.routes[0].back().x < layout.routes[1].back().x && layout.routes[1].back().x < layout.routes[2].back().x);
}

void LayeredLayoutTest::partsStandApart()
{
    LayoutGraph graph = graphOf(300, {});
    for (std::uint32_t i = 0; i + 2 < 300; i += 3)
        graph.edges.push_back({i, i + 1});
    const Layout layout = laidOut(graph);
    QCOMPARE(faultIn(graph, layout), std::string());
    // Many small parts fill a screen and not a line.
    QVERIFY(layout.width < 6 * layout.height && layout.height < 6 * layout.width);
}

void LayeredLayoutTest::keptLayers()
{
    using Layer = LayoutGraph::Box::Layer;
    LayoutGraph graph = graphOf(7, {{0, 3}, {3, 4}, {4, 6}, {1, 6}, {0, 5}, {2, 6}});
    for (const std::size_t box : {0u, 1u})
        graph.boxes[box].layer = Layer::First;
    for (const std::size_t box : {5u, 6u})
        graph.boxes[box].layer = Layer::Last;
    const Layout layout = laidOut(graph);
    QCOMPARE(faultIn(graph, layout), std::string());
    QCOMPARE(layout.boxes[0].y, layout.boxes[1].y);
    QCOMPARE(layout.boxes[5].bottom(), layout.boxes[6].bottom());
    for (const std::size_t box : {2u, 3u, 4u}) {
        QVERIFY(layout.boxes[box].y > layout.boxes[0].bottom());
        QVERIFY(layout.boxes[box].bottom() < layout.boxes[5].y);
    }
}

void LayeredLayoutTest::settledPorts()
{
    LayoutGraph graph = graphOf(3, {{0, 1}, {0, 2}});
    graph.boxes[0].width = 200;
    graph.edges[0].fromX = 15;
    graph.edges[1].fromX = 180;
    graph.edges[0].toX = 70;
    const Layout layout = laidOut(graph);
    QCOMPARE(faultIn(graph, layout), std::string());
    QVERIFY(std::abs(layout.routes[0].front().x - layout.boxes[0].x - 15) < 0.5);
    QVERIFY(std::abs(layout.routes[1].front().x - layout.boxes[0].x - 180) < 0.5);
    QVERIFY(std::abs(layout.routes[0].back().x - layout.boxes[1].x - 70) < 0.5);
}

void LayeredLayoutTest::randomGraphs_data()
{
    QTest::addColumn<int>("boxes");
    QTest::addColumn<int>("edges");
    QTest::addColumn<bool>("hasCycles");
    QTest::addColumn<int>("longest");
    QTest::newRow("sparse") << 40 << 45 << false << 0;
    QTest::newRow("network") << 80 << 110 << false << 6;
    QTest::newRow("dense") << 25 << 200 << false << 0;
    QTest::newRow("cycles") << 30 << 60 << true << 0;
    QTest::newRow("dense cycles") << 14 << 90 << true << 0;
    QTest::newRow("few edges") << 60 << 20 << true << 0;
}

void LayeredLayoutTest::randomGraphs()
{
    QFETCH(const int, boxes);
    QFETCH(const int, edges);
    QFETCH(const bool, hasCycles);
    QFETCH(const int, longest);
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
        const LayoutGraph graph = randomGraph({seed, std::uint32_t(boxes), std::uint32_t(edges), hasCycles, hasCycles, std::uint32_t(longest)});
        const std::string fault = faultIn(graph, laidOut(graph));
        QVERIFY2(fault.empty(), qPrintable(QStringLiteral("seed %1: %2").arg(seed).arg(QString::fromStdString(fault))));
    }
}

void LayeredLayoutTest::isDeterministic()
{
    const LayoutGraph graph = randomGraph({.seed = 9, .boxes = 120, .edges = 260, .hasCycles = true, .hasLoops = true});
    const Layout first = laidOut(graph);
    QVERIFY(isSame(first, laidOut(graph)));
    // Also on another thread, whose memory lies elsewhere.
    Layout other;
    std::thread([&] { other = laidOut(graph); }).join();
    QVERIFY(isSame(first, other));
}

void LayeredLayoutTest::stopsWhenCancelled()
{
    const LayoutGraph graph = randomGraph({.seed = 2, .boxes = 4000, .edges = 12000});
    Progress before;
    before.cancel();
    const Result<Layout> never = layered(graph, before);
    QVERIFY(!never && never.error().isCancelled());

    Progress progress;
    std::thread thread([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(30));
        progress.cancel();
    });
    const Result<Layout> stopped = layered(graph, progress);
    thread.join();
    QVERIFY(!stopped && stopped.error().isCancelled());
}

QTEST_APPLESS_MAIN(LayeredLayoutTest)
#include "layeredlayouttest.moc"

#include "core/layout/metrics.h"

#include <QTest>

#include <cmath>

#include "tests/core/layout/layoutcheck.h"
#include "tests/core/layout/randomgraph.h"

using namespace tenscope;

class MetricsTest : public QObject {
    Q_OBJECT

private slots:
    void countsACross();
    void oneTensorIsOneLine();
    void seesOverlapsAndEdgesThroughBoxes();
    void agreesWithEveryPair_data();
    void agreesWithEveryPair();
};

void MetricsTest::countsACross()
{
    LayoutGraph graph;
    graph.boxes.assign(4, {10, 10});
    graph.edges = {{0, 3}, {1, 2}};
    Layout layout;
    layout.boxes = {{0, 0, 10, 10}, {100, 0, 10, 10}, {0, 100, 10, 10}, {100, 100, 10, 10}};
    layout.routes = {{{5, 10}, {105, 100}}, {{105, 10}, {5, 100}}};
    layout.labels.resize(2);
    const LayoutMetrics metrics = measureLayout(graph, layout);
    QCOMPARE(metrics.crossings, std::uint64_t(1));
    QCOMPARE(metrics.edgeCrossings, std::uint64_t(1));
    QVERIFY(std::abs(metrics.edgeLength - 2 * std::hypot(100, 90)) < 1e-6);
    QCOMPARE(metrics.boxOverlaps, std::uint64_t(0));
}

void MetricsTest::oneTensorIsOneLine()
{
    // Two edges of one port lie over each other where a third crosses them.
    LayoutGraph graph;
    graph.boxes.assign(5, {10, 10});
    graph.edges = {{0, 1, 0, 0}, {0, 2, 0, 0}, {3, 4, 0, 0}};
    Layout layout;
    layout.boxes = {{95, 0, 10, 10}, {45, 200, 10, 10}, {145, 200, 10, 10}, {0, 0, 10, 10}, {200, 200, 10, 10}};
    layout.routes = {{{100, 10}, {100, 150}, {50, 150}, {50, 200}}, {{100, 10}, {100, 150}, {150, 150}, {150, 200}}, {{5, 10}, {5, 100}, {205, 100}, {205, 200}}};
    layout.labels.resize(3);
    const LayoutMetrics metrics = measureLayout(graph, layout);
    QCOMPARE(metrics.crossings, std::uint64_t(1));
    QCOMPARE(metrics.edgeCrossings, std::uint64_t(2));
}

void MetricsTest::seesOverlapsAndEdgesThroughBoxes()
{
    LayoutGraph graph;
    graph.boxes.assign(4, {20, 20});
    graph.edges = {{0, 1}};
    Layout layout;
    layout.boxes = {{0, 0, 20, 20}, {0, 100, 20, 20}, {0, 50, 20, 20}, {15, 65, 20, 20}};
    layout.routes = {{{10, 20}, {10, 100}}};
    layout.labels.resize(1);
    const LayoutMetrics metrics = measureLayout(graph, layout);
    QCOMPARE(metrics.boxOverlaps, std::uint64_t(1));
    QCOMPARE(metrics.edgesThroughBoxes, std::uint64_t(1));
}

void MetricsTest::agreesWithEveryPair_data()
{
    QTest::addColumn<LayoutEngine>("engine");
    QTest::newRow("orthogonal") << LayoutEngine::Layered;
    QTest::newRow("polylines") << LayoutEngine::Graphviz;
}

void MetricsTest::agreesWithEveryPair()
{
    QFETCH(const LayoutEngine, engine);
    for (std::uint32_t seed = 1; seed <= 8; ++seed) {
        LayoutGraph graph = randomGraph({.seed = seed, .boxes = 24, .edges = 50});
        // A port of its own for every edge: what lies over each other is then counted the same way by both.
        for (std::uint32_t i = 0; i < graph.edges.size(); ++i)
            graph.edges[i].fromPort = i;
        LayoutOptions options;
        options.engine = engine;
        Progress progress;
        const Result<Layout> layout = tenscope::layout(graph, options, progress);
        QVERIFY(layout.has_value());
        const LayoutMetrics metrics = measureLayout(graph, *layout);
        QCOMPARE(metrics.edgeCrossings, countCrossings(graph, *layout));
        QVERIFY(std::abs(metrics.edgeLength - lengthOf(*layout)) < 0.01);
        QCOMPARE(metrics.boxOverlaps, std::uint64_t(0));
        if (engine == LayoutEngine::Layered)
            QCOMPARE(metrics.edgesThroughBoxes, std::uint64_t(0));
    }
}

QTEST_APPLESS_MAIN(MetricsTest)
#include "metricstest.moc"

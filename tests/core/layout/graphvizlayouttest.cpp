#include <QTest>

#include <thread>

#include "core/layout/layoutgraph.h"
#include "tests/core/layout/layoutcheck.h"
#include "tests/core/layout/randomgraph.h"

using namespace tenscope;

namespace {

Layout laidOut(const LayoutGraph& graph)
{
    Progress progress;
    Result<Layout> layout = layoutGraphviz(graph, {}, progress);
    if (!layout)
        qFatal("%s", layout.error().message.c_str());
    return std::move(*layout);
}

}  // namespace

class GraphvizLayoutTest : public QObject {
    Q_OBJECT

private slots:
    void keepsTheContract();
    void threadsWaitForEachOther();
    void doesNotBeginWhenCancelled();
};

void GraphvizLayoutTest::keepsTheContract()
{
    for (std::uint32_t seed = 1; seed <= 5; ++seed) {
        const LayoutGraph graph = randomGraph({.seed = seed, .boxes = 30, .edges = 40});
        const Layout layout = laidOut(graph);
        QCOMPARE(int(layout.routes.size()), int(graph.edges.size()));
        for (std::size_t a = 0; a < layout.boxes.size(); ++a)
            for (std::size_t b = 0; b < a; ++b) {
                const Rect &first = layout.boxes[a], &second = layout.boxes[b];
                QVERIFY(first.x >= second.right() || second.x >= first.right() || first.y >= second.bottom() || second.y >= first.bottom());
            }
        for (const auto& edge : graph.edges)
            QVERIFY(layout.boxes[edge.from].bottom() < layout.boxes[edge.to].y);
        QVERIFY(isSame(layout, laidOut(graph)));
    }
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

void GraphvizLayoutTest::doesNotBeginWhenCancelled()
{
    Progress progress;
    progress.cancel();
    const Result<Layout> layout = layoutGraphviz(randomGraph({}), {}, progress);
    QVERIFY(!layout && layout.error().isCancelled());
}

QTEST_APPLESS_MAIN(GraphvizLayoutTest)
#include "graphvizlayouttest.moc"

#include "core/layout/cycleremoval.h"

#include <QTest>

#include <algorithm>

#include "tests/core/layout/randomgraph.h"

using namespace tenscope;

namespace {

// Whether every edge, turned where it is said to be, can point forward: boxes that nothing leads to are taken away until none is left.
bool isAcyclic(const LayoutGraph& graph, const std::vector<bool>& reversed)
{
    std::vector<int> waiting(graph.boxes.size(), 0);
    std::vector<std::vector<std::uint32_t>> next(graph.boxes.size());
    for (std::size_t i = 0; i < graph.edges.size(); ++i) {
        const std::uint32_t from = reversed[i] ? graph.edges[i].to : graph.edges[i].from;
        const std::uint32_t to = reversed[i] ? graph.edges[i].from : graph.edges[i].to;
        next[from].push_back(to);
        ++waiting[to];
    }
    std::vector<std::uint32_t> ready;
    for (std::uint32_t box = 0; box < waiting.size(); ++box)
        if (waiting[box] == 0)
            ready.push_back(box);
    for (std::size_t i = 0; i < ready.size(); ++i)
        for (const std::uint32_t box : next[ready[i]])
            if (--waiting[box] == 0)
                ready.push_back(box);
    return ready.size() == graph.boxes.size();
}

}  // namespace

class CycleRemovalTest : public QObject {
    Q_OBJECT

private slots:
    void whatPointsBackIsTurned();
    void acyclicGraphsStay();
    void randomGraphsBecomeAcyclic();
    void longCyclesNeedNoStack();
};

void CycleRemovalTest::whatPointsBackIsTurned()
{
    LayoutGraph graph;
    graph.boxes.assign(4, {10, 10});
    graph.edges = {{0, 1}, {1, 2}, {2, 3}, {3, 1}, {2, 1}};
    QCOMPARE(edgesToReverse(graph), std::vector<bool>({false, false, false, true, true}));
}

void CycleRemovalTest::acyclicGraphsStay()
{
    const LayoutGraph graph = randomGraph({.seed = 3, .boxes = 100, .edges = 300});
    QCOMPARE(edgesToReverse(graph), std::vector<bool>(graph.edges.size(), false));
}

void CycleRemovalTest::randomGraphsBecomeAcyclic()
{
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
        const LayoutGraph graph = randomGraph({.seed = seed, .boxes = 30, .edges = 25 + 5 * seed, .hasCycles = true});
        QVERIFY(isAcyclic(graph, edgesToReverse(graph)));
    }
}

void CycleRemovalTest::longCyclesNeedNoStack()
{
    constexpr std::uint32_t boxes = 300'000;
    LayoutGraph graph;
    graph.boxes.assign(boxes, {10, 10});
    for (std::uint32_t i = 0; i < boxes; ++i)
        graph.edges.push_back({i, (i + 1) % boxes});
    const std::vector<bool> reversed = edgesToReverse(graph);
    QCOMPARE(std::count(reversed.begin(), reversed.end(), true), std::ptrdiff_t(1));
    QVERIFY(reversed.back());
}

QTEST_APPLESS_MAIN(CycleRemovalTest)
#include "cycleremovaltest.moc"

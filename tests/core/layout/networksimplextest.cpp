#include "core/layout/networksimplex.h"

#include <QTest>

#include <algorithm>
#include <functional>
#include <limits>
#include <random>

using namespace tenscope;

namespace {

std::int64_t cost(const std::vector<RankEdge>& edges, const std::vector<std::int32_t>& ranks)
{
    std::int64_t sum = 0;
    for (const RankEdge& edge : edges)
        sum += std::int64_t(edge.weight) * (ranks[edge.to] - ranks[edge.from]);
    return sum;
}

bool isFeasible(const std::vector<RankEdge>& edges, const std::vector<std::int32_t>& ranks)
{
    return std::all_of(edges.begin(), edges.end(), [&](const RankEdge& edge) { return ranks[edge.to] - ranks[edge.from] >= edge.length; });
}

// By trying all ranks up to `most`; nodes are in topological order.
std::int64_t leastCost(std::uint32_t nodes, const std::vector<RankEdge>& edges, std::int32_t most)
{
    std::vector<std::int32_t> ranks(nodes, 0);
    std::int64_t best = std::numeric_limits<std::int64_t>::max();
    const std::function<void(std::uint32_t)> place = [&](std::uint32_t node) {
        if (node == nodes) {
            best = std::min(best, cost(edges, ranks));
            return;
        }
        std::int32_t least = 0;
        for (const RankEdge& edge : edges)
            if (edge.to == node)
                least = std::max(least, ranks[edge.from] + edge.length);
        for (ranks[node] = least; ranks[node] <= most; ++ranks[node])
            place(node + 1);
    };
    place(0);
    return best;
}

// A tree that holds all nodes together, and more edges; every one leads to a higher number.
std::vector<RankEdge> randomEdges(std::uint32_t nodes, std::uint32_t more, std::mt19937& engine)
{
    const auto below = [&](std::uint32_t bound) { return std::uint32_t(engine() % bound); };
    std::vector<RankEdge> edges;
    for (std::uint32_t node = 1; node < nodes; ++node)
        edges.push_back({below(node), node, std::int32_t(below(3)), std::int32_t(1 + below(4))});
    for (std::uint32_t i = 0; i < more; ++i) {
        const std::uint32_t to = 1 + below(nodes - 1);
        edges.push_back({below(to), to, std::int32_t(below(3)), std::int32_t(1 + below(4))});
    }
    return edges;
}

}  // namespace

class NetworkSimplexTest : public QObject {
    Q_OBJECT

private slots:
    void findsTheOptimum();
    void onePathThroughAllSettlesIt();
    void keepsWhatItHasWhenTheBudgetEnds();
    void startsFromGivenRanks();
    void stopsWhenCancelled();
};

void NetworkSimplexTest::findsTheOptimum()
{
    std::mt19937 engine(1);
    for (int round = 0; round < 40; ++round) {
        constexpr std::uint32_t nodes = 6;
        const std::vector<RankEdge> edges = randomEdges(nodes, 5, engine);
        std::vector<std::int32_t> ranks;
        Progress progress;
        QVERIFY(rankByNetworkSimplex(nodes, edges, 1'000'000, progress, ranks));
        QVERIFY(isFeasible(edges, ranks));
        QCOMPARE(*std::min_element(ranks.begin(), ranks.end()), 0);
        QCOMPARE(cost(edges, ranks), leastCost(nodes, edges, 8));
    }
}

// Without a single step: a budget of none is enough.
void NetworkSimplexTest::onePathThroughAllSettlesIt()
{
    std::mt19937 engine(3);
    for (int round = 0; round < 20; ++round) {
        constexpr std::uint32_t nodes = 6;
        std::vector<RankEdge> edges = randomEdges(nodes, 6, engine);
        for (std::uint32_t node = 1; node < nodes; ++node)
            edges.push_back({node - 1, node, 2, 1});  // as long as the longest of the others
        std::vector<std::int32_t> ranks;
        Progress progress;
        QVERIFY(rankByNetworkSimplex(nodes, edges, 0, progress, ranks));
        QVERIFY(isFeasible(edges, ranks));
        QCOMPARE(cost(edges, ranks), leastCost(nodes, edges, 2 * (nodes - 1) + 1));
    }
}

void NetworkSimplexTest::keepsWhatItHasWhenTheBudgetEnds()
{
    std::mt19937 engine(5);
    const std::vector<RankEdge> edges = randomEdges(400, 1500, engine);
    std::vector<std::int32_t> some, same, all;
    Progress progress;
    QVERIFY(rankByNetworkSimplex(400, edges, 2000, progress, some));
    QVERIFY(isFeasible(edges, some));
    QVERIFY(rankByNetworkSimplex(400, edges, 2000, progress, same));
    QCOMPARE(some, same);
    QVERIFY(rankByNetworkSimplex(400, edges, 1'000'000'000, progress, all));
    QVERIFY(isFeasible(edges, all));
    QVERIFY(cost(edges, all) <= cost(edges, some));
}

void NetworkSimplexTest::startsFromGivenRanks()
{
    std::mt19937 engine(7);
    const std::vector<RankEdge> edges = randomEdges(60, 120, engine);
    std::vector<std::int32_t> fresh, given(60);
    for (std::int32_t& rank : given)
        rank = std::int32_t(engine() % 50);
    Progress progress;
    QVERIFY(rankByNetworkSimplex(60, edges, 1'000'000'000, progress, fresh));
    QVERIFY(rankByNetworkSimplex(60, edges, 1'000'000'000, progress, given));
    QVERIFY(isFeasible(edges, given));
    QCOMPARE(cost(edges, given), cost(edges, fresh));
}

void NetworkSimplexTest::stopsWhenCancelled()
{
    std::mt19937 engine(5);
    const std::vector<RankEdge> edges = randomEdges(400, 1500, engine);
    std::vector<std::int32_t> ranks;
    Progress progress;
    progress.cancel();
    QVERIFY(!rankByNetworkSimplex(400, edges, 1'000'000, progress, ranks));
}

QTEST_APPLESS_MAIN(NetworkSimplexTest)
#include "networksimplextest.moc"

#include "core/layout/ordering.h"

#include <QTest>

#include <algorithm>

#include "tests/core/layout/randomgraph.h"

using namespace tenscope;

namespace {

// Boxes in rows of `width`; an edge leads into the next row only, so that no trunk is needed.
struct Rows {
    LayoutGraph graph;
    std::vector<std::int32_t> layers;
};

Rows rows(std::uint32_t width, std::uint32_t count, std::uint32_t edges, std::uint32_t seed)
{
    Rows result;
    result.graph.boxes.assign(width * count, {40, 20});
    for (std::uint32_t box = 0; box < width * count; ++box)
        result.layers.push_back(std::int32_t(box / width));
    std::uint32_t state = seed;
    const auto below = [&](std::uint32_t bound) { return (state = state * 1664525u + 1013904223u) / 65536u % bound; };
    for (std::uint32_t i = 0; i < edges; ++i) {
        const std::uint32_t row = below(count - 1);
        result.graph.edges.push_back({row * width + below(width), (row + 1) * width + below(width)});
    }
    return result;
}

// Every pair of links between the same two rows; those that share an end do not cross.
std::uint64_t crossingsOf(const Rows& rows, const LayerOrder& order)
{
    std::uint64_t count = 0;
    for (std::size_t a = 0; a < rows.graph.edges.size(); ++a) {
        for (std::size_t b = 0; b < a; ++b) {
            const auto &first = rows.graph.edges[a], &second = rows.graph.edges[b];
            if (rows.layers[first.from] != rows.layers[second.from] || first.from == second.from || first.to == second.to)
                continue;
            count += (order.box[first.from] < order.box[second.from]) != (order.box[first.to] < order.box[second.to]);
        }
    }
    return count;
}

LayerOrder ordered(const Rows& rows)
{
    const LayeredGraph layered = makeLayeredGraph(rows.graph, std::vector<bool>(rows.graph.edges.size(), false), rows.layers);
    LayerOrder order;
    Progress progress;
    if (!orderLayers(layered, progress, order))
        qFatal("cancelled");
    return order;
}

}  // namespace

class OrderingTest : public QObject {
    Q_OBJECT

private slots:
    void placesAreAPermutation();
    void countsWhatCrosses();
    void findsTheBestOfTwoRows();
    void untanglesWhatCanBe();
};

void OrderingTest::placesAreAPermutation()
{
    const Rows made = rows(9, 6, 60, 5);
    const LayerOrder order = ordered(made);
    for (std::uint32_t row = 0; row < 6; ++row) {
        std::vector<std::uint32_t> places(order.box.begin() + row * 9, order.box.begin() + row * 9 + 9);
        std::sort(places.begin(), places.end());
        for (std::uint32_t place = 0; place < 9; ++place)
            QCOMPARE(places[place], place);
    }
}

void OrderingTest::countsWhatCrosses()
{
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
        const Rows made = rows(7, 5, 45, seed);
        const LayerOrder order = ordered(made);
        QCOMPARE(order.crossings, crossingsOf(made, order));
    }
}

void OrderingTest::findsTheBestOfTwoRows()
{
    // Small enough to try every order of both rows.
    int misses = 0;
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
        const Rows made = rows(5, 2, 11, seed);
        LayerOrder tried;
        tried.box = {0, 1, 2, 3, 4, 0, 1, 2, 3, 4};
        std::uint64_t best = ~std::uint64_t(0);
        do {
            std::sort(tried.box.begin() + 5, tried.box.end());
            do
                best = std::min(best, crossingsOf(made, tried));
            while (std::next_permutation(tried.box.begin() + 5, tried.box.end()));
        } while (std::next_permutation(tried.box.begin(), tried.box.begin() + 5));
        const std::uint64_t found = ordered(made).crossings;
        QVERIFY(found >= best);
        misses += found > best;
    }
    QVERIFY2(misses <= 1, qPrintable(QString::number(misses)));
}

void OrderingTest::untanglesWhatCanBe()
{
    // Sixteen strands whose boxes are numbered in another order in every row.
    constexpr std::uint32_t width = 16, count = 12;
    Rows made = rows(width, count, 0, 1);
    const auto at = [](std::uint32_t row, std::uint32_t strand) { return row * width + (strand * 5 + row * 7) % width; };
    for (std::uint32_t row = 0; row + 1 < count; ++row)
        for (std::uint32_t strand = 0; strand < width; ++strand)
            made.graph.edges.push_back({at(row, strand), at(row + 1, strand)});
    const LayerOrder order = ordered(made);
    QCOMPARE(order.crossings, std::uint64_t(0));
    QCOMPARE(crossingsOf(made, order), std::uint64_t(0));
}

QTEST_APPLESS_MAIN(OrderingTest)
#include "orderingtest.moc"

#include "ui/diagram/spatialindex.h"

#include <QTest>

#include <algorithm>
#include <random>
#include <vector>

using namespace tenscope;

class SpatialIndexTest : public QObject {
    Q_OBJECT

private slots:
    void findsWhatALinearSearchFinds();
    void linesWithoutAreaAreFound();
    void invalidRectanglesAreNot();
    void smallGroupsAreGivenAsOne();
    void emptyIsEmpty();
};

void SpatialIndexTest::findsWhatALinearSearchFinds()
{
    std::mt19937 random(7);
    std::uniform_real_distribution<double> place(-1000, 9000), size(0, 120);
    for (const std::size_t count : {1u, 2u, 16u, 17u, 300u, 5000u}) {
        std::vector<QRectF> rects;
        for (std::size_t i = 0; i < count; ++i)
            rects.emplace_back(place(random), place(random), size(random), size(random));
        const SpatialIndex index(rects);
        QCOMPARE(index.size(), count);
        for (int query = 0; query < 20; ++query) {
            const QRectF region(place(random), place(random), size(random) * 20, size(random) * 20);
            std::vector<std::uint32_t> found, expected;
            index.visit(region, [&](std::uint32_t i) { found.push_back(i); });
            std::sort(found.begin(), found.end());
            for (std::uint32_t i = 0; i < rects.size(); ++i)
                if (rects[i].left() <= region.right() && rects[i].right() >= region.left() && rects[i].top() <= region.bottom() &&
                    rects[i].bottom() >= region.top())
                    expected.push_back(i);
            QCOMPARE(found, expected);
        }
    }
}

void SpatialIndexTest::linesWithoutAreaAreFound()
{
    const std::vector<QRectF> rects{QRectF(10, 0, 0, 100), QRectF(0, 50, 100, 0)};
    const SpatialIndex index(rects);
    int found = 0;
    index.visit(QRectF(10, 50, 0, 0), [&](std::uint32_t) { ++found; });
    QCOMPARE(found, 2);
}

void SpatialIndexTest::invalidRectanglesAreNot()
{
    const std::vector<QRectF> rects{QRectF(0, 0, -1, -1), QRectF(0, 0, 1, 1), QRectF(qQNaN(), 0, 1, 1), QRectF(0, 0, qInf(), 1)};
    const SpatialIndex index(rects);
    std::vector<std::uint32_t> found;
    index.visit(QRectF(-1e9, -1e9, 2e9, 2e9), [&](std::uint32_t i) { found.push_back(i); });
    QCOMPARE(found, std::vector<std::uint32_t>{1});
}

void SpatialIndexTest::smallGroupsAreGivenAsOne()
{
    // A grid of 100 × 100 unit boxes: seen from so far that ten of them are a pixel, far fewer than 10,000 calls remain, and
    // together they cover every box.
    std::vector<QRectF> rects;
    for (int y = 0; y < 100; ++y)
        for (int x = 0; x < 100; ++x)
            rects.emplace_back(x * 2, y * 2, 1, 1);
    const SpatialIndex index(rects);
    std::vector<QRectF> groups;
    int single = 0;
    index.visit(QRectF(0, 0, 200, 200), 20, [&](std::uint32_t) { ++single; },
                [&](const QRectF& bounds, std::uint32_t representative) {
                    QVERIFY(bounds.contains(rects[representative]));
                    QVERIFY(bounds.width() < 20 && bounds.height() < 20);
                    groups.push_back(bounds);
                });
    QVERIFY(single + int(groups.size()) < 1500);
    QVERIFY(!groups.empty());
    if (single == 0)
        for (const QRectF& rect : rects)
            QVERIFY(std::any_of(groups.begin(), groups.end(), [&](const QRectF& group) { return group.contains(rect); }));
}

void SpatialIndexTest::emptyIsEmpty()
{
    int calls = 0;
    SpatialIndex().visit(QRectF(0, 0, 1, 1), [&](std::uint32_t) { ++calls; });
    SpatialIndex(std::vector<QRectF>()).visit(QRectF(0, 0, 1, 1), [&](std::uint32_t) { ++calls; });
    QCOMPARE(calls, 0);
}

QTEST_APPLESS_MAIN(SpatialIndexTest)
#include "spatialindextest.moc"

#include "core/layout/segmentlist.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace tenscope;

class SegmentListTest : public QObject {
    Q_OBJECT

private slots:
    void behavesLikeAVector();
    void growsAtOnePlace_data();
    void growsAtOnePlace();
    void resetEmpties();
};

void SegmentListTest::behavesLikeAVector()
{
    constexpr std::uint32_t ids = 3000;
    std::mt19937 engine(1);
    SegmentList list;
    list.reset(ids);
    std::vector<std::uint32_t> reference;
    for (int step = 0; step < 30'000; ++step) {
        const std::uint32_t id = std::uint32_t(engine() % ids);
        const auto found = std::find(reference.begin(), reference.end(), id);
        QCOMPARE(list.contains(id), found != reference.end());
        if (found == reference.end()) {
            const std::uint32_t rank = std::uint32_t(engine() % (reference.size() + 1));
            list.insert(rank, id);
            reference.insert(reference.begin() + rank, id);
        } else if (engine() % 3 == 0) {
            list.erase(id);
            reference.erase(found);
        } else {
            QCOMPARE(list.rank(id), std::uint32_t(found - reference.begin()));
        }
        QCOMPARE(list.size(), std::uint32_t(reference.size()));
    }
    for (std::uint32_t rank = 0; rank < reference.size(); ++rank)
        QCOMPARE(list.at(rank), reference[rank]);
}

void SegmentListTest::growsAtOnePlace_data()
{
    QTest::addColumn<bool>("atEnd");
    QTest::newRow("at the front") << false;
    QTest::newRow("at the end") << true;
}

void SegmentListTest::growsAtOnePlace()
{
    QFETCH(const bool, atEnd);
    constexpr std::uint32_t count = 5000;
    SegmentList list;
    list.reset(count);
    for (std::uint32_t id = 0; id < count; ++id)
        list.insert(atEnd ? id : 0, id);
    for (std::uint32_t id = 0; id < count; ++id)
        QCOMPARE(list.rank(id), atEnd ? id : count - 1 - id);
}

void SegmentListTest::resetEmpties()
{
    SegmentList list;
    list.reset(4);
    list.insert(0, 3);
    list.reset(2);
    QCOMPARE(list.size(), 0u);
    QVERIFY(!list.contains(1));
}

QTEST_APPLESS_MAIN(SegmentListTest)
#include "segmentlisttest.moc"

#include "ui/document/statisticscache.h"

#include <QTest>

using namespace tenscope;

class StatisticsCacheTest : public QObject {
    Q_OBJECT

private slots:
    void keepsByTensorAndBins();
    void outlivesEditsThatLeaveTheDataAlone();
    void forgetsDataThatIsGone();
    void forgetsTheOldestFirst();

private:
    static std::shared_ptr<const std::vector<std::byte>> bytes() { return std::make_shared<const std::vector<std::byte>>(16); }
    static TensorId add(Model& model, std::shared_ptr<const std::vector<std::byte>> data)
    {
        Tensor tensor;
        tensor.element = ElementType::Float32;
        tensor.shape = {4};
        tensor.data = OwnedBytes{std::move(data)};
        return model.addTensor(std::move(tensor));
    }
    static TensorStatistics of(double mean)
    {
        TensorStatistics statistics;
        statistics.mean = mean;
        return statistics;
    }
};

void StatisticsCacheTest::keepsByTensorAndBins()
{
    Model model;
    const TensorId a = add(model, bytes()), b = add(model, bytes());
    StatisticsCache cache;
    QVERIFY(!cache.find(model, a, 64));
    cache.insert(model, a, 64, of(1));
    cache.insert(model, b, 64, of(2));
    cache.insert(model, a, 16, of(3));
    QCOMPARE(cache.find(model, a, 64)->mean, 1.0);
    QCOMPARE(cache.find(model, b, 64)->mean, 2.0);
    QCOMPARE(cache.find(model, a, 16)->mean, 3.0);
    QVERIFY(!cache.find(model, b, 16));
}

void StatisticsCacheTest::outlivesEditsThatLeaveTheDataAlone()
{
    Model before;
    const TensorId a = add(before, bytes()), b = add(before, bytes());
    StatisticsCache cache;
    cache.insert(before, a, 64, of(1));
    cache.insert(before, b, 64, of(2));
    Model after = before;
    after.tensor(a).name = "renamed";
    after.tensor(b).data = OwnedBytes{bytes()};
    QCOMPARE(cache.find(after, a, 64)->mean, 1.0);
    QVERIFY(!cache.find(after, b, 64));
    QCOMPARE(cache.find(before, b, 64)->mean, 2.0);  // undone
}

void StatisticsCacheTest::forgetsDataThatIsGone()
{
    StatisticsCache cache;
    Model model;
    const TensorId a = add(model, bytes());
    cache.insert(model, a, 64, of(1));
    // New bytes may well lie where the old ones did.
    model.tensor(a).data = OwnedBytes{};
    model.tensor(a).data = OwnedBytes{bytes()};
    QVERIFY(!cache.find(model, a, 64));
    // Data without a place of its own is not kept.
    model.tensor(a).data = MissingData{"lost"};
    cache.insert(model, a, 64, of(2));
    QVERIFY(!cache.find(model, a, 64));
}

void StatisticsCacheTest::forgetsTheOldestFirst()
{
    Model model;
    std::vector<TensorId> tensors;
    StatisticsCache cache(3);
    for (int i = 0; i < 3; ++i) {
        tensors.push_back(add(model, bytes()));
        cache.insert(model, tensors.back(), 64, of(i));
    }
    QVERIFY(cache.find(model, tensors[0], 64));  // looked at again
    tensors.push_back(add(model, bytes()));
    cache.insert(model, tensors[3], 64, of(3));
    QVERIFY(cache.find(model, tensors[0], 64));
    QVERIFY(!cache.find(model, tensors[1], 64));
    QVERIFY(cache.find(model, tensors[2], 64) && cache.find(model, tensors[3], 64));
}

QTEST_APPLESS_MAIN(StatisticsCacheTest)
#include "statisticscachetest.moc"

#include "core/analysis/topclasses.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

#include "core/graph/model.h"

using namespace tenscope;

namespace {

Tensor floats(std::vector<std::int64_t> shape, const std::vector<float>& values)
{
    Tensor tensor;
    tensor.element = ElementType::Float32;
    tensor.shape = std::move(shape);
    const auto* bytes = reinterpret_cast<const std::byte*>(values.data());
    tensor.data = OwnedBytes{std::make_shared<const std::vector<std::byte>>(bytes, bytes + values.size() * sizeof(float))};
    return tensor;
}

}  // namespace

class TopClassesTest : public QObject {
    Q_OBJECT

private slots:
    void ranksEachItem();
    void manyClasses();
    void readsLabels();
    void refusesWhatIsNoText();
    void tellsClassifications();
};

void TopClassesTest::ranksEachItem()
{
    Progress progress;
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const auto top = topClasses(Model(), floats({2, 4}, {0.1f, 0.5f, 0.5f, nan, 3, -1, 2, 1}), 3, 10, progress);
    QVERIFY(top.has_value());
    QCOMPARE(top->size(), std::size_t(2));
    std::vector<std::size_t> order;
    for (const auto& item : *top)
        for (const RankedClass& entry : item)
            order.push_back(entry.index);
    QCOMPARE(order, (std::vector<std::size_t>{1, 2, 0, 0, 2, 3}));
    QCOMPARE(top->at(1)[0].value, 3.0);
    QCOMPARE(topClasses(Model(), floats({2, 2}, {1, 2, 3, 4}), 5, 1, progress)->size(), std::size_t(1));
    QVERIFY(!topClasses(Model(), floats({}, {1}), 5, 1, progress));
}

void TopClassesTest::manyClasses()
{
    std::vector<float> values(10'000);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = float((i * 7919) % values.size());
    Progress progress;
    const auto top = topClasses(Model(), floats({10'000}, values), 5, 1, progress);
    QCOMPARE(top->at(0).size(), std::size_t(5));
    for (std::size_t i = 0; i < 5; ++i) {
        QCOMPARE(top->at(0)[i].value, double(values.size() - 1 - i));
        QCOMPARE(double(values[top->at(0)[i].index]), top->at(0)[i].value);
    }
}

void TopClassesTest::readsLabels()
{
    QTemporaryDir folder;
    QFile file(folder.filePath("labels.txt"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("\xef\xbb\xbftench\r\ngold fish\n\nK\xc3\xb6nig");
    file.close();
    const auto labels = readLabels(file.fileName().toStdString());
    QCOMPARE(*labels, (std::vector<std::string>{"tench", "gold fish", "", "K\xc3\xb6nig"}));
}

void TopClassesTest::refusesWhatIsNoText()
{
    QTemporaryDir folder;
    QFile file(folder.filePath("labels.bin"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray("a\0b", 3));
    file.close();
    const auto labels = readLabels(file.fileName().toStdString());
    QVERIFY(!labels);
    QCOMPARE(labels.error().kind, ErrorKind::Read);
    QVERIFY(!readLabels(folder.filePath("none.txt").toStdString()));
}

void TopClassesTest::tellsClassifications()
{
    QVERIFY(isClassification(floats({1, 3}, {1, 2, 3}), 0));
    QVERIFY(isClassification(floats({3}, {1, 2, 3}), 3));
    QVERIFY(!isClassification(floats({3}, {1, 2, 3}), 4));
    QVERIFY(!isClassification(floats({1, 1}, {1}), 0));
    QVERIFY(!isClassification(floats({1, 1, 3}, {1, 2, 3}), 0));
}

QTEST_APPLESS_MAIN(TopClassesTest)
#include "topclassestest.moc"

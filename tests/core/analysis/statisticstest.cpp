// Statistics of every element type against numpy's, which tests/data/analysis/make_analysis_data.py has computed.
#include "core/analysis/statistics.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <cstring>
#include <set>

#include "core/base/mappedfile.h"
#include "core/graph/model.h"

using namespace tenscope;

namespace {

std::shared_ptr<const std::vector<std::byte>> bytesOf(const QByteArray& data)
{
    const auto* begin = reinterpret_cast<const std::byte*>(data.constData());
    return std::make_shared<const std::vector<std::byte>>(begin, begin + data.size());
}

// The same bytes as stream() of the script.
QByteArray stream(qsizetype count)
{
    std::uint64_t state = 1;
    QByteArray bytes(count, Qt::Uninitialized);
    for (char& byte : bytes) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        byte = char(state >> 56);
    }
    return bytes;
}

std::vector<std::int64_t> integers(const QJsonValue& array)
{
    std::vector<std::int64_t> result;
    for (const QJsonValue& value : array.toArray())
        result.push_back(value.toInteger());
    return result;
}

template <class T>
Tensor tensorOf(ElementType element, const std::vector<T>& values)
{
    Tensor tensor;
    tensor.element = element;
    tensor.shape = {std::int64_t(values.size())};
    auto bytes = std::make_shared<std::vector<std::byte>>(values.size() * sizeof(T));
    std::memcpy(bytes->data(), values.data(), bytes->size());
    tensor.data = OwnedBytes{bytes};
    return tensor;
}

// The tensor of a case, and the model that holds what it refers to.
Tensor makeTensor(const QJsonObject& entry, Model& model)
{
    Tensor tensor;
    tensor.element = *elementTypeFromName(entry["element"].toString().toStdString());
    tensor.shape = integers(entry["shape"]);
    tensor.strides = integers(entry["strides"]);
    tensor.data = OwnedBytes{bytesOf(entry.contains("stream") ? stream(qsizetype(entry["stream"].toInteger()))
                                                              : QByteArray::fromBase64(entry["data"].toString().toLatin1()))};
    if (entry.contains("quantization")) {
        const QJsonObject q = entry["quantization"].toObject();
        Quantization quantization;
        quantization.axis = q["axis"].toInt();
        for (const QJsonValue& scale : q["scales"].toArray())
            quantization.scales.push_back(scale.toDouble());
        quantization.zeroPoints = integers(q["zeros"]);
        tensor.quantization = quantization;
    }
    if (entry.contains("sparse")) {
        const QJsonObject sparse = entry["sparse"].toObject();
        Tensor indices = tensorOf(ElementType::Int64, integers(sparse["indices"]));
        indices.shape = integers(sparse["shape"]);
        Tensor values = tensor;
        values.shape = {indices.shape.front()};
        tensor.data = SparseData{model.addTensor(values), model.addTensor(indices)};
    }
    return tensor;
}

bool isNear(double actual, double expected)
{
    return std::fabs(actual - expected) <= 1e-6 * std::fabs(expected) || actual == expected;
}

TensorStatistics compute(const Tensor& tensor, int bins = 64, int threads = 1)
{
    Progress progress;
    const auto result = statistics(Model(), tensor, bins, progress, threads);
    return result ? *result : TensorStatistics();
}

std::string errorOf(const Tensor& tensor)
{
    Progress progress;
    const auto result = statistics(Model(), tensor, 8, progress);
    return result ? std::string() : result.error().message;
}

}  // namespace

class StatisticsTest : public QObject {
    Q_OBJECT

private slots:
    void equalsNumpy_data()
    {
        QTest::addColumn<QJsonObject>("entry");
        QFile file(TENSCOPE_TEST_DATA "/analysis/statistics.json");
        QVERIFY(file.open(QFile::ReadOnly));
        for (const QJsonValue& entry : QJsonDocument::fromJson(file.readAll()).array())
            QTest::newRow(entry["name"].toString().toUtf8().constData()) << entry.toObject();
    }

    void equalsNumpy()
    {
        QFETCH(QJsonObject, entry);
        const QJsonObject expected = entry["expected"].toObject();
        Model model;
        const Tensor tensor = makeTensor(entry, model);
        for (const int threads : {1, 3}) {
            Progress progress;
            const auto result = statistics(model, tensor, entry["bins"].toInt(), progress, threads);
            QVERIFY2(result, result ? "" : result.error().message.c_str());
            QCOMPARE(qint64(result->elements), expected["elements"].toInteger());
            QCOMPARE(qint64(result->zeros), expected["zeros"].toInteger());
            QCOMPARE(qint64(result->nan), expected["nan"].toInteger());
            QCOMPARE(qint64(result->inf), expected["inf"].toInteger());
            QCOMPARE(result->min, expected["min"].toDouble());
            QCOMPARE(result->max, expected["max"].toDouble());
            for (const char* what : {"mean", "std"}) {
                const double actual = *what == 'm' ? result->mean : result->std;
                QVERIFY2(isNear(actual, expected[what].toDouble()),
                         qPrintable(QString("%1: %2, not %3").arg(what).arg(actual, 0, 'g', 17).arg(expected[what].toDouble(), 0, 'g', 17)));
            }
            // the sum holds also where numpy's histogram has nothing to compare with
            std::uint64_t sum = 0;
            for (const std::uint64_t count : result->histogram.counts)
                sum += count;
            QCOMPARE(sum, result->finite());
            const QJsonArray counts = expected["counts"].toArray(), edges = expected["edges"].toArray();
            if (counts.isEmpty())
                continue;
            QCOMPARE(qsizetype(result->histogram.counts.size()), counts.size());
            for (qsizetype i = 0; i < edges.size(); ++i)
                QVERIFY(isNear(result->histogram.edges[std::size_t(i)], edges[i].toDouble()) ||
                        std::fabs(result->histogram.edges[std::size_t(i)] - edges[i].toDouble()) < 1e-12 * (result->max - result->min));
            for (qsizetype i = 0; i < counts.size(); ++i)
                QCOMPARE(qint64(result->histogram.counts[std::size_t(i)]), counts[i].toInteger());
        }
    }

    void coversEveryType()
    {
        QFile file(TENSCOPE_TEST_DATA "/analysis/statistics.json");
        QVERIFY(file.open(QFile::ReadOnly));
        std::set<std::string> covered;
        for (const QJsonValue& entry : QJsonDocument::fromJson(file.readAll()).array())
            covered.insert(entry["element"].toString().toStdString());
        for (int i = 1; i < elementTypeCount; ++i)
            if (ElementType(i) != ElementType::String)
                QVERIFY2(covered.contains(std::string(name(ElementType(i)))), std::string(name(ElementType(i))).c_str());
    }

    // Several chunks of several megabytes, mapped at an odd offset: the figures do not depend on threads, and equal those of
    // a plain loop with extended precision.
    void largeMappedTensor()
    {
        const std::size_t count = 5'000'001;
        std::vector<float> values(count);
        std::uint64_t state = 7;
        for (float& value : values) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            value = 1000 + float(std::int32_t(state >> 32)) * 0x1p-31f;
        }
        QTemporaryDir folder;
        const QString path = folder.filePath("large.bin");
        QFile file(path);
        QVERIFY(file.open(QFile::WriteOnly));
        file.write("odd");
        file.write(reinterpret_cast<const char*>(values.data()), qint64(count * sizeof(float)));
        file.close();

        long double sum = 0, squares = 0;
        for (const float value : values)
            sum += value;
        const long double mean = sum / count;
        for (const float value : values)
            squares += (value - mean) * (value - mean);

        Tensor tensor;
        tensor.element = ElementType::Float32;
        tensor.shape = {std::int64_t(count)};
        tensor.data = FileSlice{*MappedFile::open(path.toStdString()), 3, count * sizeof(float)};
        const TensorStatistics one = compute(tensor, 100, 1), four = compute(tensor, 100, 4);
        QVERIFY(std::fabs(one.mean - double(mean)) <= 1e-14 * std::fabs(double(mean)));
        QVERIFY(std::fabs(one.std - std::sqrt(double(squares / count))) <= 1e-12 * one.std);
        QCOMPARE(four.mean, one.mean);
        QCOMPARE(four.std, one.std);
        QVERIFY(four.histogram.counts == one.histogram.counts);
        // the bins are what their edges say
        for (const std::size_t bin : {std::size_t(0), std::size_t(41), std::size_t(99)}) {
            std::uint64_t expected = 0;
            for (const double value : values)
                expected += value >= one.histogram.edges[bin] &&
                            (value < one.histogram.edges[bin + 1] || (bin == 99 && value == one.histogram.edges[100]));
            QCOMPARE(one.histogram.counts[bin], expected);
        }
    }

    void repeatedElementsAreNotReadOneByOne()
    {
        Tensor tensor = tensorOf<float>(ElementType::Float32, {1, 2, 3, 4});
        tensor.shape = {1'000'000'000'000, 4};
        tensor.strides = {0, 1};
        const TensorStatistics result = compute(tensor, 4);
        QCOMPARE(result.elements, std::uint64_t(4'000'000'000'000));
        QCOMPARE(result.mean, 2.5);
        QCOMPARE(result.std, std::sqrt(1.25));
        QCOMPARE(result.histogram.counts[3], std::uint64_t(1'000'000'000'000));
    }

    void stringsHaveNoNumbers()
    {
        Tensor tensor;
        tensor.element = ElementType::String;
        tensor.shape = {2};
        tensor.data = OwnedStrings{std::make_shared<const std::vector<std::string>>(2, "x")};
        const TensorStatistics result = compute(tensor);
        QCOMPARE(result.elements, std::uint64_t(2));
        QVERIFY(result.histogram.counts.empty());
    }

    void badTensorsAreRefused()
    {
        Tensor missing = tensorOf<float>(ElementType::Float32, {1});
        missing.data = MissingData{"the file weights.bin is not there"};
        QVERIFY(errorOf(missing).ends_with("the file weights.bin is not there"));

        Tensor tensor = tensorOf<float>(ElementType::Float32, {1, 2, 3});
        tensor.shape = {4};
        QVERIFY(!errorOf(tensor).empty());
        tensor.shape = {2, 2};
        tensor.strides = {2, 1};
        QVERIFY(!errorOf(tensor).empty());
        tensor.strides = {1, 1};
        QCOMPARE(errorOf(tensor), std::string());
        tensor.strides = {-1, 1};
        QVERIFY(!errorOf(tensor).empty());
        tensor.strides = {std::int64_t(1) << 62, std::int64_t(1) << 62};
        QVERIFY(!errorOf(tensor).empty());
        tensor.strides = {1};
        QVERIFY(!errorOf(tensor).empty());
        tensor.strides.clear();
        tensor.shape = {std::int64_t(1) << 40, std::int64_t(1) << 40};
        QVERIFY(!errorOf(tensor).empty());
        tensor.shape = {1};
        tensor.element = ElementType::Undefined;
        QVERIFY(!errorOf(tensor).empty());

        Tensor quantized = tensorOf<std::int8_t>(ElementType::QInt8, {1, 2, 3});
        quantized.quantization = Quantization{0, {0.5, 0.5}, {0, 0}};
        QVERIFY(!errorOf(quantized).empty());
        quantized.quantization = Quantization{5, {0.5}, {0}};
        QVERIFY(!errorOf(quantized).empty());
    }

    void sparseTensorsAreChecked_data()
    {
        QTest::addColumn<QList<qint64>>("indices");
        QTest::addColumn<bool>("good");
        QTest::newRow("good") << QList<qint64>{5, 0} << true;
        QTest::newRow("outside") << QList<qint64>{5, 6} << false;
        QTest::newRow("negative") << QList<qint64>{-1, 0} << false;
        QTest::newRow("twice") << QList<qint64>{3, 3} << false;
        QTest::newRow("too few") << QList<qint64>{3} << false;
    }

    void sparseTensorsAreChecked()
    {
        QFETCH(QList<qint64>, indices);
        QFETCH(bool, good);
        Model model;
        Tensor tensor;
        tensor.element = ElementType::Float32;
        tensor.shape = {2, 3};
        tensor.data = SparseData{model.addTensor(tensorOf<float>(ElementType::Float32, {1, 2})),
                                 model.addTensor(tensorOf<qint64>(ElementType::Int64, {indices.begin(), indices.end()}))};
        Progress progress;
        QCOMPARE(statistics(model, tensor, 4, progress).has_value(), good);
    }

    void stopsWhenCancelled()
    {
        Progress progress([&](double, const std::string&) { m_progress->cancel(); });
        m_progress = &progress;
        const Tensor tensor = tensorOf(ElementType::Float32, std::vector<float>(4'000'000, 1.0f));
        const auto result = statistics(Model(), tensor, 8, progress);
        QVERIFY(!result);
        QVERIFY(result.error().isCancelled());
    }

private:
    Progress* m_progress = nullptr;
};

QTEST_APPLESS_MAIN(StatisticsTest)
#include "statisticstest.moc"

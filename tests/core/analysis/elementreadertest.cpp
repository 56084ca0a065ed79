#include "core/analysis/elementreader.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <array>
#include <cmath>
#include <cstring>

#include "core/analysis/elementwriter.h"
#include "core/analysis/smallfloat.h"
#include "core/graph/model.h"

using namespace tenscope;

namespace {

Tensor tensorOf(ElementType element, std::vector<std::int64_t> shape, const void* data, std::size_t size)
{
    Tensor tensor;
    tensor.element = element;
    tensor.shape = std::move(shape);
    const auto* begin = static_cast<const std::byte*>(data);
    tensor.data = OwnedBytes{std::make_shared<const std::vector<std::byte>>(begin, begin + size)};
    return tensor;
}

template <class T>
Tensor tensorOf(ElementType element, std::vector<T> values)
{
    return tensorOf(element, {std::int64_t(values.size() * sizeof(T) * 8 / std::size_t(bits(element)))}, values.data(),
                    values.size() * sizeof(T));
}

QString textOf(const Tensor& tensor, std::uint64_t element = 0)
{
    return QString::fromStdString(ElementReader::open(Model(), tensor)->textAt(element));
}

double numberFrom(const QJsonValue& value)
{
    const QString text = value.toString();
    return text == "nan" ? NAN : text == "inf" ? INFINITY : text == "-inf" ? -INFINITY : value.toDouble();
}

bool same(double a, double b)
{
    return std::isnan(a) ? std::isnan(b) : a == b && std::signbit(a) == std::signbit(b);
}

}  // namespace

class ElementReaderTest : public QObject {
    Q_OBJECT

private slots:
    // Tables that a script has made from the formats' definitions (and numpy, for float16).
    void decodesEveryCode()
    {
        QFile file(TENSCOPE_TEST_DATA "/analysis/codes.json");
        QVERIFY(file.open(QFile::ReadOnly));
        const QJsonObject tables = QJsonDocument::fromJson(file.readAll()).object();
        QCOMPARE(tables.size(), 12);
        for (auto table = tables.begin(); table != tables.end(); ++table) {
            const ElementType element = *elementTypeFromName(table.key().toStdString());
            const QJsonArray numbers = table.value().toArray();
            const int step = bits(element) == 16 ? 37 : 1;
            for (int i = 0; i < numbers.size(); ++i) {
                const auto code = std::uint16_t(i * step);
                const auto reader = ElementReader::open(Model(), tensorOf(element, std::vector<std::uint16_t>{code}));
                QVERIFY(reader);
                const double expected = numberFrom(numbers[i]);
                // A packed zero has no sign of its own in the table of Python's integers.
                const double actual = reader->valueAt(0);
                QVERIFY2(same(actual, expected) || (expected == 0 && actual == 0),
                         qPrintable(QString("%1 code %2: %3, not %4").arg(table.key()).arg(code).arg(actual).arg(expected)));
                if (isSmallFloat(element))
                    QVERIFY(same(smallFloat(element, code), actual));
            }
        }
    }

    void everyCodeIsFoundAgain_data()
    {
        QTest::addColumn<int>("type");
        for (int i = 0; i < elementTypeCount; ++i)
            if (isSmallFloat(ElementType(i)))
                QTest::newRow(std::string(name(ElementType(i))).c_str()) << i;
    }

    void everyCodeIsFoundAgain()
    {
        QFETCH(int, type);
        const auto element = ElementType(type);
        for (std::uint32_t code = 0; code < (1u << bits(element)); ++code) {
            const double value = smallFloat(element, code);
            if (std::isnan(value))
                QVERIFY(std::isnan(smallFloat(element, smallFloatCode(element, value))));
            else
                QCOMPARE(smallFloatCode(element, value), code);
        }
    }

    void numbersAreRounded()
    {
        QCOMPARE(smallFloatCode(ElementType::Float16, 0.1), 0x2e66u);
        QCOMPARE(smallFloatCode(ElementType::Float16, 65519.99), 0x7bffu);
        QCOMPARE(smallFloatCode(ElementType::Float16, 65520), 0x7c00u);   // half way to what would be next: to even
        QCOMPARE(smallFloatCode(ElementType::Float16, -1e9), 0xfc00u);
        QCOMPARE(smallFloatCode(ElementType::Float16, 1 + 0x1p-11), 0x3c00u);  // ties to even
        QCOMPARE(smallFloatCode(ElementType::Float16, 1 + 3 * 0x1p-11), 0x3c02u);
        QCOMPARE(smallFloatCode(ElementType::Float16, 0x1p-25), 0u);
        QCOMPARE(smallFloatCode(ElementType::BFloat16, 3.140625), 0x4049u);
        QCOMPARE(smallFloatCode(ElementType::Float8E4M3FN, 1000), 0x7eu);  // 448: the format has no infinity
        QCOMPARE(smallFloatCode(ElementType::Float8E5M2FNUZ, -0.0), 0u);   // nor this one a minus zero
        QCOMPARE(smallFloatCode(ElementType::Float4E2M1, -2.4), 0xcu);
        QCOMPARE(smallFloatCode(ElementType::Float4E2M1, 100), 7u);
        QCOMPARE(smallFloatCode(ElementType::Float8E8M0, 1), 127u);
        QCOMPARE(smallFloatCode(ElementType::Float8E8M0, -5), 0u);
    }

    void texts()
    {
        QCOMPARE(textOf(tensorOf<float>(ElementType::Float32, {0.1f})), "0.1");
        QCOMPARE(textOf(tensorOf<double>(ElementType::Float64, {0.1})), "0.1");
        QCOMPARE(textOf(tensorOf<std::uint16_t>(ElementType::Float16, {0x2e66})), "0.1");
        QCOMPARE(textOf(tensorOf<std::uint16_t>(ElementType::Float16, {0x7bff})), "65500");  // as numpy: the next number is 65472
        QCOMPARE(textOf(tensorOf<std::uint16_t>(ElementType::BFloat16, {0x4049})), "3.14");
        QCOMPARE(textOf(tensorOf<std::uint8_t>(ElementType::Float8E5M2, {0x7c})), "inf");
        QCOMPARE(textOf(tensorOf<std::int64_t>(ElementType::Int64, {INT64_MIN + 1})), "-9223372036854775807");
        QCOMPARE(textOf(tensorOf<std::uint64_t>(ElementType::UInt64, {UINT64_MAX})), "18446744073709551615");
        QCOMPARE(textOf(tensorOf<std::uint8_t>(ElementType::Bool, {1})), "True");
        QCOMPARE(textOf(tensorOf<float>(ElementType::Complex64, {1.5f, -2})), "1.5-2j");
        QCOMPARE(textOf(tensorOf<std::uint16_t>(ElementType::Complex32, {0x3c00, 0x2e66})), "1+0.1j");
        QCOMPARE(textOf(tensorOf<std::uint8_t>(ElementType::Int4, {0xf8}), 0), "-8");  // the low nibble is the first element
        QCOMPARE(textOf(tensorOf<std::uint8_t>(ElementType::Int4, {0xf8}), 1), "-1");
        QCOMPARE(textOf(tensorOf<std::uint8_t>(ElementType::UInt2, {0b11100100}), 3), "3");
        Tensor quantized = tensorOf<std::uint8_t>(ElementType::QUInt8, {130});
        quantized.quantization = Quantization{-1, {0.1}, {128}};
        QCOMPARE(textOf(quantized), "0.2");
    }

    void indicesAndRangesAgree()
    {
        std::array<float, 24> values;
        for (std::size_t i = 0; i < 24; ++i)
            values[i] = float(i);
        Tensor tensor = tensorOf(ElementType::Float32, {4, 2, 3}, values.data(), sizeof values);
        tensor.strides = {1, 12, 4};  // a permutation of 2×3×4
        const auto reader = ElementReader::open(Model(), tensor);
        QVERIFY(reader);
        std::vector<double> all(24), part(7);
        reader->read(0, all);
        reader->read(5, part);
        std::array<float, 24> copied;
        reader->copy(0, 24, reinterpret_cast<std::byte*>(copied.data()));
        std::size_t linear = 0;
        for (std::int64_t i = 0; i < 4; ++i)
            for (std::int64_t j = 0; j < 2; ++j)
                for (std::int64_t k = 0; k < 3; ++k, ++linear) {
                    const double expected = double(i + 12 * j + 4 * k);
                    QCOMPARE(reader->valueAt(std::array{i, j, k}), expected);
                    QCOMPARE(reader->valueAt(linear), expected);
                    QCOMPARE(all[linear], expected);
                    QCOMPARE(double(copied[linear]), expected);
                    if (linear >= 5 && linear < 12)
                        QCOMPARE(part[linear - 5], expected);
                }
        QVERIFY(reader->denseBytes().empty());
        const auto ordered = reader->storageOrder();
        QCOMPARE(ordered.reader.denseBytes().size(), sizeof values);
    }

    void writerAndReaderAgree_data()
    {
        QTest::addColumn<int>("type");
        for (int i = 0; i < elementTypeCount; ++i)
            if (ElementWriter::canWrite(ElementType(i)))
                QTest::newRow(std::string(name(ElementType(i))).c_str()) << i;
    }

    void writerAndReaderAgree()
    {
        QFETCH(int, type);
        const auto element = ElementType(type);
        ElementWriter writer(element, 9);
        const double values[] = {0, 1, 1, 0, 1, 2, 4, 1, 0};
        for (std::size_t i = 0; i < 9; ++i)
            if (ElementWriter::fits(element, values[i]))
                i % 2 ? writer.set(i, values[i]) : writer.setInteger(i, std::int64_t(values[i]));
        const Tensor tensor = writer.take({3, 3});
        const auto reader = ElementReader::open(Model(), tensor);
        QVERIFY(reader);
        for (std::size_t i = 0; i < 9; ++i)
            if (ElementWriter::fits(element, values[i]) && (element != ElementType::Float8E8M0 || values[i] > 0))
                QCOMPARE(reader->valueAt(i), values[i]);
    }
};

QTEST_APPLESS_MAIN(ElementReaderTest)
#include "elementreadertest.moc"

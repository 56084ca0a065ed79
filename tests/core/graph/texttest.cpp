#include "core/graph/text.h"

#include <QTest>

#include <cmath>
#include <cstring>
#include <limits>

#include "core/graph/model.h"

using namespace tenscope;

class TextTest : public QObject {
    Q_OBJECT
private slots:
    void numbersReadBack();
    void attributes_data();
    void attributes();
    void listsAndTextsAreCut();
    void tensorsOfOneElementShowIt();
    void names();
    void counts();
};

namespace {

template <class Number>
Tensor scalar(ElementType element, Number number)
{
    std::vector<std::byte> bytes(sizeof number);
    std::memcpy(bytes.data(), &number, sizeof number);
    Tensor tensor;
    tensor.element = element;
    tensor.data = OwnedBytes{std::make_shared<const std::vector<std::byte>>(std::move(bytes))};
    return tensor;
}

}  // namespace

void TextTest::numbersReadBack()
{
    for (const double number : {0.1, 1e-5, -0.0, 1.0 / 3, 1e300, double(1 << 24) + 1}) {
        QCOMPARE(std::stod(shortest(number)), number);
        QCOMPARE(std::signbit(std::stod(shortest(number))), std::signbit(number));
    }
    QCOMPARE(shortest(0.1), std::string("0.1"));
    QCOMPARE(shortestFloat(0.1f), std::string("0.1"));
    QCOMPARE(shortest(double(0.1f)), std::string("0.10000000149011612"));
    QCOMPARE(shortest(std::numeric_limits<double>::infinity()), std::string("inf"));
    QCOMPARE(shortest(-std::numeric_limits<double>::infinity()), std::string("-inf"));
    QCOMPARE(shortest(std::numeric_limits<double>::quiet_NaN()), std::string("nan"));
}

void TextTest::attributes_data()
{
    QTest::addColumn<QString>("text");
    Model model;
    const GraphId body = model.addGraph("body");
    Tensor tensor;
    tensor.element = ElementType::Float32;
    tensor.shape = {64, 3};
    const TensorId weights = model.addTensor(std::move(tensor));
    const auto row = [&](const char* expected, AttributeValue value, bool isFloat32 = false) {
        Attribute attribute;
        attribute.value = std::move(value);
        attribute.isFloat32 = isFloat32;
        QTest::newRow(expected) << QString::fromStdString(toString(model, attribute));
    };
    row("None", std::monostate());
    row("True", true);
    row("-3", std::int64_t(-3));
    row("0.1", double(0.1f), true);
    row("1e-05", 1e-5);
    row("1-2j", std::complex<double>(1, -2));
    row("same", std::string("same"));
    row("float16", ElementType::Float16);
    row("float32 64×3", weights);
    row("graph body (0 nodes)", body);
    row("True, False", std::vector<bool>{true, false});
    row("3, 4", std::vector<std::int64_t>{3, 4});
    row("0.5, 0.1", std::vector<double>{0.5, double(0.1f)}, true);
    row("a, b", std::vector<std::string>{"a", "b"});
    row("@alpha", AttributeReference{"alpha"});
    row("{...}", OpaqueText{"{...}"});
    row("int8 2", Type::tensor(ElementType::Int8, std::vector<std::int64_t>{2}));
}

void TextTest::attributes()
{
    QFETCH(QString, text);
    QCOMPARE(text, QString::fromUtf8(QTest::currentDataTag()));
}

void TextTest::listsAndTextsAreCut()
{
    const Model model;
    Attribute attribute;
    attribute.value = std::vector<std::int64_t>(1'000'000, 7);
    const std::string list = toString(model, attribute, 20);
    QVERIFY(list.size() < 30);
    QVERIFY(QString::fromStdString(list).endsWith("…"));
    // Not inside a letter of several bytes.
    attribute.value = std::string("äöü");
    QCOMPARE(QString::fromStdString(toString(model, attribute, 3)), QString("ä…"));
    QCOMPARE(QString::fromStdString(toString(model, attribute, 6)), QString("äöü"));
}

void TextTest::tensorsOfOneElementShowIt()
{
    QCOMPARE(elementText(scalar(ElementType::Float32, 0.1f)), std::optional<std::string>("0.1"));
    QCOMPARE(elementText(scalar(ElementType::Int64, std::int64_t(-7))), std::optional<std::string>("-7"));
    QCOMPARE(elementText(scalar(ElementType::UInt8, std::uint8_t(200))), std::optional<std::string>("200"));
    QCOMPARE(elementText(scalar(ElementType::Bool, true)), std::optional<std::string>("True"));
    QCOMPARE(elementText(scalar(ElementType::Float16, std::uint16_t(0x3555))),
             std::optional<std::string>("0.33325195"));
    QCOMPARE(elementText(scalar(ElementType::Float16, std::uint16_t(0xfc00))), std::optional<std::string>("-inf"));
    QCOMPARE(elementText(scalar(ElementType::Float16, std::uint16_t(1))), std::optional<std::string>("5.9604645e-08"));
    QCOMPARE(elementText(scalar(ElementType::BFloat16, std::uint16_t(0x3fc0))), std::optional<std::string>("1.5"));
    // Bytes that do not fit the type are not read.
    QVERIFY(!elementText(scalar(ElementType::Int64, std::int8_t(1))));
    Tensor missing;
    missing.element = ElementType::Float32;
    missing.data = MissingData{"gone"};
    QVERIFY(!elementText(missing));

    Model model;
    Attribute attribute;
    attribute.value = model.addTensor(scalar(ElementType::Int32, std::int32_t(5)));
    QCOMPARE(toString(model, attribute), std::string("5"));
    attribute.value = model.addTensor(missing);
    QCOMPARE(toString(model, attribute), std::string("float32 scalar"));
}

void TextTest::names()
{
    Model model;
    model.mainGraph = model.addGraph("main");
    const ValueId output = model.addValue(model.mainGraph, "y");
    Operator op;
    op.domain = "com.microsoft";
    op.name = "Gelu";
    const NodeId node = model.addNode(model.mainGraph, model.addOperator(op), {}, std::array{output});
    QCOMPARE(qualifiedName(model, node), std::string("com.microsoft.Gelu"));
    QCOMPARE(displayName(model, node), std::string("y"));
    model.node(node).name = "gelu_0";
    QCOMPARE(displayName(model, node), std::string("gelu_0"));
    model.format = Format::TorchScript;
    QCOMPARE(qualifiedName(model, node), std::string("com.microsoft::Gelu"));

    op.domain = "ai.onnx";
    model.format = Format::Onnx;
    const NodeId standard = model.addNode(model.mainGraph, model.addOperator(op), {}, {});
    QCOMPARE(qualifiedName(model, standard), std::string("Gelu"));
    QCOMPARE(displayName(model, standard), std::string("Gelu"));
}

void TextTest::counts()
{
    QCOMPARE(siCount(0), std::string("0"));
    QCOMPARE(siCount(999), std::string("999"));
    QCOMPARE(siCount(25'557'032), std::string("25.6\u202fM"));
    QCOMPARE(siCount(999'999), std::string("1\u202fM"));
    QCOMPARE(siCount(1'000), std::string("1\u202fk"));
    QCOMPARE(byteCount(512), std::string("512\u202fB"));
    QCOMPARE(byteCount(102'057'648), std::string("97.3\u202fMiB"));
    QCOMPARE(byteCount(std::uint64_t(4) << 30), std::string("4\u202fGiB"));
    QVERIFY(!siCount(std::numeric_limits<std::uint64_t>::max()).empty());
}

QTEST_APPLESS_MAIN(TextTest)
#include "texttest.moc"

#include "core/edit/typedtext.h"

#include <QTest>

using namespace tenscope;

class TypedTextTest : public QObject {
    Q_OBJECT

private slots:
    void shapes_data();
    void shapes();
    void refusesWhatIsNoShape();
    void attributes();
    void refusesWhatIsOfAnotherKind();
};

void TypedTextTest::shapes_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("expected");
    QTest::newRow("numbers") << "1, 3, 224, 224" << "1×3×224×224";
    QTest::newRow("as it is shown") << "N×3×?×224" << "N×3×?×224";
    QTest::newRow("x between numbers") << "1x3x224" << "1×3×224";
    QTest::newRow("x in a name") << "xy, 3" << "xy×3";
    QTest::newRow("brackets") << " [batch 3 ?] " << "batch×3×?";
    QTest::newRow("minus one is not known") << "-1, 3" << "?×3";
    QTest::newRow("scalar") << "scalar" << "scalar";
    QTest::newRow("one") << "0" << "0";
}

void TypedTextTest::shapes()
{
    QFETCH(QString, typed);
    QFETCH(QString, expected);
    const auto shape = parseShape(typed.toStdString());
    QVERIFY2(shape, shape ? "" : shape.error().message.c_str());
    QCOMPARE(QString::fromStdString(toString(*shape)), expected);
}

void TypedTextTest::refusesWhatIsNoShape()
{
    QVERIFY(!parseShape("3, -2"));
    QVERIFY(!parseShape("3, two words, 4"));
}

void TypedTextTest::attributes()
{
    const auto parsed = [](AttributeValue like, const char* text) {
        const auto value = parseAttribute(like, text);
        return value ? *value : AttributeValue(OpaqueText{value.error().message});
    };
    using Ints = std::vector<std::int64_t>;
    using Floats = std::vector<double>;
    using Texts = std::vector<std::string>;
    QVERIFY(parsed(std::int64_t(), " -7 ") == AttributeValue(std::int64_t(-7)));
    QVERIFY(parsed(std::int64_t(), "float16") == AttributeValue(std::int64_t(10)));  // TensorProto.FLOAT16
    QVERIFY(parsed(double(), "1e-5") == AttributeValue(1e-5));
    QVERIFY(parsed(Ints(), "3×3") == AttributeValue(Ints{3, 3}));
    QVERIFY(parsed(Ints(), "[1, -2,3]") == AttributeValue(Ints{1, -2, 3}));
    QVERIFY(parsed(Ints(), "") == AttributeValue(Ints()));
    QVERIFY(parsed(Floats(), "0.5 inf") == AttributeValue(Floats{0.5, INFINITY}));
    QVERIFY(parsed(std::string(), " as it is ") == AttributeValue(std::string(" as it is ")));
    QVERIFY(parsed(Texts(), "a, b") == AttributeValue(Texts{"a", "b"}));
    QVERIFY(parsed(Texts(), R"(["a, b", "c"])") == AttributeValue(Texts{"a, b", "c"}));
    QVERIFY(parsed(true, "False") == AttributeValue(false));
    QVERIFY(parsed(ElementType::Float32, "bfloat16") == AttributeValue(ElementType::BFloat16));
}

void TypedTextTest::refusesWhatIsOfAnotherKind()
{
    QVERIFY(!parseAttribute(std::int64_t(), "1.5"));
    QVERIFY(!parseAttribute(double(), "much"));
    QVERIFY(!parseAttribute(std::vector<std::int64_t>(), "1, x"));
    QVERIFY(!parseAttribute(std::vector<std::int64_t>(), "1,, 2"));
    QVERIFY(!parseAttribute(TensorId(0), "1"));
    QVERIFY(parseAttribute(double(), "much").error().message.find("much") != std::string::npos);
}

QTEST_GUILESS_MAIN(TypedTextTest)
#include "typedtexttest.moc"

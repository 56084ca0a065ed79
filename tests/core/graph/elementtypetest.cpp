#include "core/graph/elementtype.h"

#include <QTest>

#include <limits>
#include <set>
#include <string>

using namespace tenscope;

class ElementTypeTest : public QObject {
    Q_OBJECT
private slots:
    void namesAreUniqueAndReadBack();
    void onnxNumbersAreThoseOfOnnxProto();
    void sizes();
    void kinds();
};

void ElementTypeTest::namesAreUniqueAndReadBack()
{
    std::set<std::string> names;
    for (int i = 0; i < elementTypeCount; ++i) {
        const auto type = ElementType(i);
        QVERIFY(names.emplace(name(type)).second);
        QCOMPARE(elementTypeFromName(name(type)), std::optional(type));
    }
    QVERIFY(!elementTypeFromName("float31"));
}

// onnx.proto, TensorProto.DataType, IR version 13.
void ElementTypeTest::onnxNumbersAreThoseOfOnnxProto()
{
    const char* const numbered[] = {
        "undefined", "float32",    "uint8",       "int8",          "uint16",          "int16",       "int32",
        "int64",     "string",     "bool",        "float16",       "float64",         "uint32",      "uint64",
        "complex64", "complex128", "bfloat16",    "float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz",
        "uint4",     "int4",       "float4_e2m1", "float8_e8m0",   "uint2",           "int2"};
    int number = 0;
    for (const char* const expected : numbered) {
        const ElementType type = elementTypeFromOnnx(number);
        QCOMPARE(QString::fromStdString(std::string(name(type))), QString(expected));
        QCOMPARE(onnxDataType(type), number);
        ++number;
    }
    for (const int unknown : {-1, 27, 1000, std::numeric_limits<int>::max()})
        QCOMPARE(elementTypeFromOnnx(unknown), ElementType::Undefined);
    for (const ElementType type :
         {ElementType::Complex32, ElementType::QInt8, ElementType::QUInt8, ElementType::QInt32})
        QCOMPARE(onnxDataType(type), 0);
}

void ElementTypeTest::sizes()
{
    QCOMPARE(byteSize(ElementType::Float32, 10), std::optional<std::uint64_t>(40));
    QCOMPARE(byteSize(ElementType::Int4, 3), std::optional<std::uint64_t>(2));
    QCOMPARE(byteSize(ElementType::UInt2, 5), std::optional<std::uint64_t>(2));
    QCOMPARE(byteSize(ElementType::Bool, 0), std::optional<std::uint64_t>(0));
    QCOMPARE(byteSize(ElementType::Complex128, 2), std::optional<std::uint64_t>(32));
    QVERIFY(!byteSize(ElementType::String, 1));
    QVERIFY(!byteSize(ElementType::Undefined, 1));
    QVERIFY(!byteSize(ElementType::Float64, std::numeric_limits<std::uint64_t>::max() / 8));
}

void ElementTypeTest::kinds()
{
    QVERIFY(isFloatingPoint(ElementType::Float4E2M1) && isFloatingPoint(ElementType::BFloat16));
    QVERIFY(!isFloatingPoint(ElementType::Int8) && !isFloatingPoint(ElementType::Undefined) &&
            !isFloatingPoint(ElementType::Complex64));
    QVERIFY(isComplex(ElementType::Complex32) && isComplex(ElementType::Complex128) &&
            !isComplex(ElementType::Float64));
    QVERIFY(isQuantized(ElementType::QUInt8) && isQuantized(ElementType::QInt32) && !isQuantized(ElementType::UInt8));
}

QTEST_APPLESS_MAIN(ElementTypeTest)
#include "elementtypetest.moc"

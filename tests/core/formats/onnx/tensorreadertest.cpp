#include "core/formats/onnx/tensorreader.h"

#include <QTemporaryDir>
#include <QTest>

#include <onnx/onnx_pb.h>

#include <cstring>
#include <fstream>
#include <limits>

using namespace tenscope;
using Proto = onnx::TensorProto;

Q_DECLARE_METATYPE(onnx::TensorProto)

// Every element type, in raw_data and in the typed field that onnx.proto gives to it, against bytes written down by hand.
class TensorReaderTest : public QObject {
    Q_OBJECT
private slots:
    void everyElementType_data();
    void everyElementType();
    void strings();
    void noElements();
    void scalars();
    void packedFloatsInPieces();
    void emptyRawDataBesideTypedData();
    void contradictions_data();
    void contradictions();

private:
    Tensor readTensorBytes(const std::string& bytes);

    QTemporaryDir m_folder;
    Progress m_progress;
};

namespace {

QByteArray dataOf(const Tensor& tensor)
{
    const auto bytes = tensor.bytes();
    return bytes ? QByteArray(reinterpret_cast<const char*>(bytes->data()), int(bytes->size())) : QByteArray("(none)");
}

template <class Number>
QByteArray littleEndian(std::initializer_list<Number> numbers)
{
    QByteArray bytes;
    for (const Number number : numbers)
        bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
    return bytes;
}

}  // namespace

Tensor TensorReaderTest::readTensorBytes(const std::string& bytes)
{
    const std::string path = m_folder.filePath("tensor.pb").toStdString();
    QFile::remove(QString::fromStdString(path));
    std::ofstream(path, std::ios::binary) << bytes;
    OnnxReadContext context(*MappedFile::open(path), m_progress);
    Result<Tensor> tensor = readTensor(context, {0, bytes.size()});
    if (!tensor)
        qFatal("%s", tensor.error().message.c_str());
    return std::move(*tensor);
}

void TensorReaderTest::everyElementType_data()
{
    QTest::addColumn<Proto>("typed");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char* name, int number, int elements, QByteArray expected, auto fill) {
        Proto proto;
        proto.set_name(name);
        proto.set_data_type(number);
        proto.add_dims(elements);
        fill(proto);
        QTest::newRow(name) << proto << expected;
    };
    const auto floats = [](Proto& p) {
        for (const float f : {1.5f, -2.0f})
            p.add_float_data(f);
    };
    const auto doubles = [](Proto& p) {
        for (const double f : {1.5, -2.0})
            p.add_double_data(f);
    };
    const auto int32s = [](std::initializer_list<int> numbers) {
        return [numbers = std::vector<int>(numbers)](Proto& p) {
            for (const int i : numbers)
                p.add_int32_data(i);
        };
    };
    row("float32", 1, 2, littleEndian({1.5f, -2.0f}), floats);
    row("uint8", 2, 2, QByteArray("\xff\x01"), int32s({255, 1}));
    row("int8", 3, 2, QByteArray("\xff\x7f"), int32s({-1, 127}));
    row("uint16", 4, 2, littleEndian<std::uint16_t>({65535, 2}), int32s({65535, 2}));
    row("int16", 5, 2, littleEndian<std::int16_t>({-3, 300}), int32s({-3, 300}));
    row("int32", 6, 2, littleEndian<std::int32_t>({-70000, 7}), int32s({-70000, 7}));
    row("int64", 7, 1, littleEndian<std::int64_t>({std::numeric_limits<std::int64_t>::min()}),
        [](Proto& p) { p.add_int64_data(std::numeric_limits<std::int64_t>::min()); });
    row("bool", 9, 3, QByteArray("\1\0\1", 3), int32s({1, 0, 1}));
    row("float16", 10, 2, littleEndian<std::uint16_t>({0x3e00, 0xc000}), int32s({0x3e00, 0xc000}));
    row("float64", 11, 2, littleEndian({1.5, -2.0}), doubles);
    row("uint32", 12, 1, littleEndian<std::uint32_t>({4'000'000'000u}),
        [](Proto& p) { p.add_uint64_data(4'000'000'000u); });
    row("uint64", 13, 1, littleEndian<std::uint64_t>({std::numeric_limits<std::uint64_t>::max()}),
        [](Proto& p) { p.add_uint64_data(std::numeric_limits<std::uint64_t>::max()); });
    row("complex64", 14, 1, littleEndian({1.5f, -2.0f}), floats);
    row("complex128", 15, 1, littleEndian({1.5, -2.0}), doubles);
    row("bfloat16", 16, 2, littleEndian<std::uint16_t>({0x3fc0, 0xc000}), int32s({0x3fc0, 0xc000}));
    row("float8_e4m3fn", 17, 2, QByteArray("\x3c\xc0"), int32s({0x3c, 0xc0}));
    row("float8_e4m3fnuz", 18, 2, QByteArray("\x3c\x80"), int32s({0x3c, 0x80}));
    row("float8_e5m2", 19, 2, QByteArray("\x3e\xc0"), int32s({0x3e, 0xc0}));
    row("float8_e5m2fnuz", 20, 2, QByteArray("\x3e\x80"), int32s({0x3e, 0x80}));
    // Two elements a byte, the first one in the low bits; a byte an entry.
    row("uint4", 21, 3, QByteArray("\x21\x03"), int32s({0x21, 0x03}));
    row("int4", 22, 3, QByteArray("\xf1\x08"), int32s({0xf1, 0x08}));
    row("float4_e2m1", 23, 4, QByteArray("\x21\x43"), int32s({0x21, 0x43}));
    row("float8_e8m0", 24, 2, QByteArray("\x7f\x80"), int32s({0x7f, 0x80}));
    row("uint2", 25, 5, QByteArray("\xe4\x02"), int32s({0xe4, 0x02}));
    row("int2", 26, 4, QByteArray("\x1b"), int32s({0x1b}));
}

void TensorReaderTest::everyElementType()
{
    QFETCH(Proto, typed);
    QFETCH(QByteArray, expected);
    const auto verify = [&](const Proto& proto) {
        const Tensor tensor = readTensorBytes(proto.SerializeAsString());
        QCOMPARE(QString::fromStdString(std::string(name(tensor.element))), QString(QTest::currentDataTag()));
        QCOMPARE(tensor.shape, (std::vector<std::int64_t>{typed.dims(0)}));
        QCOMPARE(dataOf(tensor), expected);
    };
    verify(typed);
    Proto raw;
    raw.set_data_type(typed.data_type());
    raw.add_dims(typed.dims(0));
    raw.set_raw_data(expected.toStdString());
    verify(raw);
}

void TensorReaderTest::strings()
{
    Proto proto;
    proto.set_data_type(Proto::STRING);
    proto.add_dims(2);
    proto.add_string_data("a");
    proto.add_string_data(std::string("\0\xff", 2));
    const Tensor tensor = readTensorBytes(proto.SerializeAsString());
    QCOMPARE(*std::get<OwnedStrings>(tensor.data).strings, (std::vector<std::string>{"a", std::string("\0\xff", 2)}));
    proto.add_dims(3);
    QVERIFY(std::holds_alternative<MissingData>(readTensorBytes(proto.SerializeAsString()).data));
}

void TensorReaderTest::noElements()
{
    Proto proto;
    proto.set_data_type(Proto::INT64);
    proto.add_dims(std::numeric_limits<std::int64_t>::max());
    proto.add_dims(0);
    const Tensor tensor = readTensorBytes(proto.SerializeAsString());
    QCOMPARE(tensor.elements(), std::optional<std::uint64_t>(0));
    QCOMPARE(dataOf(tensor), QByteArray());
    proto.set_data_type(Proto::STRING);
    QVERIFY(std::get<OwnedStrings>(readTensorBytes(proto.SerializeAsString()).data).strings->empty());
}

void TensorReaderTest::scalars()
{
    Proto proto;
    proto.set_data_type(Proto::FLOAT);
    proto.add_float_data(3);
    const Tensor tensor = readTensorBytes(proto.SerializeAsString());
    QVERIFY(tensor.shape.empty());
    QCOMPARE(dataOf(tensor), littleEndian({3.0f}));
}

// Protobuf allows a packed field in several pieces, and single entries between them.
void TensorReaderTest::packedFloatsInPieces()
{
    Proto first, second;
    first.set_data_type(Proto::FLOAT);
    first.add_dims(4);
    first.add_float_data(1);
    first.add_float_data(2);
    second.add_float_data(3);
    const float last = 4;
    const std::string single = '\x25' + std::string(reinterpret_cast<const char*>(&last), 4);
    const Tensor tensor = readTensorBytes(first.SerializeAsString() + second.SerializeAsString() + single);
    QCOMPARE(dataOf(tensor), littleEndian({1.0f, 2.0f, 3.0f, 4.0f}));

    Proto doubles;
    doubles.set_data_type(Proto::DOUBLE);
    doubles.add_dims(2);
    doubles.add_double_data(1);
    Proto more;
    more.add_double_data(2);
    QCOMPARE(dataOf(readTensorBytes(doubles.SerializeAsString() + more.SerializeAsString())), littleEndian({1.0, 2.0}));
}

void TensorReaderTest::emptyRawDataBesideTypedData()
{
    Proto proto;
    proto.set_data_type(Proto::FLOAT);
    proto.add_dims(1);
    proto.add_float_data(5);
    proto.set_raw_data("");
    QCOMPARE(dataOf(readTensorBytes(proto.SerializeAsString())), littleEndian({5.0f}));
    Proto integers;
    integers.set_data_type(Proto::INT32);
    integers.add_dims(1);
    integers.add_int32_data(5);
    integers.set_raw_data("");
    QCOMPARE(dataOf(readTensorBytes(integers.SerializeAsString())), littleEndian<std::int32_t>({5}));
}

void TensorReaderTest::contradictions_data()
{
    QTest::addColumn<Proto>("proto");
    QTest::addColumn<QString>("why");
    Proto proto;
    proto.set_data_type(Proto::FLOAT);
    proto.add_dims(3);
    proto.set_raw_data("12345678");
    QTest::newRow("too few") << proto << "needs 12 bytes, but 8 bytes are stored";
    proto.set_dims(0, 1);
    QTest::newRow("too many") << proto << "needs 4 bytes, but 8 bytes are stored";
    proto.set_dims(0, -1);
    QTest::newRow("negative") << proto << "negative size, -1";
    proto.set_dims(0, std::numeric_limits<std::int64_t>::max());
    QTest::newRow("huge") << proto << "more elements than any memory";
    proto.set_dims(0, 2);
    proto.set_data_type(99);
    QTest::newRow("unknown type") << proto << "number 99";
    proto.set_data_type(0);
    QTest::newRow("no type") << proto << "number 0";
}

void TensorReaderTest::contradictions()
{
    QFETCH(Proto, proto);
    QFETCH(QString, why);
    const Tensor tensor = readTensorBytes(proto.SerializeAsString());
    const auto* missing = std::get_if<MissingData>(&tensor.data);
    QVERIFY(missing);
    QVERIFY2(QString::fromStdString(missing->why).contains(why), missing->why.c_str());
    for (const std::int64_t size : tensor.shape)
        QVERIFY(size >= 0);
}

QTEST_APPLESS_MAIN(TensorReaderTest)
#include "tensorreadertest.moc"

#include "core/formats/onnx/wirereader.h"

#include <QTest>

#include <limits>

using namespace tenscope;

class WireReaderTest : public QObject {
    Q_OBJECT
private slots:
    void everyWireType();
    void groupsAreOneField();
    void faults_data();
    void faults();
    void aPartOfTheBytes();
};

namespace {

std::span<const std::byte> bytesOf(const QByteArray& bytes)
{
    return std::as_bytes(std::span(bytes.constData(), std::size_t(bytes.size())));
}

}  // namespace

void WireReaderTest::everyWireType()
{
    const QByteArray bytes = QByteArray::fromHex(
        "08ac02"                  // 1: varint 300
        "10ffffffffffffffffff01"  // 2: varint -1
        "1a03616263"              // 3: "abc"
        "210000000000000840"      // 4: double
        "2d00004040"              // 5: float
        "fa0100");                // 31: ""
    WireReader reader(bytesOf(bytes), {0, std::uint64_t(bytes.size())});
    WireField field;
    QVERIFY(reader.next(field) && field.number == 1 && field.type == WireType::Varint && field.value == 300);
    QVERIFY(reader.next(field) && field.number == 2 && field.value == std::numeric_limits<std::uint64_t>::max());
    QVERIFY(reader.next(field) && field.number == 3 && field.type == WireType::Bytes);
    QCOMPARE(field.begin, std::uint64_t(14));
    QCOMPARE(field.payload, (ByteRange{16, 3}));
    QVERIFY(reader.next(field) && field.number == 4 && field.type == WireType::Fixed64 && field.payload.length == 8);
    QVERIFY(reader.next(field) && field.number == 5 && field.type == WireType::Fixed32 && field.payload.length == 4);
    QVERIFY(reader.next(field) && field.number == 31 && field.payload.length == 0);
    QVERIFY(!reader.next(field));
    QVERIFY(!reader.isBroken());
}

void WireReaderTest::groupsAreOneField()
{
    // Group 1 with a number and group 2 inside, and then field 3.
    const QByteArray bytes = QByteArray::fromHex(
        "0b"
        "1005"
        "131a01ff14"
        "0c"
        "1801");
    WireReader reader(bytesOf(bytes), {0, std::uint64_t(bytes.size())});
    WireField field;
    QVERIFY(reader.next(field) && field.number == 1 && field.type == WireType::GroupBegin);
    QCOMPARE(field.end(), std::uint64_t(9));
    QVERIFY(reader.next(field) && field.number == 3);
    QVERIFY(!reader.next(field) && !reader.isBroken());
}

void WireReaderTest::faults_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<quint64>("offset");
    QTest::addColumn<bool>("endsEarly");
    const auto row = [](const char* name, const char* hex, quint64 offset, bool endsEarly) {
        QTest::newRow(name) << QByteArray::fromHex(hex) << offset << endsEarly;
    };
    row("field 0",
        "0801"
        "0001",
        2, false);
    row("wire type 6",
        "0801"
        "0e",
        2, false);
    row("wire type 7", "0f", 0, false);
    row("field number over 2^29", "ffffffffff0f", 0, false);
    row("varint of eleven bytes", "08ffffffffffffffffffffff01", 1, false);
    row("tag ends",
        "0801"
        "80",
        2, true);
    row("varint ends",
        "0801"
        "0880",
        3, true);
    row("length over the end",
        "0801"
        "1a0561",
        2, true);
    row("length of 2^64 - 1", "1affffffffffffffffff01", 0, true);
    row("fixed64 ends", "2100000000", 0, true);
    row("fixed32 ends", "2d000000", 0, true);
    row("end of no group", "0c", 0, false);
    row("group ends",
        "0b"
        "1005",
        1, true);
    row("another group's end",
        "0b"
        "14",
        1, false);
    row("length over the end in a group",
        "0b"
        "1a7f"
        "0c",
        1, true);
}

void WireReaderTest::faults()
{
    QFETCH(QByteArray, bytes);
    QFETCH(quint64, offset);
    QFETCH(bool, endsEarly);
    WireReader reader(bytesOf(bytes), {0, std::uint64_t(bytes.size())});
    WireField field;
    while (reader.next(field))
        QVERIFY(field.end() <= std::uint64_t(bytes.size()));
    QVERIFY(reader.isBroken());
    QVERIFY(!reader.fault().empty());
    QCOMPARE(reader.faultOffset(), offset);
    QCOMPARE(reader.endsEarly(), endsEarly);
    QVERIFY(!reader.next(field));
}

// A message ends where its length says, whatever comes behind it.
void WireReaderTest::aPartOfTheBytes()
{
    const QByteArray bytes = QByteArray::fromHex(
        "ffff"
        "1a0161"
        "ffff");
    WireReader reader(bytesOf(bytes), {2, 3});
    WireField field;
    QVERIFY(reader.next(field));
    QCOMPARE(field.payload, (ByteRange{4, 1}));
    QVERIFY(!reader.next(field) && !reader.isBroken());
    WireReader cut(bytesOf(bytes), {2, 2});
    QVERIFY(!cut.next(field) && cut.isBroken());
}

QTEST_APPLESS_MAIN(WireReaderTest)
#include "wirereadertest.moc"

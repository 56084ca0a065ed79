#include "core/graph/tensor.h"

#include <QTemporaryFile>
#include <QTest>

#include <limits>

using namespace tenscope;

class TensorTest : public QObject {
    Q_OBJECT
private slots:
    void elements();
    void bytesOfAFile();
    void bytesOutsideTheFileAreRefused();
    void whatHoldsNoNumbersSaysSo();
    void sparseTensorsHaveTheirOwnType();
};

void TensorTest::elements()
{
    Tensor tensor;
    QCOMPARE(tensor.elements(), std::optional<std::uint64_t>(1));
    tensor.shape = {2, 3, 4};
    QCOMPARE(tensor.elements(), std::optional<std::uint64_t>(24));
    const std::int64_t huge = std::numeric_limits<std::int64_t>::max();
    tensor.shape = {huge};
    QCOMPARE(tensor.elements(), std::optional<std::uint64_t>(huge));
    tensor.shape = {huge, 2};
    QVERIFY(!tensor.elements());
    // However large the others are: a size of zero means that there is nothing.
    tensor.shape = {huge, huge, 0};
    QCOMPARE(tensor.elements(), std::optional<std::uint64_t>(0));
    tensor.shape = {std::int64_t(1) << 32, std::int64_t(1) << 32, std::int64_t(1) << 32};
    QVERIFY(!tensor.elements());
    tensor.shape = {-1};
    QVERIFY(!tensor.elements());
}

void TensorTest::bytesOfAFile()
{
    QTemporaryFile file;
    QVERIFY(file.open());
    file.write("0123456789");
    file.close();
    const auto mapped = MappedFile::open(file.fileName().toStdString());
    QVERIFY(mapped.has_value());
    Tensor tensor;
    tensor.data = FileSlice{*mapped, 3, 4};
    const auto bytes = tensor.bytes();
    QVERIFY(bytes.has_value());
    QCOMPARE(QByteArray(reinterpret_cast<const char*>(bytes->data()), int(bytes->size())), QByteArray("3456"));
    QCOMPARE(tensor.storedBytes(), std::uint64_t(4));
}

void TensorTest::bytesOutsideTheFileAreRefused()
{
    QTemporaryFile file;
    QVERIFY(file.open());
    file.write("0123456789");
    file.close();
    const auto mapped = MappedFile::open(file.fileName().toStdString());
    QVERIFY(mapped.has_value());
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    for (const auto& [offset, length] :
         std::vector<std::pair<std::uint64_t, std::uint64_t>>{{7, 4}, {11, 0}, {most, 2}, {2, most}}) {
        Tensor tensor;
        tensor.name = "W";
        tensor.data = FileSlice{*mapped, offset, length};
        const auto bytes = tensor.bytes();
        QVERIFY(!bytes.has_value());
        QVERIFY(bytes.error().message.find("W") != std::string::npos);
    }
}

void TensorTest::whatHoldsNoNumbersSaysSo()
{
    Tensor tensor;
    tensor.data = MissingData{"the file w.bin is missing"};
    QVERIFY(tensor.bytes().error().message.find("w.bin") != std::string::npos);
    QCOMPARE(tensor.storedBytes(), std::uint64_t(0));
    tensor.data = OwnedStrings{std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"ab", "c"})};
    QVERIFY(!tensor.bytes().has_value());
    QCOMPARE(tensor.storedBytes(), std::uint64_t(3));
}

void TensorTest::sparseTensorsHaveTheirOwnType()
{
    Tensor tensor;
    tensor.element = ElementType::Int8;
    tensor.shape = {2};
    QVERIFY(tensor.type() == Type::tensor(ElementType::Int8, std::vector<std::int64_t>{2}));
    tensor.data = SparseData{TensorId(0), TensorId(1)};
    QCOMPARE(tensor.type().kind, Type::Kind::SparseTensor);
}

QTEST_APPLESS_MAIN(TensorTest)
#include "tensortest.moc"

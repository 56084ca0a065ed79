#include "core/formats/safetensors/safetensorswriter.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>
#include <QtEndian>

#include "tests/support/graphmaker.h"

using namespace tenscope;

// The file is read here by the words of the format's description.
class SafetensorsWriterTest : public QObject {
    Q_OBJECT

private slots:
    void writesAllTensors();
    void leavesOutWhatTheFormatCannotHold();
    void keepsTheOldFileWhereItFails();
};

namespace {

Result<SafetensorsReport> write(const Model& model, const QString& path)
{
    Progress progress;
    return writeSafetensors(model, path.toStdString(), progress);
}

struct Read {
    QJsonObject header;
    QByteArray data;
};

Read readBack(const QString& path)
{
    QFile file(path);
    if (!file.open(QFile::ReadOnly))
        return {};
    const QByteArray all = file.readAll();
    const quint64 length = qFromLittleEndian<quint64>(all.constData());
    return {QJsonDocument::fromJson(all.mid(8, qsizetype(length))).object(), all.mid(8 + qsizetype(length))};
}

QByteArray dataOf(const Read& read, const QString& name)
{
    const QJsonArray range = read.header[name]["data_offsets"].toArray();
    return read.data.mid(range[0].toInt(), range[1].toInt() - range[0].toInt());
}

}  // namespace

void SafetensorsWriterTest::writesAllTensors()
{
    GraphMaker maker;
    maker.integers("count", {1, -2, 3});
    const ValueId turned = maker.integers("turned", {1, 2, 3, 4, 5, 6});
    Tensor& tensor = maker.model.tensor(maker.model.value(turned).tensor);
    tensor.shape = {3, 2};
    tensor.strides = {1, 3};
    const GraphId body = maker.model.addGraph("body");
    maker.graph = body;
    maker.integers("count", {7});

    QTemporaryDir folder;
    const auto written = write(maker.model, folder.filePath("w.safetensors"));
    QVERIFY2(written, written ? "" : written.error().message.c_str());
    QCOMPARE(written->tensors, std::size_t(3));
    QVERIFY(written->leftOut.empty());
    QCOMPARE(qint64(written->bytes), QFile(folder.filePath("w.safetensors")).size());

    const Read read = readBack(folder.filePath("w.safetensors"));
    QCOMPARE(read.header.keys(), QStringList({"count", "count#2", "turned"}));
    QCOMPARE(read.header["turned"]["dtype"].toString(), QString("I64"));
    QCOMPARE(read.header["turned"]["shape"].toArray(), QJsonArray({3, 2}));
    QCOMPARE(read.data.size(), qsizetype(10 * 8));
    const auto number = [&](const QString& name, int index) { return qFromLittleEndian<qint64>(dataOf(read, name).constData() + 8 * index); };
    QCOMPARE(number("count", 1), -2);
    QCOMPARE(number("count#2", 0), 7);
    const QList<qint64> rows{1, 4, 2, 5, 3, 6};
    for (int i = 0; i < rows.size(); ++i)
        QCOMPARE(number("turned", i), rows[i]);
}

void SafetensorsWriterTest::leavesOutWhatTheFormatCannotHold()
{
    GraphMaker maker;
    maker.weight("missing", {2, 2});
    const ValueId packed = maker.integers("packed", {1});
    maker.model.tensor(maker.model.value(packed).tensor).element = ElementType::UInt4;
    const ValueId small = maker.integers("short", {1});
    maker.model.tensor(maker.model.value(small).tensor).shape = {9};
    QTemporaryDir folder;
    const auto written = write(maker.model, folder.filePath("w.safetensors"));
    QVERIFY(written);
    QCOMPARE(written->tensors, std::size_t(0));
    QCOMPARE(written->leftOut.size(), std::size_t(3));
    QVERIFY(readBack(folder.filePath("w.safetensors")).header.isEmpty());
}

void SafetensorsWriterTest::keepsTheOldFileWhereItFails()
{
    GraphMaker maker;
    const ValueId outside = maker.integers("outside", {1, 2});
    Tensor& tensor = maker.model.tensor(maker.model.value(outside).tensor);
    tensor.strides = {100};
    QTemporaryDir folder;
    QFile old(folder.filePath("w.safetensors"));
    QVERIFY(old.open(QFile::WriteOnly));
    old.write("old");
    old.close();
    const auto written = write(maker.model, old.fileName());
    QVERIFY(!written);
    QCOMPARE(written.error().kind, ErrorKind::Write);
    QCOMPARE(old.size(), 3);
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 1);
}

QTEST_GUILESS_MAIN(SafetensorsWriterTest)
#include "safetensorswritertest.moc"

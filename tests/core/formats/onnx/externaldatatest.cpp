#include "core/formats/onnx/externaldata.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace tenscope;

class ExternalDataTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void findsBytes();
    void oneFileIsMappedOnce();
    void refusesWhatLeavesTheFolder_data();
    void refusesWhatLeavesTheFolder();
    void refusesWrongPlaces_data();
    void refusesWrongPlaces();
    void modelWithoutAFolder();

private:
    QTemporaryDir m_root;
    std::string m_model;
};

// outside.bin, and beside it a folder with the model, weights.bin, sub/more.bin, a link to each, and a folder of data.
void ExternalDataTest::initTestCase()
{
    const auto write = [this](const char* path) {
        QFile file(m_root.filePath(path));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("0123456789");
    };
    QDir(m_root.path()).mkpath("model/sub");
    QDir(m_root.path()).mkpath("elsewhere");
    write("outside.bin");
    write("elsewhere/hidden.bin");
    write("model/weights.bin");
    write("model/sub/more.bin");
    QVERIFY(QFile::link(m_root.filePath("outside.bin"), m_root.filePath("model/link.bin")));
    QVERIFY(QFile::link(m_root.filePath("model/weights.bin"), m_root.filePath("model/inner.bin")));
    QVERIFY(QFile::link(m_root.filePath("elsewhere"), m_root.filePath("model/linked")));
    m_model = m_root.filePath("model/model.onnx").toStdString();
}

void ExternalDataTest::findsBytes()
{
    ExternalData data(m_model);
    const auto slice = data.find("weights.bin", "2", "4", 4);
    QVERIFY(slice.has_value());
    QCOMPARE(slice->offset, std::uint64_t(2));
    QCOMPARE(slice->length, std::uint64_t(4));
    // Neither is needed.
    QVERIFY(data.find("weights.bin", "", "", 10).has_value());
    QVERIFY(data.find("sub/more.bin", "10", "0", 0).has_value());
    QVERIFY(data.find("./sub/more.bin", "0", "", 1).has_value());
}

void ExternalDataTest::oneFileIsMappedOnce()
{
    ExternalData data(m_model);
    const auto first = data.find("weights.bin", "0", "4", 4);
    const auto second = data.find("weights.bin", "4", "4", 4);
    QVERIFY(first && second && first->file == second->file);
    QCOMPARE(data.files().size(), std::size_t(1));
}

void ExternalDataTest::refusesWhatLeavesTheFolder_data()
{
    QTest::addColumn<QByteArray>("location");
    QTest::addColumn<QString>("why");
    QTest::newRow("parent") << QByteArray("../outside.bin") << "leaves the model's folder";
    QTest::newRow("there and back") << QByteArray("../model/weights.bin") << "leaves the model's folder";
    QTest::newRow("inner parent") << QByteArray("sub/../weights.bin") << "leaves the model's folder";
    QTest::newRow("absolute") << m_root.filePath("model/weights.bin").toUtf8() << "absolute";
    QTest::newRow("link") << QByteArray("link.bin") << "symbolic link";
    QTest::newRow("link inside") << QByteArray("inner.bin") << "symbolic link";
    QTest::newRow("linked folder") << QByteArray("linked/hidden.bin") << "symbolic link";
    QTest::newRow("missing") << QByteArray("nowhere.bin") << "missing";
    QTest::newRow("folder") << QByteArray("sub") << "not a regular file";
    QTest::newRow("the folder itself") << QByteArray(".") << "not a regular file";
    QTest::newRow("below a file") << QByteArray("weights.bin/x") << "missing";
    QTest::newRow("zero byte") << QByteArray("weights.bin\0.txt", 16) << "no file can have";
    QTest::newRow("nothing") << QByteArray() << "does not say";
    QTest::newRow("endless") << QByteArray(100'000, 'x') << "x";
}

void ExternalDataTest::refusesWhatLeavesTheFolder()
{
    QFETCH(QByteArray, location);
    QFETCH(QString, why);
    ExternalData data(m_model);
    const auto slice = data.find(location.toStdString(), "0", "4", 4);
    QVERIFY(!slice.has_value());
    QVERIFY2(QString::fromStdString(slice.error()).contains(why), slice.error().c_str());
    QVERIFY(slice.error().size() < 1000);
    QVERIFY(data.files().empty());
}

void ExternalDataTest::refusesWrongPlaces_data()
{
    QTest::addColumn<QByteArray>("offset");
    QTest::addColumn<QByteArray>("length");
    for (const auto& [offset, length] : std::vector<std::pair<const char*, const char*>>{{"7", "4"},
                                                                                         {"-1", "4"},
                                                                                         {"0x1", "4"},
                                                                                         {"18446744073709551615", "4"},
                                                                                         {"99999999999999999999", "4"},
                                                                                         {"0", "5"},
                                                                                         {"0", "3"},
                                                                                         {"0", "-4"},
                                                                                         {"0", "four"},
                                                                                         {" 0", "4"},
                                                                                         {"0", "4 "}})
        QTest::addRow("%s, %s", offset, length) << QByteArray(offset) << QByteArray(length);
}

void ExternalDataTest::refusesWrongPlaces()
{
    QFETCH(QByteArray, offset);
    QFETCH(QByteArray, length);
    ExternalData data(m_model);
    const auto slice = data.find("weights.bin", offset.toStdString(), length.toStdString(), 4);
    QVERIFY(!slice.has_value());
    QVERIFY2(slice.error().find("weights.bin") != std::string::npos, slice.error().c_str());
}

void ExternalDataTest::modelWithoutAFolder()
{
    const QString before = QDir::currentPath();
    QDir::setCurrent(m_root.filePath("model"));
    ExternalData data("model.onnx");
    const bool found = data.find("weights.bin", "0", "4", 4).has_value();
    QDir::setCurrent(before);
    QVERIFY(found);
}

QTEST_APPLESS_MAIN(ExternalDataTest)
#include "externaldatatest.moc"

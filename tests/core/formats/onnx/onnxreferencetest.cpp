// Reads every model of Debian's libonnx-testdata and of the folder of reference models beside the project, and holds all
// that was found against the onnx Python package (onnxcompare.py).

#include <QDirIterator>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

class OnnxReferenceTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void sameAsThePackage_data();
    void sameAsThePackage();

private:
    QTemporaryDir m_folder;
};

namespace {

constexpr auto python = "/usr/bin/python3";

}  // namespace

void OnnxReferenceTest::initTestCase()
{
    QProcess process;
    process.start(python, {"-c", "import onnx, numpy"});
    if (!process.waitForFinished() || process.exitCode() != 0)
        QSKIP("needs python3-onnx");
}

void OnnxReferenceTest::sameAsThePackage_data()
{
    QTest::addColumn<QString>("folder");
    QTest::addColumn<int>("atLeast");
    QTest::newRow("libonnx-testdata") << "/usr/share/libonnx-testdata/data" << 1000;
    QTest::newRow("samples") << TENSCOPE_SOURCE_DIR "/resources/samples" << 1;
    QTest::newRow("reference models") << TENSCOPE_SOURCE_DIR "/../shared/models" << 3;
}

void OnnxReferenceTest::sameAsThePackage()
{
    QFETCH(QString, folder);
    QFETCH(int, atLeast);
    QStringList files;
    for (QDirIterator entries(folder, {"*.onnx"}, QDir::Files, QDirIterator::Subdirectories); entries.hasNext();)
        files.append(entries.next());
    if (files.isEmpty())
        QSKIP("the folder is not here");
    QVERIFY2(files.size() >= atLeast, qPrintable(QString::number(files.size())));

    const QString list = m_folder.filePath("files"), dump = m_folder.filePath("dump");
    QFile file(list);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(files.join('\n').toUtf8() + '\n');
    file.close();
    QProcess reader;
    reader.setStandardInputFile(list);
    reader.setStandardOutputFile(dump);
    reader.start(ONNXDUMP, {});
    QVERIFY(reader.waitForFinished(120'000));
    QCOMPARE(reader.exitStatus(), QProcess::NormalExit);
    QCOMPARE(reader.exitCode(), 0);

    QProcess comparison;
    comparison.setStandardInputFile(dump);
    comparison.start(python, {TENSCOPE_SOURCE_DIR "/tests/core/formats/onnx/onnxcompare.py"});
    QVERIFY(comparison.waitForFinished(120'000));
    const QByteArray output = comparison.readAllStandardOutput() + comparison.readAllStandardError();
    QVERIFY2(comparison.exitCode() == 0, output.left(4000).constData());
    QVERIFY2(output.startsWith(QByteArray::number(files.size()) + " files"), output.left(4000).constData());
    qInfo("%s", output.trimmed().constData());
}

QTEST_APPLESS_MAIN(OnnxReferenceTest)
#include "onnxreferencetest.moc"

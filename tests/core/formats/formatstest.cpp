#include "core/formats/formats.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <set>

using namespace tenscope;

class FormatsTest : public QObject {
    Q_OBJECT
private slots:
    void everyFormatIsDescribed();
    void readsTheSample();
    void torchScriptNeedsTheWorker();
    void whatNobodyReads();
    void missingFile();
    void damagedFile();
};

namespace {

const std::string samples = TENSCOPE_SOURCE_DIR "/resources/samples/";

}  // namespace

void FormatsTest::everyFormatIsDescribed()
{
    std::set<Format> seen;
    for (const FormatInfo& info : formats()) {
        QVERIFY(seen.insert(info.format).second);
        QVERIFY(!info.title.empty() && !info.globs.empty());
        QCOMPARE(&formatInfo(info.format), &info);
    }
    QCOMPARE(seen.size(), std::size_t(Format::SafeTensors) + 1);
    QCOMPARE(formatInfo(Format::Onnx).reader, Reader::ThisProcess);
    QCOMPARE(formatInfo(Format::TorchScript).reader, Reader::Worker);
}

void FormatsTest::readsTheSample()
{
    Progress progress;
    const Result<Model> model = read(samples + "shapes.onnx", progress);
    QVERIFY2(model.has_value(), model ? "" : model.error().message.c_str());
    QVERIFY(model->livingNodeCount() > 0);
    QVERIFY(model->issues.empty());
}

void FormatsTest::torchScriptNeedsTheWorker()
{
    const auto file = MappedFile::open(samples + "shapes.pt");
    QVERIFY(file.has_value());
    const Result<FormatInfo> info = recognize(**file);
    QVERIFY(info.has_value());
    QCOMPARE(info->reader, Reader::Worker);
    Progress progress;
    const Result<Model> model = read(*file, progress);
    QVERIFY(!model.has_value());
    QVERIFY(model.error().message.find("worker") != std::string::npos);
}

void FormatsTest::whatNobodyReads()
{
    Progress progress;
    const Result<Model> model = read(samples + "shapes_input.npy", progress);
    QVERIFY(!model.has_value());
    QCOMPARE(model.error().kind, ErrorKind::Read);
    QVERIFY2(model.error().message.find("NumPy") != std::string::npos, model.error().message.c_str());
}

void FormatsTest::missingFile()
{
    Progress progress;
    QVERIFY(!read(samples + "nowhere.onnx", progress).has_value());
}

void FormatsTest::damagedFile()
{
    QTemporaryDir folder;
    QFile whole(QString::fromStdString(samples + "shapes.onnx"));
    QVERIFY(whole.open(QIODevice::ReadOnly));
    const QByteArray bytes = whole.readAll();
    QFile half(folder.filePath("half.onnx"));
    QVERIFY(half.open(QIODevice::WriteOnly));
    half.write(bytes.left(bytes.size() / 2));
    half.close();
    Progress progress;
    const Result<Model> model = read(half.fileName().toStdString(), progress);
    QVERIFY(!model.has_value());
    QVERIFY2(model.error().message.find("incomplete") != std::string::npos, model.error().message.c_str());
}

QTEST_APPLESS_MAIN(FormatsTest)
#include "formatstest.moc"

// Random walks whose every station is saved, read again and compared, and undone models that are saved byte for byte.

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "core/edit/apply.h"
#include "core/formats/formats.h"
#include "core/formats/onnx/onnxwriter.h"
#include "tests/support/modeltext.h"
#include "tests/support/randomedit.h"

using namespace tenscope;

class SaveWalkTest : public QObject {
    Q_OBJECT

private slots:
    void saysTheSameAfterEveryStep_data();
    void saysTheSameAfterEveryStep();
    void undoneIsUnedited_data();
    void undoneIsUnedited();

private:
    Model open(const QString& file);
    QByteArray save(const Model& model);

    // In memory where there is such a place: thousands of files are flushed here.
    QTemporaryDir m_folder{QDir("/dev/shm").exists() ? "/dev/shm/tenscope-XXXXXX" : "tenscope-XXXXXX"};
};

namespace {

const char* const testData = "/usr/share/libonnx-testdata/data";

void addModels(int wanted)
{
    QTest::addColumn<QString>("file");
    QStringList all = {TENSCOPE_SOURCE_DIR "/resources/samples/shapes.onnx"};
    for (const char* nested : {"test_loop11", "test_loop13_seq", "test_if", "test_if_opt", "test_scan9_sum", "test_sequence_map_add_2_sequences"})
        if (const QString file = QString("%1/node/%2/model.onnx").arg(testData, nested); QFile::exists(file))
            all += file;
    QStringList found;
    for (const char* kind : {"pytorch-converted", "simple"}) {
        QDirIterator files(QString("%1/%2").arg(testData, kind), {"model.onnx"}, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext())
            found += files.next();
    }
    found.sort();
    for (int i = 0; i < wanted && !found.isEmpty(); ++i)
        all += found[found.size() * i / wanted];
    for (const QString& file : all)
        QTest::addRow("%s", qPrintable(file.section('/', -2))) << file;
}

// The first line in which two texts differ.
QString difference(const std::string& a, const std::string& b)
{
    const QStringList left = QString::fromStdString(a).split('\n'), right = QString::fromStdString(b).split('\n');
    for (qsizetype i = 0; i < std::max(left.size(), right.size()); ++i)
        if (left.value(i) != right.value(i))
            return "\n  edited: " + left.value(i).left(400) + "\n   saved: " + right.value(i).left(400);
    return {};
}

}  // namespace

Model SaveWalkTest::open(const QString& file)
{
    Progress progress;
    auto opened = read(std::filesystem::path(file.toStdString()), progress);
    if (!opened)
        qFatal("%s", opened.error().message.c_str());
    return std::move(*opened);
}

QByteArray SaveWalkTest::save(const Model& model)
{
    Progress progress;
    const QString target = m_folder.filePath("saved.onnx");
    QFile::remove(target);
    const auto report = writeOnnx(model, target.toStdString(), {}, progress);
    if (!report) {
        qWarning("%s", report.error().message.c_str());
        return {};
    }
    QFile file(target);
    return file.open(QFile::ReadOnly) ? file.readAll() : QByteArray();
}

void SaveWalkTest::saysTheSameAfterEveryStep_data()
{
    addModels(12);
}

void SaveWalkTest::saysTheSameAfterEveryStep()
{
    QFETCH(QString, file);
    for (std::uint32_t seed = 1; seed <= 3; ++seed) {
        Model model = open(file);
        RandomEdits random(seed);
        for (int step = 0; step < 60; ++step) {
            const Edit edit = random.next(model);
            if (!applyEdit(model, edit))
                continue;
            QVERIFY(!save(model).isEmpty());
            const Model saved = open(m_folder.filePath("saved.onnx"));
            const QString differs = difference(modelText(model), modelText(saved));
            QVERIFY2(differs.isEmpty(), qPrintable(QString("seed %1, step %2, after %3:").arg(seed).arg(step).arg(kind(edit).data()) + differs));
        }
    }
}

void SaveWalkTest::undoneIsUnedited_data()
{
    addModels(40);
}

void SaveWalkTest::undoneIsUnedited()
{
    QFETCH(QString, file);
    Model model = open(file);
    RandomEdits random(7);
    std::vector<Edit> inverses;
    for (int step = 0; step < 200; ++step)
        if (auto inverse = applyEdit(model, random.next(model)))
            inverses.push_back(std::move(*inverse));
    for (auto inverse = inverses.rbegin(); inverse != inverses.rend(); ++inverse)
        QVERIFY(applyEdit(model, *inverse));
    QFile original(file);
    QVERIFY(original.open(QFile::ReadOnly));
    QVERIFY(save(model) == original.readAll());
}

QTEST_GUILESS_MAIN(SaveWalkTest)
#include "savewalktest.moc"

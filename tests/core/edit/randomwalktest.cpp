// Random walks: whatever is applied and refused on the way, undoing all gives the model that was opened, redoing all gives
// the edited one, and no step breaks an invariant.

#include <QDir>
#include <QDirIterator>
#include <QTest>

#include "core/edit/apply.h"
#include "core/formats/formats.h"
#include "tests/support/randomedit.h"
#include "tests/support/samemodel.h"

using namespace tenscope;

class RandomWalkTest : public QObject {
    Q_OBJECT

private slots:
    void undoesAndRedoes_data();
    void undoesAndRedoes();

private:
    void walk(Model model, std::uint32_t seed, int steps);
};

namespace {

const char* const testData = "/usr/share/libonnx-testdata/data";

void addRows(const QStringList& files, int steps)
{
    for (const QString& file : files)
        QTest::addRow("%s", qPrintable(QFileInfo(file).dir().dirName() + '/' + QFileInfo(file).fileName())) << file << steps;
}

QStringList modelsBelow(const QString& folder, int wanted)
{
    QStringList all;
    QDirIterator files(folder, {"model.onnx"}, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext())
        all += files.next();
    all.sort();
    QStringList some;
    for (int i = 0; i < wanted && !all.isEmpty(); ++i)
        some += all[all.size() * i / wanted];
    return some;
}

}  // namespace

void RandomWalkTest::undoesAndRedoes_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("steps");
    QTest::newRow("empty model") << QString() << 2000;
    addRows({QString(TENSCOPE_SOURCE_DIR "/resources/samples/shapes.onnx")}, 2000);
    addRows(modelsBelow(QString(testData) + "/pytorch-converted", 8), 1000);
    addRows(modelsBelow(QString(testData) + "/simple", 8), 1000);
    for (const char* nested : {"test_loop11", "test_loop13_seq", "test_if", "test_if_opt", "test_scan9_sum", "test_sequence_map_identity_1_sequence"})
        if (const QString file = QString(testData) + "/node/" + nested + "/model.onnx"; QFile::exists(file))
            addRows({file}, 2000);
}

void RandomWalkTest::undoesAndRedoes()
{
    QFETCH(QString, file);
    QFETCH(int, steps);
    Model model;
    if (file.isEmpty()) {
        model.mainGraph = model.addGraph("main");
    } else {
        Progress progress;
        auto opened = read(std::filesystem::path(file.toStdString()), progress);
        QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
        model = std::move(*opened);
    }
    for (std::uint32_t seed = 1; seed <= 2; ++seed)
        walk(model, seed, steps);
}

void RandomWalkTest::walk(Model model, std::uint32_t seed, int steps)
{
    const Model original = model;
    RandomEdits random(seed);
    std::vector<Edit> inverses;
    std::string why;
    std::vector<std::pair<std::size_t, Model>> checkpoints;
    for (int step = 0; step < steps; ++step) {
        const Edit edit = random.next(model);
        const Model::Mark mark = model.mark();
        const bool isWatched = step % 50 == 0;
        const Model before = isWatched ? model : Model();
        Result<Edit> inverse = applyEdit(model, edit);
        if (inverse)
            inverses.push_back(std::move(*inverse));
        else
            QVERIFY2(!inverse.error().message.empty() && model.mark() == mark, kind(edit).data());
        if (isWatched) {
            (void)model.isConsistent(&why);
            QVERIFY2(why.empty(), (std::string(kind(edit)) + ": " + why).c_str());
            if (!inverse)
                (void)sameModel(before, model, &why);
            QVERIFY2(why.empty(), (std::string(kind(edit)) + " was refused, but " + why).c_str());
            checkpoints.emplace_back(inverses.size(), model);
        }
    }
    QVERIFY(inverses.size() > std::size_t(steps / 3));
    const Model edited = model;
    QVERIFY(!sameModel(original, edited));

    std::vector<Edit> redo;
    std::vector<std::pair<std::size_t, Model>> later = checkpoints;
    for (std::size_t left = inverses.size(); left > 0; --left) {
        while (!later.empty() && later.back().first == left) {
            (void)sameModel(later.back().second, model, &why);
            QVERIFY2(why.empty(), why.c_str());
            later.pop_back();
        }
        Result<Edit> forward = applyEdit(model, inverses[left - 1]);
        QVERIFY2(forward, (std::string(kind(inverses[left - 1])) + (forward ? "" : ": " + forward.error().message)).c_str());
        redo.push_back(std::move(*forward));
    }
    (void)model.isConsistent(&why);
    QVERIFY2(why.empty(), why.c_str());
    (void)sameModel(original, model, &why);
    QVERIFY2(why.empty(), why.c_str());

    for (auto forward = redo.rbegin(); forward != redo.rend(); ++forward) {
        Result<Edit> again = applyEdit(model, *forward);
        QVERIFY2(again, (std::string(kind(*forward)) + (again ? "" : ": " + again.error().message)).c_str());
    }
    (void)model.isConsistent(&why);
    QVERIFY2(why.empty(), why.c_str());
    (void)sameModel(edited, model, &why);
    QVERIFY2(why.empty(), why.c_str());
}

QTEST_GUILESS_MAIN(RandomWalkTest)
#include "randomwalktest.moc"

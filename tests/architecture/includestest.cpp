// Reads every #include of the project and holds it against the two tables below, which say in data what ARCHITECTURE.md
// says in words: which folder may include which, and which folder a third-party library belongs to. They are the place
// to change when the house changes. A fault names the line, and what the table says about it.

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QHash>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

#include <algorithm>
#include <vector>

namespace {

// Beginnings of paths, from the root of the project.
using Paths = QStringList;

// A file belongs to the layer whose path is the longest that it begins with. What is not said here: a layer may include
// itself and core/base/; tests/<layer> may include what <layer> may, <layer> itself, and tests/support/.
struct Layer {
    QString path;
    Paths mayInclude;
    Paths never = {};  // exceptions from mayInclude
};

const Paths workerOnly = {"core/torch/", "core/onnxtools/"};  // what the window's process never holds

const std::vector<Layer> layers = {
    {"core/base/", {}},
    {"core/graph/", {}},
    {"core/edit/", {"core/graph/", "core/analysis/", "core/formats/"}},  // numbers of tensors, schemas of operators
    {"core/formats/", {"core/graph/"}},
    {"core/analysis/", {"core/graph/"}},
    // numbers in stored tensors, and what schemas say of types
    {"core/convert/", {"core/graph/", "core/analysis/", "core/formats/onnx/operatorcatalog"}},
    {"core/compare/", {"core/graph/", "core/analysis/"}},
    {"core/layout/", {"core/graph/"}},
    // what is computed there travels as statistics; one function reads a file of any format, here or there
    {"core/worker/", {"core/graph/", "core/analysis/", "core/formats/"}},
    {"core/torch/", {"core/graph/", "core/analysis/", "core/convert/", "core/worker/"}},
    {"core/onnxtools/", {"core/graph/", "core/formats/", "core/worker/"}},

    {"ui/", {"core/"}, workerOnly},
    {"app/", {"ui/", "core/"}, workerOnly},
    {"app/worker", {"core/"}},  // a folder or files that begin so

    {"tests/", {"core/"}, workerOnly},
    {"tests/architecture/", {}},
    {"tests/bench/", {"ui/", "core/"}, workerOnly},
    {"tests/core/edit/", {"core/graph/", "core/analysis/", "core/edit/", "core/formats/", "tests/support/"}},  // walks over real files
    {"tests/gui/", {"ui/", "core/", "tests/support/"}, workerOnly},
};

enum class Place {
    Sources,         // its owners' .cpp files
    PrivateHeaders,  // their headers too, as long as nobody but owners includes those, directly or by way of others
    Anywhere,        // all of their files: its types are part of our own interfaces
};

struct Library {
    QString name;
    QString headers;  // a regular expression that fits the whole of what an #include names
    Place place;
    Paths owners;
    Paths never = {};  // exceptions from owners
};

const std::vector<Library> libraries = {
    {"LibTorch",
     "(torch|ATen|c10|caffe2)/.*",
     Place::PrivateHeaders,
     {"core/torch/", "app/worker", "tests/core/torch/"}},
    {"the ONNX library",
     "onnx/.*",
     Place::PrivateHeaders,
     {"core/formats/onnx/", "core/onnxtools/", "tests/core/formats/onnx/", "tests/core/onnxtools/"}},
    {"the worker's protocol",
     ".*worker\\.pb\\.h",
     Place::PrivateHeaders,
     {"core/worker/", "core/torch/", "app/worker", "tests/core/worker/", "tests/core/torch/"}},
    {"protobuf",
     "google/protobuf/.*",
     Place::PrivateHeaders,
     {"core/formats/onnx/", "core/onnxtools/", "core/worker/", "tests/core/formats/onnx/", "tests/core/onnxtools/",
      "tests/core/worker/"}},
    {"nlohmann-json", "nlohmann/.*", Place::PrivateHeaders, {"core/edit/", "core/formats/safetensors/"}},
    {"Graphviz", "graphviz/.*|gvc\\.h|cgraph\\.h", Place::Sources, {"core/layout/", "tests/bench/"}},  // there as what ours is measured against
    {"libzip", "zip\\.h", Place::Sources, {"core/formats/", "core/analysis/"}},
    {"zlib", "zlib\\.h", Place::Sources, {"core/torch/"}},
    {"QCustomPlot", "qcustomplot\\.h", Place::Sources, {"ui/", "tests/ui/"}},
    {"tl::expected", "tl/expected\\.hpp", Place::Anywhere, {"core/base/"}},
    {"Qt", "(Qt[A-Z][A-Za-z]*/)?(Q[A-Za-z]+|q[a-z]+\\.h)", Place::Anywhere, {"ui/", "app/", "tests/"}, {"app/worker"}},
    {"the C++ library", "[a-z_]+", Place::Anywhere, {""}},
    {"Linux",
     "(sys|linux)/.*|(dirent|dlfcn|errno|fcntl|malloc|poll|pthread|sched|signal|spawn|unistd)\\.h",
     Place::Anywhere,
     {""}},
};

constexpr int longestFile = 600;

struct Include {
    QString target;
    bool quoted = false;
    int line = 0;
};

struct Source {
    QString path;
    QList<Include> includes;
    int lines = 0;
    bool once = false;

    bool isHeader() const { return path.endsWith(".h") || path.endsWith(".hpp"); }
};

Source parse(const QString& path, const QString& text)
{
    static const QRegularExpression pattern(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
    Source source;
    source.path = path;
    const QStringList lines = text.split('\n');
    source.lines = int(lines.size()) - (text.endsWith('\n') ? 1 : 0);
    for (int i = 0; i < lines.size(); ++i) {
        const auto match = pattern.match(lines[i]);
        if (match.hasMatch())
            source.includes.append({match.captured(2), match.captured(1) == "\"", i + 1});
        source.once = source.once || lines[i].trimmed() == "#pragma once";
    }
    return source;
}

QList<Source> readProject(const QDir& root)
{
    QList<Source> sources;
    for (const char* folder : {"core", "ui", "app", "tests"}) {
        QDirIterator files(root.filePath(folder), {"*.h", "*.hpp", "*.cpp", "*.cc"}, QDir::Files,
                           QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            if (file.open(QFile::ReadOnly))
                sources.append(parse(root.relativeFilePath(file.fileName()), QString::fromUtf8(file.readAll())));
        }
    }
    return sources;
}

bool beginsWithOneOf(const QString& path, const Paths& beginnings)
{
    return std::any_of(beginnings.begin(), beginnings.end(), [&](const QString& b) { return path.startsWith(b); });
}

// The layer of a file, or nullptr. Layers are few, so they are simply tried in turn.
const Layer* layerOf(const QString& path)
{
    const Layer* longest = nullptr;
    for (const Layer& layer : layers) {
        if (path.startsWith(layer.path) && (!longest || layer.path.size() > longest->path.size()))
            longest = &layer;
    }
    return longest;
}

const Library* libraryOf(const QString& target)
{
    static QHash<QString, const Library*> known;
    const auto found = known.constFind(target);
    if (found != known.constEnd())
        return *found;
    const auto fits = [&](const Library& library) {
        return QRegularExpression(QRegularExpression::anchoredPattern(library.headers)).match(target).hasMatch();
    };
    const auto library = std::find_if(libraries.begin(), libraries.end(), fits);
    return known[target] = library == libraries.end() ? nullptr : &*library;
}

bool owns(const Library& library, const QString& path)
{
    return beginsWithOneOf(path, library.owners) && !beginsWithOneOf(path, library.never);
}

bool layerAllows(const QString& path, const QString& target)
{
    const Layer* layer = layerOf(path);
    if (!layer)
        return false;
    if (target.startsWith("core/base/") || target.startsWith(layer->path))
        return true;
    if (beginsWithOneOf(target, layer->mayInclude) && !beginsWithOneOf(target, layer->never))
        return true;

    const QString twin = path.mid(QString("tests/").size());
    if (!path.startsWith("tests/") || !layerOf(twin))
        return false;
    return target.startsWith("tests/support/") || target.startsWith(layerOf(twin)->path) || layerAllows(twin, target);
}

QString placeOf(const Source& source, const Include& include)
{
    return QString("%1:%2: ").arg(source.path).arg(include.line);
}

// Whether an #include names a file of ours, and not a library's; what moc, uic or protoc write lies beside its source.
bool isOurs(const Include& include)
{
    return include.quoted && !libraryOf(include.target);
}

QStringList layerFaults(const Source& source)
{
    QStringList faults;
    for (const Include& include : source.includes) {
        if (!isOurs(include) || include.target.endsWith(".moc"))
            continue;
        if (!layerOf(include.target))
            faults += placeOf(source, include) + '"' + include.target + "\" is no path from the project's root";
        else if (!layerAllows(source.path, include.target))
            faults += placeOf(source, include) + "the layer of this file may not include " + include.target;
    }
    return faults;
}

QStringList libraryFaults(const Source& source)
{
    QStringList faults;
    for (const Include& include : source.includes) {
        if (isOurs(include))
            continue;
        const Library* library = libraryOf(include.target);
        if (!library)
            faults += placeOf(source, include) + '<' + include.target + "> belongs to no library of the table";
        else if (!owns(*library, source.path))
            faults += placeOf(source, include) + include.target + ": " + library->name + " belongs to " +
                      library->owners.join(' ');
        else if (library->place == Place::Sources && source.isHeader())
            faults += placeOf(source, include) + include.target + ": " + library->name + " stays out of headers";
    }
    return faults;
}

// Headers that bring a library along to whoever includes them: those that name it, then those that include such a one.
QSet<QString> carriersOf(const Library& library, const QList<Source>& sources)
{
    QSet<QString> carriers;
    for (qsizetype before = -1; before != carriers.size();) {
        before = carriers.size();
        for (const Source& source : sources) {
            const bool carries = std::any_of(source.includes.begin(), source.includes.end(), [&](const Include& i) {
                return libraryOf(i.target) == &library || carriers.contains(i.target);
            });
            if (source.isHeader() && carries)
                carriers.insert(source.path);
        }
    }
    return carriers;
}

QStringList leakFaults(const QList<Source>& sources)
{
    QStringList faults;
    for (const Library& library : libraries) {
        if (library.place != Place::PrivateHeaders)
            continue;
        const auto carriers = carriersOf(library, sources);
        for (const Source& source : sources) {
            for (const Include& include : source.includes) {
                if (carriers.contains(include.target) && !owns(library, source.path))
                    faults += placeOf(source, include) + include.target + " brings " + library.name +
                              " along, which belongs to " + library.owners.join(' ');
            }
        }
    }
    return faults;
}

QStringList faultsOf(const QList<Source>& sources)
{
    QStringList faults;
    for (const Source& source : sources)
        faults += layerFaults(source) + libraryFaults(source);
    return faults + leakFaults(sources);
}

}  // namespace

class IncludesTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        m_sources = readProject(QDir(TENSCOPE_SOURCE_DIR));
        // a wrong root would find nothing to complain about
        const auto isThisFile = [](const Source& s) { return s.path == "tests/architecture/includestest.cpp"; };
        QVERIFY(std::any_of(m_sources.begin(), m_sources.end(), isThisFile));
    }

    void everyIncludeIsAllowed()
    {
        const QStringList faults = faultsOf(m_sources);
        QVERIFY2(faults.isEmpty(), qPrintable('\n' + faults.join('\n')));
    }

    void noFileIsTooLong()
    {
        for (const Source& source : std::as_const(m_sources))
            QVERIFY2(source.lines <= longestFile, qPrintable(QString("%1: %2").arg(source.path).arg(source.lines)));
    }

    void everyHeaderIsReadOnce()
    {
        for (const Source& source : std::as_const(m_sources))
            QVERIFY2(source.once || !source.isHeader(), qPrintable(source.path + " lacks #pragma once"));
    }

    // The rules themselves, on files that do not exist: a rule that finds nothing would pass the tests above.
    void rules_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("include");
        QTest::addColumn<bool>("allowed");

        const auto row = [](const char* path, const char* include, bool allowed) {
            QTest::addRow("%s: %s", path, include) << path << include << allowed;
        };
        row("core/graph/graph.h", "<vector>", true);
        row("core/graph/graph.h", "\"core/base/result.h\"", true);
        row("core/graph/graph.h", "\"core/graph/node.h\"", true);
        row("core/graph/graph.h", "\"graph/node.h\"", false);
        row("core/graph/graph.h", "\"core/analysis/statistics.h\"", false);
        row("core/graph/graph.h", "\"ui/mainwindow.h\"", false);
        row("core/graph/graph.h", "<QString>", false);
        row("core/graph/graph.h", "<QtCore/QString>", false);
        row("core/graph/graph.h", "<nobody/knows.h>", false);
        row("core/graph/graph.h", "<tl/expected.hpp>", false);
        row("core/base/result.h", "<tl/expected.hpp>", true);
        row("core/base/mappedfile.cpp", "<sys/mman.h>", true);
        row("core/base/mappedfile.cpp", "<nobodyknows.h>", false);
        row("core/layout/dot.cpp", "<graphviz/gvc.h>", true);
        row("core/layout/dot.h", "<graphviz/gvc.h>", false);
        row("core/formats/onnx/onnxreader.cpp", "<onnx/onnx_pb.h>", true);
        row("core/formats/safetensors/reader.cpp", "<onnx/onnx_pb.h>", false);
        row("core/worker/client.cpp", "\"core/worker/worker.pb.h\"", true);
        row("ui/panels/inference.cpp", "\"core/worker/worker.pb.h\"", false);
        row("core/torch/reader.cpp", "<torch/script.h>", true);
        row("core/worker/client.cpp", "<c10/util/Exception.h>", false);
        row("core/worker/client.cpp", "\"core/torch/reader.h\"", false);
        row("ui/mainwindow.cpp", "\"core/torch/reader.h\"", false);
        row("ui/mainwindow.cpp", "\"core/onnxtools/checker.h\"", false);
        row("ui/mainwindow.cpp", "\"core/graph/model.h\"", true);
        row("ui/mainwindow.cpp", "\"app/commandline.h\"", false);
        row("ui/mainwindow.cpp", "\"mainwindow.moc\"", true);
        row("app/main.cpp", "\"ui/mainwindow.h\"", true);
        row("app/main.cpp", "\"core/torch/reader.h\"", false);
        row("app/worker/main.cpp", "\"core/torch/reader.h\"", true);
        row("app/worker/main.cpp", "\"ui/mainwindow.h\"", false);
        row("app/worker/main.cpp", "<QString>", false);
        row("tests/core/analysis/statisticstest.cpp", "\"core/analysis/statistics.h\"", true);
        row("tests/core/analysis/statisticstest.cpp", "\"tests/support/fixture.h\"", true);
        row("tests/core/analysis/statisticstest.cpp", "\"core/torch/reader.h\"", false);
        row("tests/core/torch/readertest.cpp", "\"core/torch/reader.h\"", true);
        row("tests/core/torch/readertest.cpp", "<torch/script.h>", true);
        row("tests/ui/panels/tensorpaneltest.cpp", "\"ui/panels/tensorpanel.h\"", true);
        row("tests/core/graph/graphtest.cpp", "\"ui/panels/tensorpanel.h\"", false);
    }

    void rules()
    {
        QFETCH(QString, path);
        QFETCH(QString, include);
        QFETCH(bool, allowed);
        const QStringList faults = faultsOf({parse(path, "#include " + include + "\n")});
        QVERIFY2(faults.isEmpty() == allowed, qPrintable(faults.join('\n')));
    }

    void aHeaderDoesNotCarryALibraryToOthers()
    {
        const Source direct = parse("core/torch/build.h", "#include <torch/script.h>\n");
        const Source indirect = parse("core/torch/run.h", "#include \"core/torch/build.h\"\n");
        const Source owner = parse("core/torch/run.cpp", "#include \"core/torch/run.h\"\n");
        const Source other = parse("core/onnxtools/infer.cpp", "#include \"core/torch/run.h\"\n");
        QVERIFY(leakFaults({direct, indirect, owner}).isEmpty());
        QCOMPARE(leakFaults({direct, indirect, owner, other}).size(), 1);
    }

private:
    QList<Source> m_sources;
};

QTEST_APPLESS_MAIN(IncludesTest)
#include "includestest.moc"

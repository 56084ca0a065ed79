#include <QElapsedTimer>
#include <QFileInfo>
#include <QGuiApplication>
#include <QSaveFile>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "app/commandline/commandparser.h"
#include "app/commandline/commands.h"
#include "app/commandline/exitcode.h"
#include "app/commandline/modelfile.h"
#include "app/commandline/output.h"
#include "ui/diagram/diagram.h"
#include "ui/diagram/thumbnail.h"

namespace tenscope {

namespace {

// File managers ask for every file of a folder, one after the other, and nobody waits for the answer: what is large, slow
// or strange gets no picture. A second is what they give, and the process begins and ends in it too.
constexpr qint64 mostBytes = qint64(1) << 30;
constexpr qint64 mostMilliseconds = 900;

// Cancels a progress after a while, unless it is destroyed before.
class Deadline {
public:
    Deadline(Progress& progress, std::chrono::milliseconds time)
        : m_thread([this, &progress, time](const std::stop_token& stop) {
              std::unique_lock lock(m_mutex);
              if (!m_stopped.wait_for(lock, stop, time, [&] { return stop.stop_requested(); }))
                  progress.cancel();
          })
    {
    }

private:
    std::mutex m_mutex;
    std::condition_variable_any m_stopped;
    std::jthread m_thread;  // the last member: it uses the others, and ends first
};

}  // namespace

int runThumbnail(const QStringList& arguments)
{
    CommandParser parser("thumbnail",
                         "Writes a small PNG of the diagram for file managers. A model of more than 1 GB, or one that takes\n"
                         "longer than the limit, gets none, and the exit code is 3.",
                         {"FILE"});
    parser.addOption(QStringList{"o", "output"}, "Where to", "OUT.png");
    parser.addOption("size", "Of the longer side, in pixels (256)", "N");
    parser.addOption("limit", "Give up after this many milliseconds (900)", "N");
    if (const auto code = parser.process(arguments))
        return *code;
    const QString path = parser.argument(0), output = parser.value("output");
    if (output.isEmpty())
        return report(Error::usage("-o OUT.png is missing"));
    const auto size = parser.integer("size", 16, 2048, 256);
    const auto limit = parser.integer("limit", 0, 3'600'000, mostMilliseconds);
    if (!size || !limit)
        return report(size ? limit.error() : size.error());
    if (QFileInfo(path).size() > mostBytes)
        return report(Error::read(path.toStdString() + " is too large for a thumbnail; tenscope render draws it"));

    QElapsedTimer timer;
    timer.start();
    Progress progress;
    const Deadline deadline(progress, std::chrono::milliseconds(*limit));
    const auto failed = [&](const Error& error) {
        if (error.kind == ErrorKind::Cancelled)
            return report(Error::read(path.toStdString() + " takes too long for a thumbnail; tenscope render draws it"));
        return report(error);
    };
    const auto file = ModelFile::open(path, progress);
    if (!file)
        return failed(file.error());
    const Model& model = file->model();
    if (!model.mainGraph)
        return report(Error::read(path.toStdString() + " holds tensors only, and no graph to draw"));

    qputenv("QT_QPA_PLATFORM", "offscreen");
    int count = 1;
    char name[] = "tenscope";
    char* values[] = {name, nullptr};
    const QGuiApplication application(count, values);
    const auto diagram = buildDiagram(model, model.mainGraph, DiagramOptions(), progress);
    if (!diagram)
        return failed(diagram.error());
    const QImage image = thumbnail(*diagram, int(*size), Theme::light());
    if (timer.hasExpired(*limit))
        return failed(Error::cancelled());

    QSaveFile target(output);
    if (!target.open(QIODevice::WriteOnly) || !image.save(&target, "PNG") || !target.commit())
        return report(Error::write(output.toStdString() + " could not be written (" + target.errorString().toStdString() +
                                   "); choose another place or free some space"));
    if (parser.isJson())
        print(QJsonObject{{"written", output}, {"width", image.width()}, {"height", image.height()}});
    return finish(ExitDone);
}

}  // namespace tenscope

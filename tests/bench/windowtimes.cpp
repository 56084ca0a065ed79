#include "tests/bench/windowtimes.h"

#include <QApplication>

#include <functional>

#include "tests/bench/frametimes.h"
#include "tests/bench/guiwatch.h"
#include "tests/bench/samples.h"
#include "ui/document/document.h"
#include "ui/graphview/graphview.h"
#include "ui/mainwindow/appearance.h"
#include "ui/mainwindow/documentpage.h"
#include "ui/mainwindow/mainwindow.h"
#include "ui/taskrunner/taskrunner.h"

namespace tenscope {

namespace {

constexpr QSize screen(1920, 1080);
constexpr double patience = 300'000;  // milliseconds

// False: it took too long.
bool waitFor(const std::function<bool()>& condition)
{
    const Stopwatch since;
    while (!condition()) {
        if (since.elapsed() > patience)
            return false;
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
    }
    return true;
}

// Opens the file and waits until its graph is there; null: it could not be read.
DocumentPage* openPage(MainWindow& window, const QString& path)
{
    window.open(path);
    DocumentPage* page = window.currentPage();
    const QString reading = "read:" + page->path();
    const bool isRead = waitFor([&] { return page->document() || !window.tasks().isRunning(reading); });
    return isRead && page->document() ? page : nullptr;
}

bool waitForDiagram(GraphView* view)
{
    if (!waitFor([&] { return view->diagram() && !view->isBusy(); }))
        return false;
    view->repaint();
    return true;
}

}  // namespace

Result<WindowTimes> windowTimes(const QString& path, const Expansion& expansion)
{
    WindowTimes times;
    const Stopwatch sinceStart;
    const Theme theme = Theme::light();
    applyAppearance(theme);
    MainWindow window(theme, {path});
    window.resize(screen);
    window.show();

    const Stopwatch sinceOpen;
    DocumentPage* page = openPage(window, path);
    if (!page)
        return fail(Error::read(path.toStdString() + " could not be opened; tenscope info says why"));
    times.open = sinceOpen.elapsed();
    times.model = page->document()->model();

    GraphView* view = page->view();
    const Stopwatch sinceGraph;
    if (!waitForDiagram(view))
        return fail(Error::run(path.toStdString() + " took too long to lay out"));
    times.firstPicture = sinceGraph.elapsed();
    times.firstPaint = sinceStart.elapsed();

    window.resize(window.size() + screen - view->size());
    if (expansion.kind != Expansion::Kind::Automatic) {
        QCoreApplication::processEvents();
        const std::shared_ptr<const Diagram> before = view->diagram();
        GuiWatch watch;
        const Stopwatch sinceWish;
        view->setExpansion(expansion);
        if (!waitFor([&] { return view->diagram() != before && !view->isBusy(); }))
            return fail(Error::run(path.toStdString() + " took too long to lay out"));
        view->repaint();
        times.unfold = sinceWish.elapsed();
        const Stopwatch sinceUnfolded;
        waitFor([&] { return sinceUnfolded.elapsed() > 500; });
        times.blocked = watch.longestAbsence();
    }
    times.frames = quantiles(frameTimes(*view));
    times.diagram = view->diagram();
    times.resident = residentMegabytes();
    times.peak = peakMegabytes();

    window.actions()[ActionId::CloseTab]->trigger();
    const Stopwatch sinceReopened;
    page = openPage(window, path);
    if (!page || !waitForDiagram(page->view()))
        return fail(Error::run(path.toStdString() + " could not be opened a second time"));
    times.reopen = sinceReopened.elapsed();
    return times;
}

}  // namespace tenscope

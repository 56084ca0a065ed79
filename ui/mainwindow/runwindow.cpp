#include "ui/mainwindow/runwindow.h"

#include <QApplication>
#include <QFileOpenEvent>
#include <QIcon>
#include <QSettings>

#include "ui/mainwindow/appearance.h"
#include "ui/mainwindow/mainwindow.h"
#include "ui/mainwindow/runningwindow.h"

namespace tenscope {

namespace {

constexpr char shareKey[] = "window/shared";

// macOS tells of a double-click by an event to the application.
class FileOpener : public QObject {
public:
    explicit FileOpener(MainWindow* window) : QObject(window), m_window(window) {}

    bool eventFilter(QObject*, QEvent* event) override
    {
        if (event->type() != QEvent::FileOpen)
            return false;
        m_window->open(static_cast<QFileOpenEvent*>(event)->file());
        return true;
    }

private:
    MainWindow* m_window;
};

void raise(MainWindow& window, const QByteArray& activation)
{
    // Where Qt's Wayland plugin looks for it; a desktop that minds being interrupted wants to see it.
    if (!activation.isEmpty())
        qputenv("XDG_ACTIVATION_TOKEN", activation);
    window.setWindowState(window.windowState() & ~Qt::WindowMinimized);
    window.show();
    window.raise();
    window.activateWindow();
}

}  // namespace

int runWindow(QApplication& application, const QStringList& arguments)
{
    QApplication::setOrganizationName("Tenscope");
    QApplication::setApplicationName("Tenscope");
    QApplication::setDesktopFileName("org.tenscope.Tenscope");
    QStringList files = arguments;
    const bool isShared = files.removeAll("--new-window") + files.removeAll("-new-window") == 0 &&
                          QSettings().value(shareKey, true).toBool();
    if (isShared && RunningWindow::handOver(files))
        return 0;

    const Theme system = Theme::system();
    applyAppearance(themeFor(appearanceFromSettings(), system));
    QApplication::setWindowIcon(QIcon(":/icons/tenscope.svg"));
    MainWindow window(system, files);
    RunningWindow running;
    QObject::connect(&running, &RunningWindow::filesArrived, &window,
                     [&window](const QStringList& more, const QByteArray& activation) {
                         for (const QString& file : more)
                             window.open(file);
                         raise(window, activation);
                     });
    running.listen();
    application.installEventFilter(new FileOpener(&window));
    QAction* sharing = window.actions()[ActionId::ShareWindow];
    sharing->setChecked(QSettings().value(shareKey, true).toBool());
    QObject::connect(sharing, &QAction::toggled, &window, [](bool on) { QSettings().setValue(shareKey, on); });

    window.show();
    for (const QString& file : files)
        window.open(file);
    window.offerRecovery();
    return application.exec();
}

}  // namespace tenscope

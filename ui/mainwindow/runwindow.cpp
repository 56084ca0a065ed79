#include "ui/mainwindow/runwindow.h"

#include <QApplication>
#include <QIcon>

#include "ui/mainwindow/appearance.h"
#include "ui/mainwindow/mainwindow.h"

namespace tenscope {

int runWindow(QApplication& application, const QStringList& files)
{
    QApplication::setOrganizationName("Tenscope");
    QApplication::setApplicationName("Tenscope");
    QApplication::setDesktopFileName("org.tenscope.Tenscope");
    const Theme system = Theme::system();
    applyAppearance(themeFor(appearanceFromSettings(), system));
    QApplication::setWindowIcon(QIcon(":/icons/tenscope.svg"));
    MainWindow window(system, files);
    window.show();
    for (const QString& file : files)
        window.open(file);
    window.offerRecovery();
    return application.exec();
}

}  // namespace tenscope

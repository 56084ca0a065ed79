#ifdef TENSCOPE_GUI
#include <QApplication>
#endif
#include <QStringList>
#include <cstdio>
#include <cstdlib>

#include "app/commandline/commandline.h"
#include "app/commandline/exitcode.h"
#ifdef TENSCOPE_GUI
#include "ui/mainwindow/runwindow.h"
#endif

namespace {

// Qt ends a program that finds no display with an abort; a sentence is kinder.
[[maybe_unused]] bool hasDisplay(int argc, char** argv)
{
#ifdef Q_OS_LINUX
    const auto isSet = [](const char* name) { return std::getenv(name) && *std::getenv(name) != '\0'; };
    for (int i = 1; i < argc; ++i)
        if (QString::fromLocal8Bit(argv[i]).contains("-platform"))
            return true;
    return isSet("DISPLAY") || isSet("WAYLAND_DISPLAY") || isSet("QT_QPA_PLATFORM");
#else
    return argc >= 0 && argv;
#endif
}

}  // namespace

int main(int argc, char** argv)
{
    if (const auto code = tenscope::runCommandLine(argc, argv))
        return *code;
#ifdef TENSCOPE_GUI
    if (!hasDisplay(argc, argv)) {
        return tenscope::report(tenscope::Error::usage(
            "there is no display for the window; tenscope --help lists the commands that need none"));
    }
    QApplication application(argc, argv);
    return tenscope::runWindow(application, application.arguments().mid(1));
#else
    return tenscope::report(tenscope::Error::usage(
        "this build has no window; tenscope --help lists the commands"));
#endif
}

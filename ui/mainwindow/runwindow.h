#pragma once

#include <QStringList>

class QApplication;

namespace tenscope {

// Shows the main window with these files in tabs and runs the event loop. Gives the process's exit code.
int runWindow(QApplication& application, const QStringList& files);

}  // namespace tenscope

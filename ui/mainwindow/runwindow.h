#pragma once

#include <QStringList>

class QApplication;

namespace tenscope {

// Hands the files to the window that is open already, or shows a window with them in tabs and runs the event loop. With
// --new-window among the arguments, or where the user has turned that off, there is always a new window. Gives the
// process's exit code.
int runWindow(QApplication& application, const QStringList& arguments);

}  // namespace tenscope

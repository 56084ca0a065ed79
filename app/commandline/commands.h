#pragma once

#include <QStringList>

namespace tenscope {

// The subcommands. Each takes the arguments behind its name and gives the process's exit code.
int runInfo(const QStringList& arguments);
int runStats(const QStringList& arguments);
int runRender(const QStringList& arguments);
int runCheck(const QStringList& arguments);
int runRun(const QStringList& arguments);
int runVerify(const QStringList& arguments);
int runEdit(const QStringList& arguments);
int runDiff(const QStringList& arguments);
int runConvert(const QStringList& arguments);
int runThumbnail(const QStringList& arguments);

}  // namespace tenscope

#pragma once

#include <QByteArray>
#include <QProcess>
#include <QProcessEnvironment>
#include <QStandardPaths>
#include <QStringList>

// A program of the system, run to its end: what it wrote, both streams together, and its exit code (-1: it crashed, or took
// more than ten minutes).
struct Tool {
    int code = -1;
    QByteArray output;

    Tool(const QString& program, const QStringList& arguments, const QProcessEnvironment& environment = QProcessEnvironment::systemEnvironment())
    {
        QProcess process;
        process.setProcessEnvironment(environment);
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(program, arguments);
        if (process.waitForFinished(600'000) && process.exitStatus() == QProcess::NormalExit)
            code = process.exitCode();
        output = process.readAll();
    }

    // Ended well and had nothing to say.
    bool isSilent() const { return code == 0 && output.trimmed().isEmpty(); }

    static bool exists(const QString& program) { return !QStandardPaths::findExecutable(program).isEmpty(); }
};

// Skips the test where the system lacks the program.
#define NEEDS_TOOL(program)       \
    if (!Tool::exists(program))   \
    QSKIP(program " is not here")

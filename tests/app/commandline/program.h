#pragma once

#include <QByteArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QProcessEnvironment>
#include <QStringList>

// The program under test, started with these arguments and without a display.
struct Program {
    int code = -1;
    QByteArray output, errors;

    explicit Program(const QStringList& arguments)
    {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
            environment.remove(name);
        process.setProcessEnvironment(environment);
        process.start(TENSCOPE_BINARY_DIR "/app/tenscope", arguments);
        process.waitForFinished(120'000);
        code = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
        output = process.readAllStandardOutput();
        errors = process.readAllStandardError();
    }

    QJsonObject json() const { return QJsonDocument::fromJson(output).object(); }
    bool saysOneLine() const { return errors.count('\n') == 1 && errors.endsWith('\n') && errors.size() > 10; }
};

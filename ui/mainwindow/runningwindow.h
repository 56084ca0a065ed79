#pragma once

#include <QLocalServer>
#include <QObject>
#include <QStringList>

class QLocalSocket;

namespace tenscope {

// One window a person and display: a second double-click hands its files to the window that is there, through a local
// socket in the person's own runtime folder, which nobody else can reach. Where any of it fails there are two windows,
// and nothing is lost.
class RunningWindow : public QObject {
    Q_OBJECT

public:
    // `name` tells windows of different displays, and tests, apart.
    explicit RunningWindow(const QString& name = displayName(), QObject* parent = nullptr);

    // Hands the files (paths, relative to the current folder or not) to the window that listens under the name, and says
    // whether one took them. Waits a second at most. Without files, that window is only raised.
    static bool handOver(const QStringList& files, const QString& name = displayName());

    // Begins to listen, unless a window does already.
    void listen();
    bool isListening() const { return m_server.isListening(); }

    static QString displayName();

signals:
    // Absolute paths. `activation` is what the desktop gave the other process to prove that the user wants to see the window
    // (XDG_ACTIVATION_TOKEN); empty where it gave none.
    void filesArrived(const QStringList& files, const QByteArray& activation);

private:
    void receive(QLocalSocket* socket);

    QString m_path;
    QLocalServer m_server;
};

}  // namespace tenscope

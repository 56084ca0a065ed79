#include "ui/mainwindow/runningwindow.h"

#include <QCryptographicHash>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocalSocket>
#include <QStandardPaths>

namespace tenscope {

namespace {

constexpr int patience = 1000;  // milliseconds
constexpr char taken = '!';  // the answer of a window that has the files
// Far more than a command line can hold; who sends more is no tenscope.
constexpr qint64 longestMessage = 16 << 20;

QString socketPath(const QString& name)
{
#ifdef Q_OS_WIN
    return "tenscope-" + QString::fromLocal8Bit(qgetenv("USERNAME")) + '-' + name;
#else
    // Made for this person alone, mode 0700; the temporary folder would be everybody's.
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation);
    return folder.isEmpty() ? QString() : folder + "/tenscope-" + name;
#endif
}

}  // namespace

QString RunningWindow::displayName()
{
    const QByteArray display = qEnvironmentVariableIsSet("WAYLAND_DISPLAY") ? qgetenv("WAYLAND_DISPLAY") : qgetenv("DISPLAY");
    return QCryptographicHash::hash(display, QCryptographicHash::Sha1).toHex().left(12);
}

RunningWindow::RunningWindow(const QString& name, QObject* parent) : QObject(parent), m_path(socketPath(name))
{
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    connect(&m_server, &QLocalServer::newConnection, this, [this] {
        while (QLocalSocket* socket = m_server.nextPendingConnection()) {
            connect(socket, &QLocalSocket::readyRead, this, [this, socket] { receive(socket); });
            connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
            receive(socket);
        }
    });
}

bool RunningWindow::handOver(const QStringList& files, const QString& name)
{
    QStringList absolute;
    for (const QString& file : files)
        absolute << QFileInfo(file).absoluteFilePath();
    QLocalSocket socket;
    socket.connectToServer(socketPath(name));
    if (!socket.waitForConnected(patience))
        return false;
    const QJsonObject message = {{"files", QJsonArray::fromStringList(absolute)},
                                 {"activation", QString::fromLocal8Bit(qgetenv("XDG_ACTIVATION_TOKEN"))}};
    socket.write(QJsonDocument(message).toJson(QJsonDocument::Compact) + '\n');
    char answer = 0;
    // One that does not answer hangs, and the user is better served by a second window.
    return socket.waitForReadyRead(patience) && socket.getChar(&answer) && answer == taken;
}

void RunningWindow::listen()
{
    if (m_path.isEmpty())
        return;
    // QLocalServer would take the name from a window that listens: it makes its socket elsewhere and renames it.
    QLocalSocket socket;
    socket.connectToServer(m_path);
    if (socket.waitForConnected(patience))
        return;
    QLocalServer::removeServer(m_path);  // left behind by one that was killed
    m_server.listen(m_path);
}

void RunningWindow::receive(QLocalSocket* socket)
{
    // One line of JSON, which holds no line feed of its own.
    if (!socket->canReadLine()) {
        if (socket->bytesAvailable() > longestMessage)
            socket->abort();
        return;
    }
    const QJsonDocument message = QJsonDocument::fromJson(socket->readLine(longestMessage));
    if (!message.isObject()) {
        socket->abort();
        return;
    }
    QStringList files;
    for (const QJsonValue& file : message["files"].toArray())
        if (const QString path = file.toString(); !path.isEmpty())
            files << path;
    socket->putChar(taken);
    socket->flush();
    socket->disconnectFromServer();
    emit filesArrived(files, message["activation"].toString().toLocal8Bit());
}

}  // namespace tenscope

#include "ui/mainwindow/runningwindow.h"

#include <QDir>
#include <QFile>
#include <QLocalSocket>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <memory>

using namespace tenscope;

namespace {

// Hands over as another process would, while this thread's window answers.
bool handOverFromElsewhere(const QStringList& files, const QString& name)
{
    bool taken = false;
    const std::unique_ptr<QThread> thread(QThread::create([&] { taken = RunningWindow::handOver(files, name); }));
    thread->start();
    while (!thread->wait(0))
        QTest::qWait(1);
    return taken;
}

}  // namespace

class RunningWindowTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QVERIFY(m_runtime.isValid());
        QFile::setPermissions(m_runtime.path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        qputenv("XDG_RUNTIME_DIR", QFile::encodeName(m_runtime.path()));
    }

    void nobodyListens() { QVERIFY(!RunningWindow::handOver({"a.onnx"}, "nobody")); }

    void filesArriveWithAbsolutePaths()
    {
        RunningWindow window("paths");
        window.listen();
        QVERIFY(window.isListening());
        QSignalSpy arrived(&window, &RunningWindow::filesArrived);
        qputenv("XDG_ACTIVATION_TOKEN", "token");
        QVERIFY(handOverFromElsewhere({"a b.onnx", "/x/ü.pt"}, "paths"));
        qunsetenv("XDG_ACTIVATION_TOKEN");
        QCOMPARE(arrived.size(), 1);
        QCOMPARE(arrived[0][0].toStringList(), QStringList({QDir::currentPath() + "/a b.onnx", "/x/ü.pt"}));
        QCOMPARE(arrived[0][1].toByteArray(), "token");
        QVERIFY(handOverFromElsewhere({}, "paths"));  // only to be raised
        QCOMPARE(arrived.size(), 2);
    }

    void onlyItsOwnerReachesIt()
    {
        RunningWindow window("owner");
        window.listen();
        const QFileInfo socket(m_runtime.filePath("tenscope-owner"));
        QVERIFY(socket.exists());
        QVERIFY(!socket.permission(QFile::WriteGroup) && !socket.permission(QFile::WriteOther));
    }

    void secondOneDoesNotTakeOver()
    {
        RunningWindow first("twice"), second("twice");
        first.listen();
        second.listen();
        QVERIFY(first.isListening() && !second.isListening());
        QSignalSpy arrived(&first, &RunningWindow::filesArrived);
        QVERIFY(handOverFromElsewhere({"/a"}, "twice"));
        QCOMPARE(arrived.size(), 1);
    }

    // As a window leaves it that was killed: a socket that nobody listens to.
    void leftoverIsReplaced()
    {
        const QString path = m_runtime.filePath("tenscope-killed");
        {
            RunningWindow killed("killed");
            killed.listen();
            QVERIFY(QFile::rename(path, path + ".kept"));
        }
        QVERIFY(QFile::rename(path + ".kept", path));
        QVERIFY(!RunningWindow::handOver({"/a"}, "killed"));
        RunningWindow window("killed");
        window.listen();
        QVERIFY(window.isListening());
        QVERIFY(handOverFromElsewhere({"/a"}, "killed"));
    }

    void nonsenseIsIgnored_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("text") << QByteArray("GET / HTTP/1.0\r\n\r\n");
        QTest::newRow("a list") << QByteArray("[1, 2]\n");
        QTest::newRow("a beginning") << QByteArray("{\"files\": [");
        QTest::newRow("much") << QByteArray(1 << 20, '\x7f');
    }

    void nonsenseIsIgnored()
    {
        QFETCH(QByteArray, bytes);
        RunningWindow window("nonsense");
        window.listen();
        QSignalSpy arrived(&window, &RunningWindow::filesArrived);
        QLocalSocket socket;
        socket.connectToServer(m_runtime.filePath("tenscope-nonsense"));
        QVERIFY(socket.waitForConnected());
        socket.write(bytes);
        socket.flush();
        QTest::qWait(50);
        socket.disconnectFromServer();
        QVERIFY(handOverFromElsewhere({"/a"}, "nonsense"));
        QCOMPARE(arrived.size(), 1);
    }

private:
    QTemporaryDir m_runtime;
};

QTEST_GUILESS_MAIN(RunningWindowTest)

#include "runningwindowtest.moc"

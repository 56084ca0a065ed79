// The client against workers that are missing or misbehave.

#include <QElapsedTimer>
#include <QTest>

#include <thread>

#include "core/worker/workerclient.h"
#include "tests/core/worker/processwatch.h"

using namespace tenscope;
using namespace std::chrono_literals;

class HostileWorkerTest : public QObject {
    Q_OBJECT

private slots:
    void init()
    {
        m_filesBefore = openFiles();
        ::unsetenv("TENSCOPE_HOSTILE");
    }

    // Whatever a test did: no process and no open file is left when its client is gone.
    void cleanup()
    {
        QVERIFY(hasNoChildren());
        QCOMPARE(openFiles(), m_filesBefore);
    }

    void aMissingWorkerIsOneSentence()
    {
        WorkerOptions options;
        options.path = "/no/such/worker";
        WorkerClient client(options);
        Progress progress;
        for (int i = 0; i < 3; ++i) {
            const auto info = client.info(progress);
            QCOMPARE(info.error().kind, ErrorKind::Worker);
            QVERIFY(sentence(info.error()).contains("/no/such/worker"));
        }
        QCOMPARE(client.status().state, WorkerStatus::State::Stopped);
    }

    void aWorkerThatEndsWhileItStartsIsNotTriedForEver()
    {
        WorkerOptions options;
        options.path = "/bin/true";
        Told told;
        options.onStatus = told.listener();
        WorkerClient client(options);
        Progress progress;
        const auto info = client.info(progress);
        QCOMPARE(info.error().kind, ErrorKind::Worker);
        QVERIFY2(sentence(info.error()).contains("(exit code 0) while it was starting"),
                 qPrintable(sentence(info.error())));
        QTRY_COMPARE(client.status().state, WorkerStatus::State::Stopped);
        QCOMPARE(client.processId(), -1);
    }

    void misbehaviourIsAnError_data()
    {
        QTest::addColumn<QString>("how");
        for (const char* how : {"die", "nonsense", "empty", "others", "changeable", "nofile", "nomodel", "flood",
                                "silent", "garbage", "deaf"})
            QTest::addRow("%s", how) << how;
    }

    void misbehaviourIsAnError()
    {
        QFETCH(QString, how);
        ::setenv("TENSCOPE_HOSTILE", qPrintable(how), 1);
        WorkerOptions options;
        options.path = QCoreApplication::applicationDirPath().toStdString() + "/hostileworker";
        options.startTimeout = 500ms;
        WorkerClient client(options);
        Progress progress;
        for (int i = 0; i < 2; ++i) {
            const auto document = client.openTorchScript(TENSCOPE_TEST_DATA "/worker/loop.pt", progress);
            QVERIFY(!document);
            QCOMPARE(document.error().kind, ErrorKind::Worker);
            QVERIFY(!document.error().message.empty());
        }
    }

    void cancellingAStartingWorkerReturnsAtOnce()
    {
        ::setenv("TENSCOPE_HOSTILE", "silent", 1);
        WorkerOptions options;
        options.path = QCoreApplication::applicationDirPath().toStdString() + "/hostileworker";
        WorkerClient client(options);
        Progress progress;
        std::thread canceller([&] {
            std::this_thread::sleep_for(200ms);
            progress.cancel();
        });
        QElapsedTimer timer;
        timer.start();
        QVERIFY(client.info(progress).error().isCancelled());
        QVERIFY2(timer.elapsed() < 300 + patience(), qPrintable(QString::number(timer.elapsed())));
        canceller.join();
    }

private:
    int m_filesBefore = 0;
};

QTEST_GUILESS_MAIN(HostileWorkerTest)
#include "hostileworkertest.moc"

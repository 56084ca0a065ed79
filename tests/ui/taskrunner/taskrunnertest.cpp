#include "ui/taskrunner/taskrunner.h"

#include <QSignalSpy>
#include <QTest>
#include <QThread>
#include <atomic>

using namespace tenscope;

class TaskRunnerTest : public QObject {
    Q_OBJECT

private slots:
    void deliversTheResultOnTheCallersThread();
    void deliversErrorsToo();
    void neverDeliversWhatWasCancelled();
    void aNewRunWithTheSameKeyStopsTheOldOne();
    void forgetsResultsOfWhoeverIsGone();
    void reportsProgress();
    void stopsEverythingWhenItGoes();
};

namespace {

// Waits until it is cancelled, as a long computation would between two steps.
Result<int> untilCancelled(Progress& progress)
{
    while (!progress.cancelled())
        QThread::msleep(1);
    return fail(Error::cancelled());
}

}  // namespace

void TaskRunnerTest::deliversTheResultOnTheCallersThread()
{
    TaskRunner runner;
    std::atomic<QThread*> worker = nullptr;
    QThread* delivered = nullptr;
    int value = 0;
    runner.run<int>(
        "Adding", "", this,
        [&worker](Progress&) -> Result<int> {
            worker = QThread::currentThread();
            return 42;
        },
        [&](Result<int> result) {
            delivered = QThread::currentThread();
            value = *result;
        });
    QTRY_COMPARE(value, 42);
    QCOMPARE(delivered, QThread::currentThread());
    QVERIFY(worker != QThread::currentThread());
}

void TaskRunnerTest::deliversErrorsToo()
{
    TaskRunner runner;
    std::string message;
    runner.run<int>(
        "Failing", "", this, [](Progress&) -> Result<int> { return fail(Error::read("no such thing")); },
        [&](Result<int> result) { message = result.error().message; });
    QTRY_COMPARE(message, std::string("no such thing"));
}

void TaskRunnerTest::neverDeliversWhatWasCancelled()
{
    TaskRunner runner;
    QSignalSpy finished(&runner, &TaskRunner::finished);
    bool delivered = false;
    const int id = runner.run<int>("Waiting", "key", this, untilCancelled, [&](Result<int>) { delivered = true; });
    QVERIFY(runner.isRunning("key"));
    runner.cancel(id);
    QVERIFY(!runner.isRunning("key"));
    QCOMPARE(finished.count(), 1);
    QTest::qWait(50);
    QVERIFY(!delivered);
    QCOMPARE(finished.count(), 1);
}

void TaskRunnerTest::aNewRunWithTheSameKeyStopsTheOldOne()
{
    TaskRunner runner;
    std::atomic<bool> firstRuns = false, firstStopped = false;
    QList<int> delivered;
    runner.run<int>(
        "First", "layout", this,
        [&](Progress& progress) {
            firstRuns = true;
            auto result = untilCancelled(progress);
            firstStopped = true;
            return result;
        },
        [&](Result<int>) { delivered << 1; });
    QTRY_VERIFY(firstRuns);
    runner.run<int>("Second", "layout", this, [](Progress&) -> Result<int> { return 2; }, [&](Result<int>) { delivered << 2; });
    QTRY_COMPARE(delivered, QList<int>{2});
    QTRY_VERIFY(firstStopped);
}

void TaskRunnerTest::forgetsResultsOfWhoeverIsGone()
{
    TaskRunner runner;
    QSignalSpy finished(&runner, &TaskRunner::finished);
    bool delivered = false;
    auto context = std::make_unique<QObject>();
    runner.run<int>(
        "Late", "", context.get(),
        [](Progress&) -> Result<int> {
            QThread::msleep(30);
            return 1;
        },
        [&](Result<int>) { delivered = true; });
    context.reset();
    QTRY_COMPARE(finished.count(), 1);
    QVERIFY(!delivered);
}

void TaskRunnerTest::reportsProgress()
{
    TaskRunner runner;
    QSignalSpy progressed(&runner, &TaskRunner::progressed);
    bool delivered = false;
    runner.run<int>(
        "Counting", "", this,
        [](Progress& progress) -> Result<int> {
            progress.report(0.5, "half");
            return 1;
        },
        [&](Result<int>) { delivered = true; });
    QTRY_VERIFY(delivered);
    QCOMPARE(progressed.count(), 1);
    QCOMPARE(progressed[0][1].toDouble(), 0.5);
    QCOMPARE(progressed[0][2].toString(), QString("half"));
}

void TaskRunnerTest::stopsEverythingWhenItGoes()
{
    std::atomic<int> stopped = 0;
    {
        TaskRunner runner;
        for (int i = 0; i < 3; ++i)
            runner.run<int>(
                "Waiting", "", this,
                [&stopped](Progress& progress) {
                    auto result = untilCancelled(progress);
                    ++stopped;
                    return result;
                },
                [](Result<int>) {});
        QTest::qWait(20);
    }
    QCOMPARE(stopped, 3);
}

QTEST_GUILESS_MAIN(TaskRunnerTest)
#include "taskrunnertest.moc"

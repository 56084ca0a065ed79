// The client against the real tenscope-worker.

#include <QElapsedTimer>
#include <QTest>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <future>
#include <mutex>
#include <thread>

#include "core/worker/workerclient.h"
#include "tests/core/worker/looprequest.h"
#include "tests/core/worker/processwatch.h"

using namespace tenscope;
using namespace std::chrono_literals;

namespace {

const std::filesystem::path worker = TENSCOPE_BINARY_DIR "/app/worker/tenscope-worker";
const std::string data = TENSCOPE_TEST_DATA "/worker/";

}  // namespace

class WorkerClientTest : public QObject {
    Q_OBJECT

private slots:
    void init()
    {
        m_filesBefore = openFiles();
    }

    // Whatever a test did: no process and no open file is left when its client is gone.
    void cleanup()
    {
        QVERIFY(hasNoChildren());
        QCOMPARE(openFiles(), m_filesBefore);
    }

    void infoTellsOfLibTorch()
    {
        if (!hasWorker())
            QSKIP("tenscope-worker is not built");
        WorkerClient client(real());
        Progress progress;
        const auto info = client.info(progress);
        QVERIFY2(info, qPrintable(info ? QString() : sentence(info.error())));
        QVERIFY(!info->libtorchVersion.empty());
        QVERIFY(!info->devices.empty());
        QCOMPARE(info->devices.front().name, std::string("cpu"));
    }

    void startReturnsAtOnce()
    {
        if (!hasWorker())
            QSKIP("tenscope-worker is not built");
        Told told;
        WorkerOptions options = real();
        options.onStatus = told.listener();
        WorkerClient client(options);
        QElapsedTimer timer;
        timer.start();
        client.start();
        QVERIFY(timer.elapsed() < 400);
        QTRY_VERIFY_WITH_TIMEOUT(client.status().state == WorkerStatus::State::Ready, 30000);
        QVERIFY(client.processId() > 0);
        QTRY_VERIFY(told.has(WorkerStatus::State::Starting));
    }

    void opensAndRuns()
    {
        if (!hasWorker())
            QSKIP("tenscope-worker is not built");
        WorkerClient client(real());
        Progress progress;
        const auto document = client.openTorchScript(data + "loop.pt", progress);
        QVERIFY2(document, qPrintable(document ? QString() : sentence(document.error())));
        QVERIFY(document->model.isConsistent());
        QVERIFY(document->model.livingNodeCount() > 3);

        const auto outcome = client.run(document->handle, loopRequest(3), {}, progress);
        QVERIFY2(outcome, qPrintable(outcome ? QString() : sentence(outcome.error())));
        QCOMPARE(outcome->outputs.size(), std::size_t(1));
        QCOMPARE(outcome->outputTensors.size(), std::size_t(1));
        const std::vector<float> values = floatsOf(outcome->outputTensors[0]);
        QCOMPARE(values.size(), std::size_t(4));
        for (const float value : values)
            QVERIFY(std::abs(value) <= 1 && value != 0);

        // The same in a second client, and with the trace: the numbers come from the file alone.
        RunRequest traced = loopRequest(3);
        traced.trace = true;
        std::atomic<int> told = 0;
        const auto again = client.run(
            document->handle, traced, [&](const NodeRun&) { ++told; }, progress);
        QVERIFY2(again, qPrintable(again ? QString() : sentence(again.error())));
        QCOMPARE(floatsOf(again->outputTensors[0]), values);
        QVERIFY(told > 0);
        QVERIFY(!again->nodes.empty());

        const ValueRun* activation = nullptr;
        for (const NodeRun& node : again->nodes)
            for (const ValueRun& output : node.outputs)
                if (output.isTensor && output.value && output.shape == std::vector<std::int64_t>{1, 4})
                    activation = &output;
        QVERIFY(activation);
        const auto tensor = client.activation(document->handle, activation->value, progress);
        QVERIFY2(tensor, qPrintable(tensor ? QString() : sentence(tensor.error())));
        QCOMPARE(tensor->shape, activation->shape);
        const std::vector<float> seen = floatsOf(*tensor);
        QVERIFY(std::abs(*std::max_element(seen.begin(), seen.end()) - activation->statistics.max) < 1e-6);

        client.close(document->handle);
        QCOMPARE(client.run(document->handle, loopRequest(1), {}, progress).error().kind, ErrorKind::Usage);
    }

    void aLargeOutputArrives()
    {
        if (!hasWorker())
            QSKIP("tenscope-worker is not built");
        WorkerClient client(real());
        Progress progress;
        const auto document = client.openTorchScript(data + "fill.pt", progress);
        QVERIFY(document);
        RunRequest request;
        request.inputs = {scalar(10'000'000)};
        const auto outcome = client.run(document->handle, request, {}, progress);
        QVERIFY2(outcome, qPrintable(outcome ? QString() : sentence(outcome.error())));
        const auto bytes = outcome->outputTensors.at(0).bytes();
        QVERIFY(bytes);
        QCOMPARE(bytes->size(), std::size_t(40'000'000));
        const std::vector<float> values = floatsOf(outcome->outputTensors[0]);
        QVERIFY(std::all_of(values.begin(), values.end(), [](float v) { return v == 1; }));
    }

    void runningOutOfMemoryIsAnError()
    {
        if (!hasWorker())
            QSKIP("tenscope-worker is not built");
        WorkerOptions options = real();
        options.memoryLimitBytes = std::uint64_t(3) << 30;
        WorkerClient client(options);
        Progress progress;
        const auto document = client.openTorchScript(data + "fill.pt", progress);
        QVERIFY(document);
        const int process = client.processId();
        RunRequest request;
        request.inputs = {scalar(std::int64_t(1) << 31)};
        QCOMPARE(client.run(document->handle, request, {}, progress).error().kind, ErrorKind::Run);
        QCOMPARE(client.processId(), process);
        request.inputs = {scalar(10)};
        QVERIFY(client.run(document->handle, request, {}, progress));
    }

    void whatIsNoModelIsOneSentence()
    {
        if (!hasWorker())
            QSKIP("tenscope-worker is not built");
        WorkerClient client(real());
        Progress progress;
        for (const char* path :
             {TENSCOPE_SOURCE_DIR "/CMakeLists.txt", TENSCOPE_SOURCE_DIR "/no/such.pt", TENSCOPE_SOURCE_DIR}) {
            const auto document = client.openTorchScript(path, progress);
            QVERIFY(!document);
            QCOMPARE(document.error().kind, ErrorKind::Read);
            QVERIFY(!document.error().message.empty());
        }
        QVERIFY(client.openTorchScript(data + "loop.pt", progress));
    }

    void aRunIsCancelledInTheMiddle()
    {
        if (!hasWorker())
            QSKIP("tenscope-worker is not built");
        WorkerClient client(real());
        Progress progress;
        const auto document = client.openTorchScript(data + "loop.pt", progress);
        QVERIFY(document);
        const int process = client.processId();
        for (const bool trace : {false, true}) {
            Progress run;
            RunRequest request = loopRequest(2'000'000'000);
            request.trace = trace;
            std::atomic<qint64> cancelledAt = 0;
            QElapsedTimer timer;
            timer.start();
            std::thread canceller([&] {
                std::this_thread::sleep_for(400ms);
                cancelledAt = timer.elapsed();
                run.cancel();
            });
            const auto outcome = client.run(document->handle, request, {}, run);
            const qint64 took = timer.elapsed() - cancelledAt;
            canceller.join();
            QVERIFY(!outcome && outcome.error().isCancelled());
            QVERIFY2(took < 100 + m_patience, qPrintable(QString::number(took)));
        }
        // It is the same process that answers now, and at once.
        QElapsedTimer timer;
        timer.start();
        QVERIFY(client.run(document->handle, loopRequest(1), {}, progress));
        QCOMPARE(client.processId(), process);
        QVERIFY2(timer.elapsed() < 1000 + m_patience, qPrintable(QString::number(timer.elapsed())));
    }

    void whatCannotBeCancelledIsKilled()
    {
        if (!hasWorker())
            QSKIP("tenscope-worker is not built");
        Told told;
        WorkerOptions options = real();
        options.cancelTimeout = 300ms;
        options.onStatus = told.listener();
        WorkerClient client(options);
        Progress progress;
        const auto product = client.openTorchScript(data + "product.pt", progress);
        const auto loop = client.openTorchScript(data + "loop.pt", progress);
        QVERIFY(product && loop);
        const int process = client.processId();
        RunRequest request;
        request.inputs = {scalar(9000)};
        Progress run;
        std::thread canceller([&] {
            std::this_thread::sleep_for(500ms);
            run.cancel();
        });
        const auto outcome = client.run(product->handle, request, {}, run);
        canceller.join();
        QVERIFY(!outcome && outcome.error().isCancelled());
        // The next call does not suffer from it: it is made in the next process, where its document is opened again.
        const auto next = client.run(loop->handle, loopRequest(2), {}, progress);
        QVERIFY2(next, qPrintable(next ? QString() : sentence(next.error())));
        QVERIFY(client.processId() != process);
        QTRY_VERIFY(told.hasText("did not stop when it was cancelled"));
    }

    void aKilledWorkerIsOneSentence()
    {
        if (!hasWorker())
            QSKIP("tenscope-worker is not built");
        Told told;
        WorkerOptions options = real();
        options.onStatus = told.listener();
        WorkerClient client(options);
        Progress progress;
        const auto document = client.openTorchScript(data + "loop.pt", progress);
        QVERIFY(document);
        RunRequest traced = loopRequest(1);
        traced.trace = true;
        QVERIFY(client.run(document->handle, traced, {}, progress));

        std::thread killer([&] {
            std::this_thread::sleep_for(400ms);
            ::kill(client.processId(), SIGKILL);
        });
        const auto outcome = client.run(document->handle, loopRequest(2'000'000'000), {}, progress);
        killer.join();
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().kind, ErrorKind::Worker);
        QCOMPARE(sentence(outcome.error()),
                 "The worker process ended unexpectedly (signal 9) while running loop.pt; "
                 "it has been restarted.");
        QTRY_VERIFY(told.hasText("signal 9"));

        const auto activation = client.activation(document->handle, ValueId(0), progress);
        QCOMPARE(activation.error().kind, ErrorKind::Run);
        const auto again = client.run(document->handle, loopRequest(2), {}, progress);
        QVERIFY2(again, qPrintable(again ? QString() : sentence(again.error())));
    }

    void anIdleWorkerThatDiesComesBack()
    {
        if (!hasWorker())
            QSKIP("tenscope-worker is not built");
        WorkerClient client(real());
        Progress progress;
        QVERIFY(client.info(progress));
        const int process = client.processId();
        ::kill(process, SIGKILL);
        QTRY_VERIFY_WITH_TIMEOUT(client.processId() > 0 && client.processId() != process, 5000);
        QVERIFY(client.info(progress));
    }

    void peopleCanRestartIt()
    {
        if (!hasWorker())
            QSKIP("tenscope-worker is not built");
        WorkerClient client(real());
        Progress progress;
        client.start();
        QTRY_VERIFY(client.processId() > 0);
        const int starting = client.processId();
        client.restart();  // while LibTorch loads
        QTRY_VERIFY(client.processId() > 0 && client.processId() != starting);
        const auto document = client.openTorchScript(data + "loop.pt", progress);
        QVERIFY2(document, qPrintable(document ? QString() : sentence(document.error())));
        auto running = std::async(
            std::launch::async, [&] { return client.run(document->handle, loopRequest(2'000'000'000), {}, progress); });
        std::this_thread::sleep_for(300ms);
        client.restart();
        QCOMPARE(sentence(running.get().error()),
                 "The worker process was ended on request while running loop.pt; "
                 "it has been restarted.");
        QVERIFY(client.run(document->handle, loopRequest(1), {}, progress));
    }

    void aHangingWorkerIsReplaced()
    {
        if (!hasWorker())
            QSKIP("tenscope-worker is not built");
        WorkerOptions options = real();
        options.hangTimeout = 1s;
        WorkerClient client(options);
        Progress progress;
        const auto document = client.openTorchScript(data + "loop.pt", progress);
        QVERIFY(document);
        std::thread stopper([&] {
            std::this_thread::sleep_for(300ms);
            ::kill(client.processId(), SIGSTOP);
        });
        const auto outcome = client.run(document->handle, loopRequest(2'000'000'000), {}, progress);
        stopper.join();
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().kind, ErrorKind::Worker);
        QVERIFY(sentence(outcome.error()).contains("did not answer"));
        QVERIFY(client.run(document->handle, loopRequest(1), {}, progress));
    }

    void aRunHasALimitOfTime()
    {
        if (!hasWorker())
            QSKIP("tenscope-worker is not built");
        WorkerOptions options = real();
        options.runTimeout = 500ms;
        WorkerClient client(options);
        Progress progress;
        const auto document = client.openTorchScript(data + "loop.pt", progress);
        QVERIFY(document);
        const auto outcome = client.run(document->handle, loopRequest(2'000'000'000), {}, progress);
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().kind, ErrorKind::Worker);
        QVERIFY2(sentence(outcome.error()).contains("longer than 0.5 seconds"), qPrintable(sentence(outcome.error())));
    }

    void manyThreadsCallAtOnce()
    {
        if (!hasWorker())
            QSKIP("tenscope-worker is not built");
        WorkerClient client(real());
        Progress progress;
        const auto document = client.openTorchScript(data + "loop.pt", progress);
        QVERIFY(document);
        std::vector<std::future<bool>> calls;
        for (int i = 0; i < 6; ++i)
            calls.push_back(std::async(std::launch::async, [&, i] {
                Progress mine;
                for (int k = 0; k < 10; ++k) {
                    if (i % 3 == 0 && !client.info(mine))
                        return false;
                    if (i % 3 == 1 && !client.run(document->handle, loopRequest(i + k), {}, mine))
                        return false;
                    if (i % 3 == 2) {
                        const auto opened = client.openTorchScript(data + "fill.pt", mine);
                        if (!opened)
                            return false;
                        client.close(opened->handle);
                    }
                }
                return true;
            }));
        for (auto& call : calls)
            QVERIFY(call.get());
    }

    void aCallBehindALongOneCanBeCancelled()
    {
        if (!hasWorker())
            QSKIP("tenscope-worker is not built");
        WorkerClient client(real());
        Progress progress, longRun, waiting;
        const auto document = client.openTorchScript(data + "loop.pt", progress);
        QVERIFY(document);
        auto running = std::async(
            std::launch::async, [&] { return client.run(document->handle, loopRequest(2'000'000'000), {}, longRun); });
        std::this_thread::sleep_for(200ms);
        auto queued = std::async(std::launch::async, [&] { return client.info(waiting); });
        std::this_thread::sleep_for(100ms);
        const int process = client.processId();
        waiting.cancel();
        QVERIFY(queued.get().error().isCancelled());
        std::this_thread::sleep_for(100ms);
        QVERIFY(running.wait_for(0s) == std::future_status::timeout);  // not its fault
        longRun.cancel();
        QVERIFY(running.get().error().isCancelled());
        QVERIFY(client.info(progress));
        QCOMPARE(client.processId(), process);
    }

    void aClientMayGoWhileItsWorkerComputes()
    {
        if (!hasWorker())
            QSKIP("tenscope-worker is not built");
        auto client = std::make_unique<WorkerClient>(real());
        Progress progress;
        const auto document = client->openTorchScript(data + "loop.pt", progress);
        QVERIFY(document);
        auto running = std::async(std::launch::async, [&progress, &document, raw = client.get()] {
            return raw->run(document->handle, loopRequest(2'000'000'000), {}, progress);
        });
        std::this_thread::sleep_for(200ms);
        QElapsedTimer timer;
        timer.start();
        client.reset();
        QVERIFY2(timer.elapsed() < 1000 + m_patience, qPrintable(QString::number(timer.elapsed())));
        QVERIFY(running.get().error().isCancelled());
    }

    // A window that is killed has no time to end its worker.
    void theWorkerDiesWithItsParent()
    {
        if (!hasWorker())
            QSKIP("tenscope-worker is not built");
        int ends[2];
        QCOMPARE(::pipe(ends), 0);
        const std::string program = QCoreApplication::applicationFilePath().toStdString(),
                          pipe = std::to_string(ends[1]);
        const int parent = ::fork();
        if (parent == 0) {
            ::execl(program.c_str(), program.c_str(), "--be-a-parent", pipe.c_str(), nullptr);
            ::_exit(1);
        }
        ::close(ends[1]);
        int process = -1;
        const auto size = ::read(ends[0], &process, sizeof process);
        ::close(ends[0]);
        ::kill(parent, SIGKILL);
        ::waitpid(parent, nullptr, 0);
        QCOMPARE(size, ssize_t(sizeof process));
        QVERIFY(process > 0);
        // Whoever adopts it has to bury it: a zombie is dead enough.
        const auto isGone = [process] {
            std::FILE* const status = std::fopen(("/proc/" + std::to_string(process) + "/stat").c_str(), "r");
            if (!status)
                return true;
            char state = 0;
            const int read = std::fscanf(status, "%*d (%*[^)]) %c", &state);
            std::fclose(status);
            return read == 1 && (state == 'Z' || state == 'X');
        };
        QTRY_VERIFY_WITH_TIMEOUT(isGone(), 5000);
    }

private:
    static bool hasWorker() { return std::filesystem::exists(worker); }
    static WorkerOptions real()
    {
        WorkerOptions options;
        options.path = worker;
        return options;
    }

    int m_filesBefore = 0;
    const int m_patience = patience();
};

// A window that has started its worker, tells which process that is, and waits to be killed.
static int beAParent(int pipe)
{
    WorkerOptions options;
    options.path = worker;
    WorkerClient client(options);
    Progress progress;
    const int process = client.info(progress) ? client.processId() : -1;
    [[maybe_unused]] const auto written = ::write(pipe, &process, sizeof process);
    while (true)
        ::pause();
}

int main(int argc, char** argv)
{
    if (argc == 3 && std::strcmp(argv[1], "--be-a-parent") == 0)
        return beAParent(std::atoi(argv[2]));
    QCoreApplication application(argc, argv);
    WorkerClientTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "workerclienttest.moc"

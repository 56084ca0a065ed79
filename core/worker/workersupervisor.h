#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/worker/framechannel.h"
#include "core/worker/workerclient.h"
#include "core/worker/workerprocess.h"

namespace tenscope {

// Keeps one worker process alive and carries requests to it and answers back, unread.
//
// All that concerns the process happens on one thread of its own: it starts the process (which dies with this thread),
// reads and writes its socket, watches time and memory, ends it and says why. Callers hand a request over and sleep until
// their answer, an event, or the end of the process wakes them.
class WorkerSupervisor {
public:
    explicit WorkerSupervisor(WorkerOptions options);
    ~WorkerSupervisor();
    WorkerSupervisor(const WorkerSupervisor&) = delete;
    WorkerSupervisor& operator=(const WorkerSupervisor&) = delete;

    void start();
    // Ends the process and starts another; what it was computing fails. Returns at once.
    void restart();
    WorkerStatus status() const;
    int processId() const;

    struct Request {
        Frame frame;                           // its request number is given here
        std::string doing;                     // "running resnet50.pt": follows "while"
        std::chrono::milliseconds timeout{0};  // from when the worker begins with it; 0: none
        std::uint64_t incarnation = 0;         // the process it makes sense in; 0: any
    };

    struct Reply {
        // The process went before it began with this request, or is not the one that the request is for: nothing was
        // done, ask again.
        bool isLost = false;
        Frame answer;
        std::uint64_t incarnation = 0;  // which process answered: 1, 2, … ; what it holds dies with it
    };

    // Sends the request and waits for its answer; events are given to `onEvent` on this thread. Fails with
    // ErrorKind::Worker where the process died of it or cannot be started; Error::cancelled() within 100 ms of
    // progress.cancel().
    Result<Reply> call(Request request, const std::function<void(const Frame&)>& onEvent, Progress& progress);

    // Sends a frame to the process, if there is one, and expects nothing.
    void notify(Frame frame);

private:
    using Clock = std::chrono::steady_clock;
    struct Call;

    void supervise();
    bool waitUntilWanted(std::unique_lock<std::mutex>& lock);
    bool startProcess(std::unique_lock<std::mutex>& lock);
    void attend(std::unique_lock<std::mutex>& lock);
    void receive(Frame frame);
    void sendWaiting();
    int untilNextCheck() const;
    std::string whyToEnd();
    void bury(const std::string& sentence);
    std::string busyWith() const;
    void tell(std::unique_lock<std::mutex>& lock, const std::string& text = {});
    void wake();

    const WorkerOptions m_options;
    const std::uint64_t m_memoryLimit;

    mutable std::mutex m_mutex;  // guards everything below
    std::condition_variable m_wanted;
    std::condition_variable m_noCallers;
    std::map<std::uint64_t, std::shared_ptr<Call>> m_calls;  // by request number, hence in order
    std::uint64_t m_lastRequest = 0;
    int m_callers = 0;  // threads inside call()
    bool m_isWanted = false;
    bool m_isShuttingDown = false;
    bool m_isRestartAsked = false;

    std::unique_ptr<WorkerProcess> m_process;
    std::unique_ptr<FrameChannel> m_channel;
    std::uint64_t m_incarnation = 0;
    bool m_isReady = false;
    Clock::time_point m_startedAt, m_lastHeard, m_memoryChecked;
    std::optional<Clock::time_point> m_pingSent;
    WorkerStatus m_status;

    std::thread m_thread;
};

}  // namespace tenscope

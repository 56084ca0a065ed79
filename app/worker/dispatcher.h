#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>

#include "core/base/progress.h"
#include "core/torch/runnabledocument.h"
#include "core/worker/framechannel.h"

namespace tenscope {

namespace protocol {
class FromWorker;
class ToWorker;
}  // namespace protocol

// Answers the window. Pings and cancels are answered where they arrive, on the control thread, which never computes; all
// else waits in a queue for the one thread that uses LibTorch.
class Dispatcher {
public:
    // `channel` must outlive the process's last thread.
    explicit Dispatcher(FrameChannel& channel);

    // Takes a frame from the window; on the control thread.
    void handle(Frame frame);

private:
    struct Job {
        std::uint64_t request = 0;
        Frame frame;
        std::shared_ptr<Progress> progress;
    };

    void compute();  // the computing thread, as long as the process lives
    void perform(Job& job);
    void open(const Job& job, const protocol::ToWorker& message);
    void writeScript(const Job& job, const protocol::ToWorker& message, const std::shared_ptr<const MappedFile>& attached);
    void openModel(const Job& job, const protocol::ToWorker& message, const std::shared_ptr<const MappedFile>& attached);
    void run(const Job& job, const protocol::ToWorker& message, const std::shared_ptr<const MappedFile>& attached);
    void inferTypes(const Job& job, const protocol::ToWorker& message);
    void sendActivation(const Job& job, const protocol::ToWorker& message);
    void cancel(std::uint64_t request);
    RunnableDocument* document(const Job& job, std::uint64_t number);

    void send(FrameKind kind, std::uint64_t request, const protocol::FromWorker& message, BlobWriter& attached);
    void send(FrameKind kind, std::uint64_t request, const protocol::FromWorker& message);
    void answer(const Job& job, const Error& error);

    FrameChannel& m_channel;
    std::mutex m_mutex;
    std::condition_variable m_arrived;
    std::deque<Job> m_jobs;                       // guarded by m_mutex
    std::uint64_t m_currentRequest = 0;           // guarded by m_mutex
    std::shared_ptr<Progress> m_currentProgress;  // guarded by m_mutex

    std::map<std::uint64_t, std::unique_ptr<RunnableDocument>> m_documents;  // the computing thread's own
};

}  // namespace tenscope

#include "core/worker/workersupervisor.h"

#include <algorithm>
#include <deque>

#include "core/graph/text.h"
#include "core/worker/worker.pb.h"

namespace tenscope {

using namespace std::chrono_literals;

namespace {

// How often a sleeping caller looks whether it was cancelled, and how long it waits for the worker to agree before it
// returns without it.
constexpr auto cancelPoll = 15ms;
constexpr auto cancelPatience = 60ms;
constexpr auto memoryPeriod = 500ms;

Frame cancelFrame(std::uint64_t request)
{
    protocol::ToWorker message;
    message.mutable_cancel();
    return makeSmallFrame(FrameKind::Request, request, message.SerializeAsString());
}

Frame pingFrame()
{
    protocol::ToWorker message;
    message.mutable_ping();
    return makeSmallFrame(FrameKind::Request, 0, message.SerializeAsString());
}

std::string seconds(std::chrono::milliseconds time)
{
    std::string text = shortest(double(time.count()) / 1000);
    return text + (text == "1" ? " second" : " seconds");
}

}  // namespace

struct WorkerSupervisor::Call {
    std::uint64_t number = 0;
    Request request;
    bool isSent = false;
    std::optional<Clock::time_point> started;
    std::optional<Clock::time_point> cancelled;
    bool isAbandoned = false;  // its caller has gone on; it is kept so that it cannot compute for ever

    std::condition_variable changed;
    std::deque<Frame> frames;  // what the caller has not taken yet
    std::optional<Result<Reply>> end;
};

WorkerSupervisor::WorkerSupervisor(WorkerOptions options)
    : m_options(std::move(options)),
      m_memoryLimit(m_options.memoryLimitBytes ? m_options.memoryLimitBytes : defaultMemoryLimit()),
      m_thread([this] { supervise(); })
{
}

WorkerSupervisor::~WorkerSupervisor()
{
    {
        std::unique_lock lock(m_mutex);
        m_isShuttingDown = true;
        for (const auto& [number, call] : m_calls) {
            call->end = fail(Error::cancelled());
            call->changed.notify_all();
        }
        m_calls.clear();
        wake();
        m_noCallers.wait(lock, [this] { return m_callers == 0; });
    }
    m_thread.join();
}

void WorkerSupervisor::start()
{
    const std::lock_guard lock(m_mutex);
    m_isWanted = true;
    wake();
}

void WorkerSupervisor::restart()
{
    const std::lock_guard lock(m_mutex);
    m_isWanted = true;
    m_isRestartAsked = m_process != nullptr;
    wake();
}

WorkerStatus WorkerSupervisor::status() const
{
    const std::lock_guard lock(m_mutex);
    return m_status;
}

int WorkerSupervisor::processId() const
{
    const std::lock_guard lock(m_mutex);
    return m_process ? m_process->id() : -1;
}

void WorkerSupervisor::wake()
{
    m_wanted.notify_all();
    if (m_channel)
        m_channel->wake();
}

Result<WorkerSupervisor::Reply> WorkerSupervisor::call(Request request,
                                                       const std::function<void(const Frame&)>& onEvent,
                                                       Progress& progress)
{
    if (progress.cancelled())
        return fail(Error::cancelled());
    const auto call = std::make_shared<Call>();
    call->request = std::move(request);

    std::unique_lock lock(m_mutex);
    if (m_isShuttingDown)
        return fail(Error::cancelled());
    struct Caller {
        WorkerSupervisor& supervisor;
        explicit Caller(WorkerSupervisor& s) : supervisor(s) { ++supervisor.m_callers; }
        ~Caller()
        {
            --supervisor.m_callers;
            supervisor.m_noCallers.notify_all();
        }
    } caller(*this);
    call->number = call->request.frame.request = ++m_lastRequest;
    m_calls[call->number] = call;
    m_isWanted = true;
    wake();

    while (true) {
        call->changed.wait_for(lock, cancelPoll, [&] { return !call->frames.empty() || call->end; });
        while (!call->frames.empty() && !progress.cancelled()) {
            const Frame event = std::move(call->frames.front());
            call->frames.pop_front();
            lock.unlock();
            if (onEvent)
                onEvent(event);
            lock.lock();
        }
        if (progress.cancelled() && !call->cancelled && !call->end) {
            call->cancelled = Clock::now();
            if (call->isSent && m_channel)
                m_channel->send(cancelFrame(call->number));
            else
                m_calls.erase(call->number);
            wake();
            if (!call->isSent)
                return fail(Error::cancelled());
        }
        if (call->end) {
            m_calls.erase(call->number);
            if (progress.cancelled())
                return fail(Error::cancelled());
            return std::move(*call->end);
        }
        if (call->cancelled && Clock::now() - *call->cancelled > cancelPatience) {
            call->isAbandoned = true;
            return fail(Error::cancelled());
        }
    }
}

void WorkerSupervisor::notify(Frame frame)
{
    const std::lock_guard lock(m_mutex);
    if (m_channel)
        m_channel->send(std::move(frame));
}

// The supervising thread.
void WorkerSupervisor::supervise()
{
    std::unique_lock lock(m_mutex);
    while (waitUntilWanted(lock)) {
        if (!startProcess(lock))
            continue;
        attend(lock);
    }
}

bool WorkerSupervisor::waitUntilWanted(std::unique_lock<std::mutex>& lock)
{
    m_wanted.wait(lock, [this] { return m_isWanted || m_isShuttingDown; });
    return !m_isShuttingDown;
}

bool WorkerSupervisor::startProcess(std::unique_lock<std::mutex>& lock)
{
    const std::filesystem::path program = m_options.path.empty() ? WorkerClient::find() : m_options.path;
    lock.unlock();
    Result<std::unique_ptr<WorkerProcess>> process =
        program.empty() ? fail(Error::worker("The worker program (tenscope-worker) is missing beside this one; "
                                             "TorchScript files cannot be opened."))
                        : WorkerProcess::start(program, m_memoryLimit);
    lock.lock();
    if (!process) {
        m_isWanted = false;  // the next call tries again
        for (const auto& [number, call] : m_calls) {
            call->end = fail(process.error());
            call->changed.notify_all();
        }
        m_calls.clear();
        tell(lock, process.error().message);
        return false;
    }
    m_process = std::move(*process);
    m_channel = std::make_unique<FrameChannel>(m_process->takeSocket());
    ++m_incarnation;
    m_isReady = false;
    m_isRestartAsked = false;
    m_pingSent.reset();
    m_startedAt = m_lastHeard = m_memoryChecked = Clock::now();
    return true;
}

// From the start of a process to its end.
void WorkerSupervisor::attend(std::unique_lock<std::mutex>& lock)
{
    std::string reason;
    while (!m_isShuttingDown && reason.empty()) {
        sendWaiting();
        tell(lock);
        const int patience = untilNextCheck();
        lock.unlock();
        // Only this thread makes and destroys the channel, so it needs no lock to be used here.
        const bool isOpen = m_channel->wait(patience);
        lock.lock();
        while (std::optional<Frame> frame = m_channel->take())
            receive(std::move(*frame));
        reason = isOpen ? whyToEnd() : "ended unexpectedly";
    }
    m_channel.reset();
    const std::unique_ptr<WorkerProcess> process = std::move(m_process);
    lock.unlock();
    const std::string how = process->end();
    lock.lock();
    if (m_isShuttingDown)
        return;
    const bool wasReady = m_isReady;
    m_isReady = false;
    const bool startsAgain = wasReady || m_isRestartAsked;  // one that dies while it starts would do so for ever
    m_isWanted = startsAgain;
    const std::string what = reason == "ended unexpectedly" ? reason + " (" + how + ")" : reason;
    std::string sentence = "The worker process " + what;
    sentence += startsAgain ? busyWith() + "; it has been restarted."
                            : " while it was starting; TorchScript files cannot be opened.";
    bury(sentence);
    tell(lock, sentence);
}

// What became of each call when the process went: those it was computing share its fate, the others can be made again.
void WorkerSupervisor::bury(const std::string& sentence)
{
    for (const auto& [number, call] : m_calls) {
        if (m_isWanted && !call->started) {
            Reply lost;
            lost.isLost = true;
            call->end = std::move(lost);
        } else {
            call->end = fail(Error::worker(sentence));
        }
        call->changed.notify_all();
    }
    m_calls.clear();
}

std::string WorkerSupervisor::busyWith() const
{
    for (const auto& [number, call] : m_calls)
        if (call->started)
            return " while " + call->request.doing;
    return {};
}

void WorkerSupervisor::sendWaiting()
{
    for (auto entry = m_calls.begin(); entry != m_calls.end();) {
        const std::shared_ptr<Call> call = (entry++)->second;
        if (call->isSent)
            continue;
        if (call->request.incarnation != 0 && call->request.incarnation != m_incarnation) {
            Reply lost;
            lost.isLost = true;
            call->end = std::move(lost);
            call->changed.notify_all();
            m_calls.erase(call->number);
            continue;
        }
        call->isSent = true;
        m_channel->send(std::move(call->request.frame));
    }
}

void WorkerSupervisor::receive(Frame frame)
{
    const auto now = Clock::now();
    m_lastHeard = now;
    m_pingSent.reset();
    if (!m_isReady) {
        m_isReady = true;
        // Nothing could be cancelled while LibTorch was loading: patience begins now.
        for (const auto& [number, call] : m_calls)
            if (call->cancelled)
                call->cancelled = now;
    }
    const auto found = m_calls.find(frame.request);
    if (found == m_calls.end())
        return;
    const std::shared_ptr<Call> call = found->second;
    switch (frame.kind) {
    case FrameKind::Request: return;
    case FrameKind::Started: call->started = now; return;
    case FrameKind::Event:
        if (!call->isAbandoned)
            call->frames.push_back(std::move(frame));
        break;
    case FrameKind::Answer: {
        Reply reply;
        reply.answer = std::move(frame);
        reply.incarnation = m_incarnation;
        call->end = std::move(reply);
        m_calls.erase(found);
        break;
    }
    }
    call->changed.notify_all();
}

int WorkerSupervisor::untilNextCheck() const
{
    if (m_calls.empty() && m_isReady)
        return -1;  // idle: nothing to watch, and no reason to wake a sleeping laptop
    auto shortest = std::chrono::milliseconds(250);
    for (const auto limit : {m_options.startTimeout, m_options.cancelTimeout, m_options.hangTimeout})
        shortest = std::min(shortest, limit / 4);
    return int(std::max(shortest, std::chrono::milliseconds(10)).count());
}

// What follows "The worker process" where it has to be ended; empty where all is well.
std::string WorkerSupervisor::whyToEnd()
{
    if (m_isRestartAsked)
        return "was ended on request";
    const auto now = Clock::now();
    if (!m_isReady)
        return now - m_startedAt > m_options.startTimeout
                   ? "was not ready after " + seconds(m_options.startTimeout) + " and was ended"
                   : std::string();
    for (const auto& [number, call] : m_calls) {
        if (call->cancelled && now - *call->cancelled > m_options.cancelTimeout)
            return "did not stop when it was cancelled and was ended";
        if (call->started && call->request.timeout.count() > 0 && now - *call->started > call->request.timeout)
            return "took longer than " + seconds(call->request.timeout) + " and was ended";
    }
    if (m_calls.empty()) {
        m_pingSent.reset();
        return {};
    }
    if (m_pingSent && now - *m_pingSent > m_options.hangTimeout)
        return "did not answer for " + seconds(m_options.hangTimeout) + " and was ended";
    if (!m_pingSent && now - m_lastHeard > m_options.hangTimeout / 4) {
        m_pingSent = now;
        m_channel->send(pingFrame());
    }
    if (now - m_memoryChecked > memoryPeriod) {
        m_memoryChecked = now;
        // A little more than its own limit, which it should have noticed before: that makes the better sentence.
        if (m_process->memoryBytes() > m_memoryLimit + m_memoryLimit / 8)
            return "used more than " + byteCount(m_memoryLimit) + " of memory and was ended";
    }
    return {};
}

// Says what has changed, from this thread only, so that changes are told in their order. Releases the lock meanwhile.
void WorkerSupervisor::tell(std::unique_lock<std::mutex>& lock, const std::string& text)
{
    WorkerStatus status;
    status.text = text;
    if (m_isReady)
        status.state = m_calls.empty() ? WorkerStatus::State::Ready : WorkerStatus::State::Busy;
    else
        status.state = m_isWanted ? WorkerStatus::State::Starting : WorkerStatus::State::Stopped;
    if (status.state == m_status.state && text.empty())
        return;
    m_status = status;
    if (!m_options.onStatus)
        return;
    lock.unlock();
    m_options.onStatus(status);
    lock.lock();
}

}  // namespace tenscope

#pragma once

#include <atomic>
#include <functional>
#include <string>

namespace tenscope {

// What a long computation reports to and is stopped by. One thread computes and calls report(); any thread may call
// cancel(). A function that takes a Progress& returns Error::cancelled() within 100 ms of cancel().
class Progress {
public:
    // Called from the computing thread, at most every 30 ms. fraction is 0…1, or negative where the end is not known.
    using Listener = std::function<void(double fraction, const std::string& what)>;

    Progress() = default;
    explicit Progress(Listener listener) : m_listener(std::move(listener)) {}
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void report(double fraction, const std::string& what = {});

    void cancel() { m_cancelled.store(true, std::memory_order_relaxed); }
    bool cancelled() const { return m_cancelled.load(std::memory_order_relaxed); }

private:
    Listener m_listener;
    std::atomic<bool> m_cancelled{false};
    long long m_lastReport = 0;  // steady clock, milliseconds
};

}  // namespace tenscope

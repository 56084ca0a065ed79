#pragma once

#include <dirent.h>
#include <sys/wait.h>

#include <QString>
#include <algorithm>
#include <cerrno>
#include <functional>
#include <mutex>
#include <vector>

#include "core/worker/workerclient.h"

// What tests of the worker's client look at: processes, open files, what the client says.
namespace tenscope {

inline int openFiles()
{
    int count = 0;
    DIR* const folder = ::opendir("/proc/self/fd");
    while (::readdir(folder))
        ++count;
    ::closedir(folder);
    return count;
}

inline bool hasNoChildren()
{
    return ::waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD;
}

inline QString sentence(const Error& error)
{
    return QString::fromStdString(error.message);
}

// What the client says of the process, in order.
struct Told {
    std::mutex mutex;
    std::vector<WorkerStatus> all;

    std::function<void(const WorkerStatus&)> listener()
    {
        return [this](const WorkerStatus& status) {
            const std::lock_guard lock(mutex);
            all.push_back(status);
        };
    }
    bool has(WorkerStatus::State state)
    {
        const std::lock_guard lock(mutex);
        return std::any_of(all.begin(), all.end(), [state](const WorkerStatus& s) { return s.state == state; });
    }
    bool hasText(const char* part)
    {
        const std::lock_guard lock(mutex);
        return std::any_of(all.begin(), all.end(),
                           [part](const WorkerStatus& s) { return s.text.find(part) != std::string::npos; });
    }
};

// Added to limits of time that are not ours, in ms: for machines with more to do than processors.
inline int patience()
{
    bool isSet = false;
    const int asked = qEnvironmentVariableIntValue("TENSCOPE_TEST_PATIENCE_MS", &isSet);
    return isSet ? asked : 1000;
}

}  // namespace tenscope

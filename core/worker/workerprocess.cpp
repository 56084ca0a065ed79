#include "core/worker/workerprocess.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "core/worker/framechannel.h"

extern char** environ;

namespace tenscope {

namespace {

constexpr int socketNumber = 3;  // the first after the standard ones

}  // namespace

Result<std::unique_ptr<WorkerProcess>> WorkerProcess::start(const std::filesystem::path& program,
                                                            std::uint64_t memoryLimitBytes)
{
    const auto refused = [&](int error) {
        return fail(Error::worker("The worker process cannot be started: " + program.string() + " (" +
                                  std::strerror(error) + "); TorchScript files cannot be opened."));
    };
    auto ends = FrameChannel::makePair();
    if (!ends)
        return fail(ends.error());

    ::posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    // dup2 of a number to itself, too, makes it survive the execution (POSIX.1-2024; glibc always did).
    ::posix_spawn_file_actions_adddup2(&files, ends->second.number(), socketNumber);
    ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    // Models print, and our standard output is somebody's JSON.
    ::posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
    ::posix_spawn_file_actions_addclosefrom_np(&files, socketNumber + 1);

    ::posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    ::sigset_t none, ordinary;
    ::sigemptyset(&none);
    ::sigemptyset(&ordinary);
    for (const int signal : {SIGPIPE, SIGTERM, SIGHUP, SIGCHLD, SIGUSR1, SIGUSR2})
        ::sigaddset(&ordinary, signal);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &ordinary);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

    const std::string path = program.string(), socket = std::to_string(socketNumber),
                      limit = std::to_string(memoryLimitBytes), parent = std::to_string(::getpid());
    const char* arguments[] = {path.c_str(),  "--socket", socket.c_str(), "--memory-limit",
                               limit.c_str(), "--parent", parent.c_str(), nullptr};
    ::pid_t id = -1;
    const int error = ::posix_spawn(&id, path.c_str(), &files, &attributes, const_cast<char**>(arguments), environ);
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&files);
    if (error != 0)
        return refused(error);
    return std::unique_ptr<WorkerProcess>(new WorkerProcess(id, std::move(ends->first)));
}

WorkerProcess::~WorkerProcess()
{
    end();
}

std::string WorkerProcess::end()
{
    if (m_id < 0)
        return "ended before";
    // To one that has died already this means nothing, and how it died stays known until it is waited for.
    ::kill(m_id, SIGKILL);
    int status = 0;
    ::pid_t waited = -1;
    do {
        waited = ::waitpid(m_id, &status, 0);
    } while (waited < 0 && errno == EINTR);
    m_id = -1;
    if (waited < 0)
        return "cause not known";
    return WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                               : "exit code " + std::to_string(WEXITSTATUS(status));
}

std::uint64_t WorkerProcess::memoryBytes() const
{
    std::ifstream status("/proc/" + std::to_string(m_id) + "/status");
    std::uint64_t kibibytes = 0;
    for (std::string line; std::getline(status, line);) {
        for (const char* field : {"RssAnon:", "RssShmem:", "VmSwap:"})
            if (line.compare(0, std::strlen(field), field) == 0)
                kibibytes += std::strtoull(line.c_str() + std::strlen(field), nullptr, 10);
    }
    return kibibytes * 1024;
}

std::uint64_t defaultMemoryLimit()
{
    const auto pages = std::uint64_t(::sysconf(_SC_PHYS_PAGES)), size = std::uint64_t(::sysconf(_SC_PAGESIZE));
    return pages * size / 5 * 4;
}

}  // namespace tenscope

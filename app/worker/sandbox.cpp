#include "app/worker/sandbox.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace tenscope {

namespace {

void limit(int resource, ::rlim_t most)
{
    ::rlimit limits = {};
    if (::getrlimit(::__rlimit_resource_t(resource), &limits) != 0)
        return;
    limits.rlim_cur = limits.rlim_max == RLIM_INFINITY || most < limits.rlim_max ? most : limits.rlim_max;
    limits.rlim_max = limits.rlim_cur;
    ::setrlimit(::__rlimit_resource_t(resource), &limits);
}

}  // namespace

bool enterSandbox(int parentProcess)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parentProcess)
        return false;
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    // Not 0: to a program that collects dumps the system would send one all the same; of 1 byte it sends none.
    limit(RLIMIT_CORE, 1);
    ::setpriority(PRIO_PROCESS, 0, 5);
    if (const int file = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC); file >= 0) {
        [[maybe_unused]] const auto written = ::write(file, "500", 3);
        ::close(file);
    }
    // The terminal's interrupt is for the program that started us; it says what it wants by our socket.
    ::signal(SIGINT, SIG_IGN);
    ::signal(SIGPIPE, SIG_IGN);
    return true;
}

void limitMemory(std::uint64_t bytes)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    (void)bytes;  // sanitizers reserve terabytes for themselves, and those count
#else
    if (bytes != 0)
        limit(RLIMIT_DATA, ::rlim_t(bytes));
#endif
}

}  // namespace tenscope

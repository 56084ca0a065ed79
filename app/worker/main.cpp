// tenscope-worker: the process that has LibTorch. It is started by tenscope and speaks with it over a socket; standard
// output is not its own. See core/worker/workerclient.h for the other side.

#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "app/worker/dispatcher.h"
#include "app/worker/sandbox.h"

namespace {

// The manual page is made from this.
constexpr char help[] =
    "Usage: tenscope-worker --socket N --parent PID [--memory-limit BYTES]\n"
    "Reads and runs TorchScript for tenscope, which starts it, speaks with it over a socket and ends it. Whatever a model\n"
    "does happens in this process: it dies with its parent, gains no rights, and allocates no more than it may.\n"
    "It is of no use to people.\n"
    "\n"
    "Options:\n"
    "  --socket N            The file descriptor of the socket that it has inherited\n"
    "  --parent PID          The process to die with\n"
    "  --memory-limit BYTES  How much memory it may allocate; 0 is no limit\n"
    "  --version             Say which version this is\n"
    "  --help                Say what it takes\n";

}  // namespace

int main(int argc, char** argv)
{
    if (argc == 2 && std::strcmp(argv[1], "--help") == 0)
        return std::fputs(help, stdout) < 0;
    if (argc == 2 && std::strcmp(argv[1], "--version") == 0)
        return std::puts("tenscope-worker " TENSCOPE_VERSION) < 0;
    int socket = -1, parent = -1;
    std::uint64_t memoryLimit = 0;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (std::strcmp(argv[i], "--socket") == 0)
            socket = std::atoi(argv[i + 1]);
        else if (std::strcmp(argv[i], "--parent") == 0)
            parent = std::atoi(argv[i + 1]);
        else if (std::strcmp(argv[i], "--memory-limit") == 0)
            memoryLimit = std::strtoull(argv[i + 1], nullptr, 10);
    }
    if (socket <= STDERR_FILENO || ::fcntl(socket, F_SETFD, FD_CLOEXEC) != 0) {
        std::fputs("tenscope-worker is started by tenscope; run that instead.\n", stderr);
        return 2;
    }
    if (!tenscope::enterSandbox(parent))
        return 0;
    tenscope::limitMemory(memoryLimit);

    tenscope::FrameChannel channel{tenscope::Descriptor(socket)};
    tenscope::Dispatcher dispatcher(channel);
    while (channel.wait(-1)) {
        while (auto frame = channel.take())
            dispatcher.handle(std::move(*frame));
    }
    // The window is gone. Whatever computes has no one to compute for, and LibTorch's threads need no farewell.
    std::_Exit(0);
}

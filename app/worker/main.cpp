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

int main(int argc, char** argv)
{
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

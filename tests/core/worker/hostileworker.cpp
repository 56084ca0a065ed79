// Stands in for tenscope-worker and misbehaves as TENSCOPE_HOSTILE says: what a process that a hostile file has taken
// over, or that is broken, may do to the window.

#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "core/worker/framechannel.h"
#include "core/worker/worker.pb.h"

using namespace tenscope;

namespace {

// A file that could still be changed by us: sealed against being sealed.
Descriptor changeableFile()
{
    const int file = ::memfd_create("hostile", MFD_CLOEXEC);
    if (::ftruncate(file, 4096) != 0)
        std::exit(3);
    return Descriptor(file);
}

void sendFile(FrameChannel& channel, std::uint64_t request, Descriptor file)
{
    Frame frame;
    frame.kind = FrameKind::Answer;
    frame.request = request;
    frame.large = std::move(file);
    channel.send(std::move(frame));
}

void answer(FrameChannel& channel, std::uint64_t request, const std::string& how)
{
    if (how == "die")
        std::_Exit(7);
    if (how == "nonsense")
        return channel.send(makeSmallFrame(FrameKind::Answer, request, std::string(500, '\xff')));
    if (how == "empty")
        return channel.send(makeSmallFrame(FrameKind::Answer, request, {}));
    if (how == "others")
        channel.send(makeSmallFrame(FrameKind::Answer, request + 100, {}));
    if (how == "changeable")
        return sendFile(channel, request, changeableFile());
    if (how == "nofile")
        return sendFile(channel, request, Descriptor(::dup(STDIN_FILENO)));
    if (how == "nomodel") {
        protocol::FromWorker message;
        message.mutable_opened()->mutable_model();
        return channel.send(makeSmallFrame(FrameKind::Answer, request, message.SerializeAsString()));
    }
    if (how == "flood") {
        for (int i = 0; i < 20000; ++i) {
            protocol::FromWorker message;
            message.mutable_progress()->set_fraction(0.5);
            message.mutable_progress()->set_what(std::string(1000, 'x'));
            channel.send(makeSmallFrame(FrameKind::Event, request, message.SerializeAsString()));
        }
    }
    protocol::FromWorker message;
    message.mutable_failure()->set_kind(1000);
    message.mutable_failure()->set_message("refused");
    channel.send(makeSmallFrame(FrameKind::Answer, request, message.SerializeAsString()));
}

}  // namespace

int main()
{
    const char* const wish = std::getenv("TENSCOPE_HOSTILE");
    const std::string how = wish ? wish : "";
    if (how == "silent")
        while (true)
            ::pause();
    if (how == "garbage") {
        const std::string noise(100'000, 'z');
        [[maybe_unused]] const auto written = ::write(3, noise.data(), noise.size());
        while (true)
            ::pause();
    }
    if (how == "deaf") {  // it closes its socket and stays
        ::close(3);
        while (true)
            ::pause();
    }
    FrameChannel channel{Descriptor(3)};
    protocol::FromWorker ready;
    ready.mutable_ready();
    channel.send(makeSmallFrame(FrameKind::Event, 0, ready.SerializeAsString()));
    while (channel.wait(-1)) {
        while (const auto frame = channel.take()) {
            if (frame->request == 0)
                continue;
            channel.send(makeSmallFrame(FrameKind::Started, frame->request, {}));
            if (how == "die")
                channel.wait(0);
            answer(channel, frame->request, how);
        }
    }
    return 0;
}

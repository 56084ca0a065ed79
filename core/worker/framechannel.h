#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/result.h"
#include "core/worker/blob.h"
#include "core/worker/descriptor.h"

namespace tenscope {

// What a frame means to its request, so that it can be handed on unread.
enum class FrameKind : std::uint32_t {
    Request,  // from the window
    Event,    // from the worker, while the request lasts
    Started,  // from the worker: it begins to compute the request
    Answer,   // from the worker: the end of the request
};

// One message on its way: a protobuf message for a request, and tensors beside it.
struct Frame {
    FrameKind kind = FrameKind::Request;
    std::uint64_t request = 0;  // 0: none; the process itself is meant
    std::string payload;        // small messages
    Descriptor large;           // a file that holds the payload instead, for large ones
    Descriptor attached;        // a file with the bytes of tensors
};

// A frame with its payload as bytes, mapped where it is large.
struct Payload {
    std::string_view bytes;
    std::shared_ptr<const MappedFile> largeFile;
    std::shared_ptr<const MappedFile> attached;  // null: none
};

// Maps the files of a received frame. The payload's bytes live as long as the frame and the result do.
// Fails (ErrorKind::Worker) on files that cannot be trusted, and on payloads of more than a gigabyte.
Result<Payload> openPayload(const Frame& frame);

// Makes the frame that openPayload() reads. Fails (ErrorKind::Run) where shared memory is short.
Result<Frame> makeFrame(FrameKind kind, std::uint64_t request, std::string payload, BlobWriter& attached);

// A frame of a small message with nothing beside it: needs no shared memory.
Frame makeSmallFrame(FrameKind kind, std::uint64_t request, std::string payload);

// Frames over one end of a socket pair: a header (magic, flags, kind, request, length), then the payload; files
// travel with the header as the socket's control messages. Another system needs a framechannel.cpp of its own, and nothing else.
//
// send() and wake() are for any thread; all the rest is for the one thread that owns the channel and calls wait() in
// a loop. The other side is not trusted: what is no frame ends the channel.
class FrameChannel {
public:
    explicit FrameChannel(Descriptor socket);

    // The two ends of a new pair; both close when a program is executed.
    static Result<std::pair<Descriptor, Descriptor>> makePair();

    // Queues the frame and wakes the owner, who writes it. Never blocks, never fails: a broken channel tells its owner.
    void send(Frame frame);
    void wake();

    // Writes and reads what can be, after waiting for at most that long for something to come, or for wake(). Gives false
    // once the other side is gone or has sent what is no frame; frames received before can still be taken.
    bool wait(int milliseconds);

    std::optional<Frame> take();

private:
    bool writeQueued();
    bool readAvailable();
    bool parse();

    Descriptor m_socket;
    Descriptor m_wake;
    std::mutex m_mutex;
    std::deque<Frame> m_outgoing;  // guarded by m_mutex
    bool m_isOpen = true;

    std::string m_writing;  // of the first outgoing frame: header and payload
    std::size_t m_written = 0;
    std::optional<Frame> m_current;

    std::string m_received;
    std::deque<Descriptor> m_receivedFiles;
    std::deque<Frame> m_incoming;
};

}  // namespace tenscope

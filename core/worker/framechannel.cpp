#include "core/worker/framechannel.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cassert>
#include <cerrno>
#include <cstring>

namespace tenscope {

namespace {

struct Header {
    std::uint32_t magic = 0x4e435354;  // "TSCN"
    std::uint32_t flags = 0;
    std::uint32_t kind = 0;
    std::uint32_t length = 0;  // of the payload that follows
    std::uint64_t request = 0;
};
static_assert(sizeof(Header) == 24);

constexpr std::uint32_t hasLarge = 1, hasAttached = 2;
constexpr std::size_t largestInline = 256 * 1024;
constexpr std::uint64_t largestPayload = std::uint64_t(1) << 30;
constexpr int mostFiles = 2;  // of one frame

}  // namespace

Result<Payload> openPayload(const Frame& frame)
{
    Payload payload;
    payload.bytes = frame.payload;
    if (frame.large) {
        auto file = mapBlob(frame.large);
        if (!file)
            return fail(file.error());
        if ((*file)->size() > largestPayload)
            return fail(
                Error::worker("The worker process sent a message that is too large; the model cannot be shown."));
        payload.largeFile = *file;
        const auto bytes = payload.largeFile->bytes();
        payload.bytes = {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    if (frame.attached) {
        auto file = mapBlob(frame.attached);
        if (!file)
            return fail(file.error());
        payload.attached = *file;
    }
    return payload;
}

Frame makeSmallFrame(FrameKind kind, std::uint64_t request, std::string payload)
{
    assert(payload.size() <= largestInline);
    Frame frame;
    frame.kind = kind;
    frame.request = request;
    frame.payload = std::move(payload);
    return frame;
}

Result<Frame> makeFrame(FrameKind kind, std::uint64_t request, std::string payload, BlobWriter& attached)
{
    Frame frame;
    frame.kind = kind;
    frame.request = request;
    frame.attached = attached.take();
    if (payload.size() > largestInline) {
        BlobWriter large;
        const auto written = large.append(std::as_bytes(std::span(payload)));
        if (!written)
            return fail(written.error());
        frame.large = large.take();
    } else {
        frame.payload = std::move(payload);
    }
    return frame;
}

FrameChannel::FrameChannel(Descriptor socket)
    : m_socket(std::move(socket)), m_wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
    ::fcntl(m_socket.number(), F_SETFL, ::fcntl(m_socket.number(), F_GETFL) | O_NONBLOCK);
}

Result<std::pair<Descriptor, Descriptor>> FrameChannel::makePair()
{
    int ends[2] = {};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return fail(Error::worker(std::string("The worker process cannot be reached (") + std::strerror(errno) + ")."));
    return std::pair(Descriptor(ends[0]), Descriptor(ends[1]));
}

void FrameChannel::send(Frame frame)
{
    {
        const std::lock_guard lock(m_mutex);
        m_outgoing.push_back(std::move(frame));
    }
    wake();
}

void FrameChannel::wake()
{
    const std::uint64_t one = 1;
    // Fails only where the counter is full, and then the owner wakes anyway.
    [[maybe_unused]] const auto written = ::write(m_wake.number(), &one, sizeof one);
}

bool FrameChannel::wait(int milliseconds)
{
    if (!m_isOpen)
        return false;
    m_isOpen = writeQueued();
    if (m_isOpen) {
        std::array<::pollfd, 2> polled = {{{m_socket.number(), POLLIN, 0}, {m_wake.number(), POLLIN, 0}}};
        if (m_current)
            polled[0].events |= POLLOUT;
        if (::poll(polled.data(), polled.size(), milliseconds) > 0) {
            if (polled[1].revents) {
                std::uint64_t count = 0;
                [[maybe_unused]] const auto taken = ::read(m_wake.number(), &count, sizeof count);
            }
            m_isOpen = writeQueued();
            // What arrived before the other side went is read all the same.
            if (polled[0].revents & (POLLIN | POLLHUP | POLLERR))
                m_isOpen = readAvailable() && m_isOpen;
        }
    }
    return m_isOpen;
}

std::optional<Frame> FrameChannel::take()
{
    if (m_incoming.empty())
        return std::nullopt;
    std::optional<Frame> frame(std::move(m_incoming.front()));
    m_incoming.pop_front();
    return frame;
}

bool FrameChannel::writeQueued()
{
    while (true) {
        if (!m_current) {
            const std::lock_guard lock(m_mutex);
            if (m_outgoing.empty())
                return true;
            m_current = std::move(m_outgoing.front());
            m_outgoing.pop_front();
            Header header;
            header.flags = (m_current->large ? hasLarge : 0) | (m_current->attached ? hasAttached : 0);
            header.request = m_current->request;
            header.kind = std::uint32_t(m_current->kind);
            header.length = std::uint32_t(m_current->payload.size());
            m_writing.assign(reinterpret_cast<const char*>(&header), sizeof header);
            m_writing += m_current->payload;
            m_written = 0;
        }
        ::iovec part = {m_writing.data() + m_written, m_writing.size() - m_written};
        ::msghdr message = {};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        alignas(::cmsghdr) char control[CMSG_SPACE(mostFiles * sizeof(int))] = {};
        if (m_written == 0 && (m_current->large || m_current->attached)) {
            int files[mostFiles];
            std::size_t count = 0;
            for (const Descriptor* file : {&m_current->large, &m_current->attached})
                if (*file)
                    files[count++] = file->number();
            message.msg_control = control;
            message.msg_controllen = CMSG_SPACE(count * sizeof(int));
            ::cmsghdr* head = CMSG_FIRSTHDR(&message);
            head->cmsg_level = SOL_SOCKET;
            head->cmsg_type = SCM_RIGHTS;
            head->cmsg_len = CMSG_LEN(count * sizeof(int));
            std::memcpy(CMSG_DATA(head), files, count * sizeof(int));
        }
        const ::ssize_t written = ::sendmsg(m_socket.number(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (written < 0) {
            if (errno == EINTR)
                continue;
            // ETOOMANYREFS: too many files are on their way; it passes when the other side reads.
            return errno == EAGAIN || errno == EWOULDBLOCK || errno == ETOOMANYREFS;
        }
        m_written += std::size_t(written);
        if (m_written == m_writing.size())
            m_current.reset();
    }
}

bool FrameChannel::readAvailable()
{
    std::array<char, 64 * 1024> buffer;
    // Not forever, so that a sender that never pauses cannot keep the owner here.
    for (int portions = 0; portions < 256; ++portions) {
        ::iovec part = {buffer.data(), buffer.size()};
        ::msghdr message = {};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        alignas(::cmsghdr) char control[CMSG_SPACE(16 * sizeof(int))];
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        const ::ssize_t received = ::recvmsg(m_socket.number(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
        if (received < 0) {
            if (errno == EINTR)
                continue;
            return errno == EAGAIN || errno == EWOULDBLOCK;
        }
        for (::cmsghdr* head = CMSG_FIRSTHDR(&message); head; head = CMSG_NXTHDR(&message, head)) {
            if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS)
                continue;
            const std::size_t count = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
            for (std::size_t i = 0; i < count; ++i) {
                int file = -1;
                std::memcpy(&file, CMSG_DATA(head) + i * sizeof(int), sizeof file);
                m_receivedFiles.emplace_back(file);
            }
        }
        if (message.msg_flags & MSG_CTRUNC)  // files were lost: our own limit of open ones
            return false;
        if (received == 0)
            return false;
        m_received.append(buffer.data(), std::size_t(received));
        if (!parse())
            return false;
    }
    return true;
}

bool FrameChannel::parse()
{
    std::size_t position = 0;
    while (m_received.size() - position >= sizeof(Header)) {
        Header header;
        std::memcpy(&header, m_received.data() + position, sizeof header);
        if (header.magic != Header().magic || header.length > largestInline ||
            (header.flags & ~(hasLarge | hasAttached)) != 0 || header.kind > std::uint32_t(FrameKind::Answer))
            return false;
        if (m_received.size() - position - sizeof header < header.length)
            break;
        Frame frame;
        frame.kind = FrameKind(header.kind);
        frame.request = header.request;
        frame.payload.assign(m_received, position + sizeof header, header.length);
        for (auto [flag, file] : {std::pair(hasLarge, &frame.large), std::pair(hasAttached, &frame.attached)}) {
            if (!(header.flags & flag))
                continue;
            if (m_receivedFiles.empty())
                return false;
            *file = std::move(m_receivedFiles.front());
            m_receivedFiles.pop_front();
        }
        m_incoming.push_back(std::move(frame));
        position += sizeof header + header.length;
    }
    m_received.erase(0, position);
    // Files that no header announced: more than belong to the one frame that may still be incomplete.
    return m_receivedFiles.size() <= mostFiles;
}

}  // namespace tenscope

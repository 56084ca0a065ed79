#include "core/worker/blob.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

namespace tenscope {

Result<std::uint64_t> BlobWriter::append(std::span<const std::byte> bytes)
{
    const auto refused = [](const char* what) {
        return fail(Error::run(std::string("a tensor cannot be passed between the window and the worker: ") + what +
                               " (" + std::strerror(errno) + ")"));
    };
    if (!m_file) {
        m_file.reset(::memfd_create("tenscope", MFD_CLOEXEC | MFD_ALLOW_SEALING));
        if (!m_file)
            return refused("there is no shared memory");
    }
    const std::uint64_t offset = (m_size + 63) / 64 * 64;
    for (std::size_t done = 0; done < bytes.size();) {
        // Linux writes at most 2 GiB at once.
        const std::size_t portion = std::min<std::size_t>(bytes.size() - done, std::size_t(1) << 30);
        const ::ssize_t written = ::pwrite(m_file.number(), bytes.data() + done, portion, ::off_t(offset + done));
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return refused("shared memory is full");
        done += std::size_t(written);
    }
    m_size = offset + bytes.size();
    return offset;
}

Descriptor BlobWriter::take()
{
    m_size = 0;
    return std::exchange(m_file, Descriptor());
}

Result<std::shared_ptr<const MappedFile>> mapBlob(const Descriptor& descriptor)
{
    constexpr int wanted = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    if (::fcntl(descriptor.number(), F_ADD_SEALS, wanted) != 0) {
        const int seals = ::fcntl(descriptor.number(), F_GET_SEALS);
        if (seals < 0 || (seals & wanted) != wanted)
            return fail(Error::worker("The worker process sent memory that it could still change; it was refused."));
    }
    auto file = MappedFile::fromDescriptor(descriptor.number(), "memory of the worker");
    if (!file)
        return fail(Error::worker("The worker process sent memory that cannot be used: " + file.error().message));
    return file;
}

}  // namespace tenscope

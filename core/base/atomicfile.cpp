#include "core/base/atomicfile.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <random>
#include <string>
#include <utility>

namespace tenscope {

namespace {

constexpr std::size_t bufferSize = 1 << 18;
constexpr ssize_t largeWrite = 1 << 20;

std::string reason()
{
    return errno == ENOSPC || errno == EDQUOT ? "the disk is full" : std::strerror(errno);
}

}  // namespace

Error AtomicFile::failure(const std::string& what) const
{
    return Error::write(m_target.string() + ": " + what + " (" + reason() + ")");
}

Result<AtomicFile> AtomicFile::create(const std::filesystem::path& target)
{
    AtomicFile file;
    file.m_target = file.m_place = target;
    std::error_code error;
    if (std::filesystem::is_symlink(target, error)) {
        const auto resolved = std::filesystem::weakly_canonical(target, error);
        if (!error)
            file.m_place = resolved;
    }

    struct stat info = {};
    const bool exists = ::stat(file.m_place.c_str(), &info) == 0;
    if (exists && S_ISDIR(info.st_mode))
        return fail(Error::write(target.string() + " is a folder; name a file in it"));
    if (exists && !S_ISREG(info.st_mode))
        return fail(Error::write(target.string() + " is not a regular file"));
    // Replacing a file asks for rights in the folder only; a file that was made read-only is meant to stay as it is.
    if (exists && ::access(file.m_place.c_str(), W_OK) != 0)
        return fail(file.failure("cannot be written"));

    std::random_device random;
    for (int attempt = 0; file.m_descriptor < 0; ++attempt) {
        std::filesystem::path temporary = file.m_place;
        temporary.replace_filename("." + file.m_place.filename().string().substr(0, 200) + "." + std::to_string(random()));
        file.m_descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file.m_descriptor >= 0)
            file.m_temporary = std::move(temporary);
        else if (errno != EEXIST || attempt == 100)
            return fail(file.failure("cannot be written"));
    }
    if (exists)
        ::fchmod(file.m_descriptor, info.st_mode & 07777);
    return file;
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : m_target(std::move(other.m_target)),
      m_place(std::move(other.m_place)),
      m_temporary(std::exchange(other.m_temporary, {})),
      m_buffer(std::move(other.m_buffer)),
      m_size(other.m_size),
      m_given(other.m_given),
      m_descriptor(std::exchange(other.m_descriptor, -1))
{
}

AtomicFile::~AtomicFile()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
    if (!m_temporary.empty())
        ::unlink(m_temporary.c_str());
}

Result<void> AtomicFile::reserve(std::uint64_t bytes)
{
    if (bytes == 0)
        return {};
    const int error = ::posix_fallocate(m_descriptor, 0, off_t(bytes));
    // File systems that cannot reserve are written to all the same.
    if (error != ENOSPC && error != EDQUOT && error != EFBIG)
        return {};
    errno = error;
    return fail(failure("there is no room for " + std::to_string(bytes) + " bytes"));
}

Result<void> AtomicFile::writeThrough(std::span<const std::byte> bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(m_descriptor, bytes.data(), std::min(bytes.size(), std::size_t(1) << 30));
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return fail(failure("writing failed"));
        // The disk begins now, and not when it is waited for; a file system that cannot begin early begins late.
        if (written >= largeWrite)
            (void)::sync_file_range(m_descriptor, m_given, written, SYNC_FILE_RANGE_WRITE);
        m_given += written;
        bytes = bytes.subspan(std::size_t(written));
    }
    return {};
}

Result<void> AtomicFile::writeBuffer()
{
    Result<void> written = writeThrough(std::as_bytes(std::span(m_buffer)));
    m_buffer.clear();
    return written;
}

Result<void> AtomicFile::write(std::span<const std::byte> bytes)
{
    m_size += bytes.size();
    if (m_buffer.size() + bytes.size() > bufferSize)
        if (auto written = writeBuffer(); !written)
            return written;
    if (bytes.size() > bufferSize / 2)
        return writeBuffer().and_then([&] { return writeThrough(bytes); });
    m_buffer.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return {};
}

Result<void> AtomicFile::padTo(std::uint64_t offset)
{
    static constexpr std::byte zeros[4096] = {};
    while (m_size < offset)
        if (auto written = write({zeros, std::size_t(std::min<std::uint64_t>(sizeof zeros, offset - m_size))}); !written)
            return written;
    return {};
}

Result<void> AtomicFile::writeAt(std::uint64_t offset, std::span<const std::byte> bytes)
{
    if (auto written = writeBuffer(); !written)
        return written;
    while (!bytes.empty()) {
        const ssize_t written = ::pwrite(m_descriptor, bytes.data(), bytes.size(), off_t(offset));
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return fail(failure("writing failed"));
        bytes = bytes.subspan(std::size_t(written));
        offset += std::uint64_t(written);
    }
    return {};
}

Result<void> AtomicFile::complete()
{
    if (auto written = writeBuffer(); !written)
        return written;
    // What was reserved and not needed.
    if (::ftruncate(m_descriptor, off_t(m_size)) != 0)
        return fail(failure("writing failed"));
    return {};
}

Result<void> AtomicFile::flush()
{
    if (auto completed = complete(); !completed)
        return completed;
    if (::fsync(m_descriptor) != 0)
        return fail(failure("writing failed"));
    return {};
}

Result<void> AtomicFile::commit(bool mayReplace)
{
    if (auto flushed = flush(); !flushed)
        return flushed;
    const int descriptor = std::exchange(m_descriptor, -1);
    if (::close(descriptor) != 0)
        return fail(failure("writing failed"));
    const int renamed = mayReplace ? ::rename(m_temporary.c_str(), m_place.c_str())
                                   : ::renameat2(AT_FDCWD, m_temporary.c_str(), AT_FDCWD, m_place.c_str(), RENAME_NOREPLACE);
    if (renamed != 0)
        return fail(failure("could not be put in its place"));
    m_temporary.clear();
    // The name is on the disk when its folder is. A folder that cannot be flushed takes nothing back.
    const std::filesystem::path parent = m_place.parent_path();
    const int folder = ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0) {
        ::fsync(folder);
        ::close(folder);
    }
    return {};
}

}  // namespace tenscope

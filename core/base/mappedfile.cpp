#include "core/base/mappedfile.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace tenscope {

namespace {

std::int64_t modifiedNanoseconds(const struct stat& info)
{
    return std::int64_t(info.st_mtim.tv_sec) * 1'000'000'000 + info.st_mtim.tv_nsec;
}

}  // namespace

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::filesystem::path& path)
{
    // O_NONBLOCK: opening a named pipe must not wait for a writer; for regular files it means nothing.
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        if (errno == ENOENT)
            return fail(Error::read(path.string() + ": there is no such file"));
        return fail(Error::read(path.string() + ": cannot be opened (" + std::strerror(errno) + ")"));
    }
    struct Closer {
        int descriptor;
        ~Closer() { ::close(descriptor); }
    } closer{descriptor};

    std::shared_ptr<MappedFile> file(new MappedFile);
    file->m_path = path;
    file->m_isNamed = true;
    if (const Result<void> mapped = file->map(descriptor); !mapped)
        return fail(mapped.error());
    return file;
}

Result<std::shared_ptr<const MappedFile>> MappedFile::fromDescriptor(int descriptor, const std::filesystem::path& name)
{
    std::shared_ptr<MappedFile> file(new MappedFile);
    file->m_path = name;
    if (const Result<void> mapped = file->map(descriptor); !mapped)
        return fail(mapped.error());
    return file;
}

Result<void> MappedFile::map(int descriptor)
{
    struct stat info = {};
    if (::fstat(descriptor, &info) != 0)
        return fail(Error::read(m_path.string() + ": cannot be examined (" + std::strerror(errno) + ")"));
    if (S_ISDIR(info.st_mode))
        return fail(Error::read(m_path.string() + " is a folder; open a model file inside it"));
    if (!S_ISREG(info.st_mode))
        return fail(Error::read(m_path.string() + " is not a regular file"));

    m_size = std::size_t(info.st_size);
    m_inode = info.st_ino;
    m_modified = modifiedNanoseconds(info);
    if (m_size > 0) {
        // Linux before 6.7 maps memory that is sealed against writing only privately. Nothing is copied either way.
        const int sharing = m_isNamed ? MAP_SHARED : MAP_PRIVATE;
        void* data = ::mmap(nullptr, m_size, PROT_READ, sharing, descriptor, 0);
        if (data == MAP_FAILED)
            return fail(Error::read(m_path.string() + ": cannot be mapped (" + std::strerror(errno) + ")"));
        m_data = static_cast<const std::byte*>(data);
    }
    return {};
}

MappedFile::~MappedFile()
{
    if (m_data)
        ::munmap(const_cast<std::byte*>(m_data), m_size);
}

std::optional<std::span<const std::byte>> MappedFile::slice(std::uint64_t offset, std::uint64_t length) const
{
    if (offset > m_size || length > m_size - offset)
        return std::nullopt;
    return std::span<const std::byte>(m_data + offset, std::size_t(length));
}

bool MappedFile::unchanged() const
{
    if (!m_isNamed)
        return true;
    struct stat info = {};
    return ::stat(m_path.c_str(), &info) == 0 && info.st_ino == m_inode && std::size_t(info.st_size) == m_size &&
           modifiedNanoseconds(info) == m_modified;
}

bool MappedFile::shortened() const
{
    struct stat info = {};
    return ::stat(m_path.c_str(), &info) == 0 && info.st_ino == m_inode && std::uint64_t(info.st_size) < m_size;
}

void MappedFile::release(std::uint64_t offset, std::uint64_t length) const
{
    if (!slice(offset, length) || length == 0)
        return;
    const std::uint64_t page = std::uint64_t(::sysconf(_SC_PAGESIZE));
    const std::uint64_t begin = offset / page * page;
    ::madvise(const_cast<std::byte*>(m_data + begin), std::size_t(offset + length - begin), MADV_DONTNEED);
}

}  // namespace tenscope

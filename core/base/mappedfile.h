#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>

#include "core/base/result.h"

namespace tenscope {

// A file mapped read-only: its pages are read when they are touched and can be dropped by the system at any time, so that
// a model of many gigabytes costs no memory of ours. Immutable and safe to share between threads.
//
// A program that shortens the file while it is mapped makes reads behind the new end fault (SIGBUS); unchanged() tells
// before a long read whether the file on disk is still the one that was mapped.
class MappedFile {
public:
    // Fails (ErrorKind::Read) on what is missing, unreadable, or not a regular file. An empty file maps to no bytes.
    static Result<std::shared_ptr<const MappedFile>> open(const std::filesystem::path& path);

    // Maps a file without a name: memory that processes share, or what was unlinked. The descriptor stays the caller's;
    // `name` is what path() says. The caller has seen to it that nobody can shorten it.
    static Result<std::shared_ptr<const MappedFile>> fromDescriptor(int descriptor, const std::filesystem::path& name);

    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    const std::filesystem::path& path() const { return m_path; }
    std::span<const std::byte> bytes() const { return {m_data, m_size}; }
    std::uint64_t size() const { return m_size; }

    // The bytes [offset, offset + length), or nothing where they are not all inside the file.
    std::optional<std::span<const std::byte>> slice(std::uint64_t offset, std::uint64_t length) const;

    // Whether the file at path() still has the identity, size and modification time it had when it was mapped. Always, for
    // a file without a name.
    bool unchanged() const;

    // Whether that file, and not another one that took its name, is shorter now than it was: reading on would fault. A file
    // that was replaced or deleted stays whole for as long as it is mapped.
    bool shortened() const;

    // Tells the system that these pages are not needed soon, so that scanning a huge file does not fill the memory.
    void release(std::uint64_t offset, std::uint64_t length) const;

private:
    MappedFile() = default;
    Result<void> map(int descriptor);

    std::filesystem::path m_path;
    const std::byte* m_data = nullptr;
    std::size_t m_size = 0;
    bool m_isNamed = false;
    std::uint64_t m_inode = 0;
    std::int64_t m_modified = 0;  // nanoseconds
};

}  // namespace tenscope

#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "core/base/result.h"

namespace tenscope {

// A file that is there whole or not at all: it is written under a name of its own beside the target, and takes the
// target's place when it is complete. Until commit() succeeds, what was there before is untouched; without commit(), or
// after a failure, nothing of it stays. A symbolic link stays one: the file that it names is replaced, with its permissions.
//
// All functions fail with ErrorKind::Write in one sentence that names the target.
class AtomicFile {
public:
    static Result<AtomicFile> create(const std::filesystem::path& target);

    ~AtomicFile();
    AtomicFile(AtomicFile&& other) noexcept;
    AtomicFile& operator=(AtomicFile&&) = delete;

    // Takes the room on the disk for a file of that size, so that a full disk is found before anything is written.
    Result<void> reserve(std::uint64_t bytes);
    Result<void> write(std::span<const std::byte> bytes);
    // Zeros up to `offset`; nothing where the file is that long already.
    Result<void> padTo(std::uint64_t offset);
    // Writes at a place before the current end, which stays where it is: for headers that are known last.
    Result<void> writeAt(std::uint64_t offset, std::span<const std::byte> bytes);
    std::uint64_t size() const { return m_size; }

    // Gives all bytes to the system. temporary() may then be read, until commit(), to see whether they are what they should
    // be: while the disk is still taking them, which it was told to begin with at the first of them.
    Result<void> complete();
    // Brings the bytes to the disk.
    Result<void> flush();
    const std::filesystem::path& temporary() const { return m_temporary; }

    // Brings the bytes to the disk and puts the file in its place. Nothing can be written afterwards. With `mayReplace`
    // false it is a failure where a file of that name is there by now.
    Result<void> commit(bool mayReplace = true);

private:
    AtomicFile() = default;
    Error failure(const std::string& what) const;
    Result<void> writeThrough(std::span<const std::byte> bytes);
    Result<void> writeBuffer();

    std::filesystem::path m_target;     // as asked for, for messages
    std::filesystem::path m_place;      // links resolved
    std::filesystem::path m_temporary;  // empty: committed or moved from
    std::string m_buffer;               // small writes, joined
    std::uint64_t m_size = 0;
    std::int64_t m_given = 0;    // bytes that are written behind one another: m_size without the buffer
    int m_descriptor = -1;
};

}  // namespace tenscope

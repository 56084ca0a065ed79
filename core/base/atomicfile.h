#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

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

    Result<void> write(std::span<const std::byte> bytes);
    // Writes at a place before the current end, which stays where it is: for headers that are known last.
    Result<void> writeAt(std::uint64_t offset, std::span<const std::byte> bytes);
    // Brings the bytes to the disk and puts the file in its place. Nothing can be written afterwards.
    Result<void> commit();

private:
    AtomicFile() = default;
    Error failure(const char* what) const;

    std::filesystem::path m_target;     // as asked for, for messages
    std::filesystem::path m_place;      // links resolved
    std::filesystem::path m_temporary;  // empty: committed or moved from
    int m_descriptor = -1;
};

}  // namespace tenscope

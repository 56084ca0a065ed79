#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/mappedfile.h"

namespace tenscope {

// The entries of a zip archive in a mapped file: names, and the beginning of what they hold. The directory of a zip file
// can claim anything, so what it says is held against limits before memory is given to it.
class ZipArchive {
public:
    struct Entry {
        std::string name;
        std::uint64_t size = 0;  // unpacked, as the directory says
    };

    // Whether the file begins as zip archives do.
    static bool isLikely(const MappedFile& file);
    // Nothing where the file has no directory that can be read: it is damaged, or its end is missing. `file` must outlive
    // the archive.
    static std::optional<ZipArchive> open(const MappedFile& file);

    ~ZipArchive();
    ZipArchive(ZipArchive&&) noexcept;
    ZipArchive& operator=(ZipArchive&&) noexcept;

    // In the directory's order; at most the first 100,000.
    const std::vector<Entry>& entries() const { return m_entries; }
    // The first bytes of an entry, at most `limit`; fewer where it is shorter or damaged.
    std::string beginning(const Entry& entry, std::size_t limit) const;

private:
    struct Handle;
    ZipArchive();

    std::unique_ptr<Handle> m_handle;
    std::vector<Entry> m_entries;
};

}  // namespace tenscope

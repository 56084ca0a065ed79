#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/mappedfile.h"
#include "core/base/result.h"

namespace tenscope {

// The directory of a zip file as PyTorch writes them: one folder that holds every record; tensors stored, not compressed.
//
// Everything that the directory claims is checked when it is opened: records lie inside the file, do not overlap, and
// are not larger than their compressed bytes can become. What is read from a record afterwards can be trusted to be there.
class Archive {
public:
    struct Record {
        std::string name;          // without the folder: "data/0", "code/__torch__.py"
        std::uint64_t offset = 0;  // of the data, in the file
        std::uint64_t stored = 0;  // bytes in the file
        std::uint64_t size = 0;    // bytes of the content
        std::uint32_t crc = 0;
        bool isDeflated = false;
    };

    // Fails (ErrorKind::Read) on what is no zip file, and on a damaged one.
    static Result<Archive> open(std::shared_ptr<const MappedFile> file);

    const std::vector<Record>& records() const { return m_records; }
    const Record* find(std::string_view name) const;
    bool has(std::string_view name) const { return find(name) != nullptr; }
    const std::shared_ptr<const MappedFile>& file() const { return m_file; }

    // The content of a record, unpacked and held against its checksum.
    Result<std::string> read(const Record& record) const;
    // Short text such as a version; empty where it is missing or unreadable.
    std::string text(std::string_view name) const;

private:
    std::shared_ptr<const MappedFile> m_file;
    std::vector<Record> m_records;
    std::unordered_map<std::string, std::size_t> m_index;
};

}  // namespace tenscope

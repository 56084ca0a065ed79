#include "core/formats/ziparchive.h"

#include <zip.h>

#include <algorithm>
#include <cstring>

namespace tenscope {

namespace {

constexpr zip_int64_t maximalEntries = 100'000;
constexpr std::size_t endRecordSize = 22;     // APPNOTE.TXT 4.3.16, without its comment
constexpr std::size_t entryRecordSize = 46;   // 4.3.12, without name, extra field and comment
constexpr std::size_t endRecord64Size = 56;   // 4.3.14
constexpr std::size_t endLocator64Size = 20;  // 4.3.15

template <class Number>
Number littleEndian(const std::byte* bytes)
{
    Number number;
    std::memcpy(&number, bytes, sizeof number);
    return number;
}

bool hasSignature(const std::byte* bytes, const char* signature)
{
    return std::memcmp(bytes, signature, 4) == 0;
}

// Whether no directory claims more entries than the file has room for: libzip makes room for that number before it looks at
// them, and it tries every end record that it finds in the last 64 KiB.
bool claimsAreSound(std::span<const std::byte> bytes)
{
    if (bytes.size() < endRecordSize)
        return false;
    bool isFound = false;
    const std::size_t last = bytes.size() - endRecordSize;
    for (std::size_t at = last - std::min<std::size_t>(last, 65'535); at <= last; ++at) {
        if (!hasSignature(&bytes[at], "PK\5\6"))
            continue;
        isFound = true;
        // 16 bits for the number of entries do no harm; 64 bits stand in a record of their own.
        if (at < endLocator64Size || !hasSignature(&bytes[at - endLocator64Size], "PK\6\7"))
            continue;
        const auto end64 = littleEndian<std::uint64_t>(&bytes[at - endLocator64Size + 8]);
        if (end64 > bytes.size() || bytes.size() - end64 < endRecord64Size || !hasSignature(&bytes[end64], "PK\6\6"))
            continue;
        if (littleEndian<std::uint64_t>(&bytes[end64 + 32]) > bytes.size() / entryRecordSize)
            return false;
    }
    return isFound;
}

}  // namespace

struct ZipArchive::Handle {
    zip_t* zip = nullptr;
    ~Handle()
    {
        if (zip)
            zip_discard(zip);
    }
};

ZipArchive::ZipArchive() : m_handle(std::make_unique<Handle>())
{
}
ZipArchive::~ZipArchive() = default;
ZipArchive::ZipArchive(ZipArchive&&) noexcept = default;
ZipArchive& ZipArchive::operator=(ZipArchive&&) noexcept = default;

bool ZipArchive::isLikely(const MappedFile& file)
{
    const auto begin = file.slice(0, 4);
    return begin && (hasSignature(begin->data(), "PK\3\4") || hasSignature(begin->data(), "PK\5\6"));
}

std::optional<ZipArchive> ZipArchive::open(const MappedFile& file)
{
    if (!claimsAreSound(file.bytes()))
        return std::nullopt;
    zip_source_t* source = zip_source_buffer_create(file.bytes().data(), file.size(), 0, nullptr);
    if (!source)
        return std::nullopt;
    ZipArchive archive;
    archive.m_handle->zip = zip_open_from_source(source, ZIP_RDONLY, nullptr);
    if (!archive.m_handle->zip) {
        zip_source_free(source);
        return std::nullopt;
    }
    const zip_int64_t count = std::min<zip_int64_t>(zip_get_num_entries(archive.m_handle->zip, 0), maximalEntries);
    for (zip_int64_t i = 0; i < count; ++i) {
        zip_stat_t info;
        zip_stat_init(&info);
        if (zip_stat_index(archive.m_handle->zip, zip_uint64_t(i), 0, &info) != 0 || !(info.valid & ZIP_STAT_NAME))
            continue;
        archive.m_entries.push_back({info.name, info.valid & ZIP_STAT_SIZE ? info.size : 0});
    }
    return archive;
}

std::string ZipArchive::beginning(const Entry& entry, std::size_t limit) const
{
    zip_file_t* file = zip_fopen(m_handle->zip, entry.name.c_str(), 0);
    if (!file)
        return {};
    std::string text(std::size_t(std::min<std::uint64_t>(limit, entry.size)), '\0');
    const zip_int64_t count = zip_fread(file, text.data(), text.size());
    zip_fclose(file);
    text.resize(std::size_t(std::max<zip_int64_t>(count, 0)));
    return text;
}

}  // namespace tenscope

// The zip format as in PKWARE's APPNOTE.TXT, version 6.3.9: end of central directory (4.3.16) with its 64-bit form
// (4.3.14, 4.3.15), central directory headers (4.3.12), local headers (4.3.7).

#include "core/torch/archive.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>

namespace tenscope {

namespace {

constexpr std::uint32_t endSignature = 0x06054b50;
constexpr std::uint32_t end64Signature = 0x06064b50;
constexpr std::uint32_t locator64Signature = 0x07064b50;
constexpr std::uint32_t centralSignature = 0x02014b50;
constexpr std::uint32_t localSignature = 0x04034b50;
constexpr std::size_t endSize = 22;
constexpr std::size_t centralSize = 46;
constexpr std::size_t localSize = 30;

// Deflate packs at most 258 bytes into two bits, and files that are read as a whole have a limit besides.
constexpr std::uint64_t largestRatio = 1040;
constexpr std::uint64_t largestUnpacked = std::uint64_t(4) << 30;

template <class T>
T load(const std::byte* from)
{
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

struct Directory {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    std::uint64_t entries = 0;
};

// The end record is the last thing in the file but for a comment of at most 65,535 bytes.
std::optional<Directory> findDirectory(const MappedFile& file)
{
    if (file.size() < endSize)
        return std::nullopt;
    const std::byte* data = file.bytes().data();
    const std::uint64_t lowest = file.size() - std::min<std::uint64_t>(file.size(), endSize + 0xffff);
    for (std::uint64_t at = file.size() - endSize + 1; at-- > lowest;) {
        if (load<std::uint32_t>(data + at) != endSignature || at + endSize + load<std::uint16_t>(data + at + 20) > file.size())
            continue;
        Directory directory{load<std::uint32_t>(data + at + 16), load<std::uint32_t>(data + at + 12),
                            load<std::uint16_t>(data + at + 10)};
        const bool is64 = directory.offset == 0xffffffff || directory.length == 0xffffffff || directory.entries == 0xffff;
        if (is64 && at >= 20 && load<std::uint32_t>(data + at - 20) == locator64Signature) {
            const std::uint64_t end = load<std::uint64_t>(data + at - 20 + 8);
            if (file.size() < 56 || end > file.size() - 56 || load<std::uint32_t>(data + end) != end64Signature)
                return std::nullopt;
            directory = {load<std::uint64_t>(data + end + 48), load<std::uint64_t>(data + end + 40),
                         load<std::uint64_t>(data + end + 32)};
        }
        return directory;
    }
    return std::nullopt;
}

// Sizes and offset that do not fit 32 bits stand in the extra field 1, those that are needed, in this order.
bool readExtra64(std::span<const std::byte> extra, std::uint64_t& size, std::uint64_t& stored, std::uint64_t& offset)
{
    while (extra.size() >= 4) {
        const auto id = load<std::uint16_t>(extra.data());
        const auto length = load<std::uint16_t>(extra.data() + 2);
        if (extra.size() < 4u + length)
            return false;
        if (id == 1) {
            std::span<const std::byte> field = extra.subspan(4, length);
            for (std::uint64_t* value : {&size, &stored, &offset}) {
                if (*value != 0xffffffff)
                    continue;
                if (field.size() < 8)
                    return false;
                *value = load<std::uint64_t>(field.data());
                field = field.subspan(8);
            }
            return true;
        }
        extra = extra.subspan(4u + length);
    }
    return size != 0xffffffff && stored != 0xffffffff && offset != 0xffffffff;
}

Error damaged(const MappedFile& file, const std::string& what)
{
    return Error::read(file.path().string() + " is damaged: " + what + ".");
}

}  // namespace

Result<Archive> Archive::open(std::shared_ptr<const MappedFile> file)
{
    const auto directory = findDirectory(*file);
    if (!directory) {
        const bool beginsAsZip = file->size() >= 4 && load<std::uint32_t>(file->bytes().data()) == localSignature;
        return fail(beginsAsZip ? damaged(*file, "it begins as a zip archive, but the directory at its end is missing, so it "
                                                 "was probably cut off while it was copied or written")
                                : Error::read(file->path().string() + " is not a TorchScript file: it is no zip archive."));
    }
    const auto bytes = file->slice(directory->offset, directory->length);
    if (!bytes || directory->entries > directory->length / centralSize)
        return fail(damaged(*file, "its directory of records does not lie inside the file"));

    Archive archive;
    archive.m_file = file;
    archive.m_records.reserve(directory->entries);
    std::string folder;
    std::uint64_t unpacked = 0;
    std::span<const std::byte> rest = *bytes;
    for (std::uint64_t i = 0; i < directory->entries; ++i) {
        if (rest.size() < centralSize || load<std::uint32_t>(rest.data()) != centralSignature)
            return fail(damaged(*file, "its directory of records is unreadable"));
        const auto flags = load<std::uint16_t>(rest.data() + 8);
        const auto method = load<std::uint16_t>(rest.data() + 10);
        const std::size_t nameLength = load<std::uint16_t>(rest.data() + 28);
        const std::size_t extraLength = load<std::uint16_t>(rest.data() + 30);
        const std::size_t commentLength = load<std::uint16_t>(rest.data() + 32);
        if (rest.size() < centralSize + nameLength + extraLength + commentLength)
            return fail(damaged(*file, "its directory of records is unreadable"));
        Record record;
        record.name.assign(reinterpret_cast<const char*>(rest.data() + centralSize), nameLength);
        record.crc = load<std::uint32_t>(rest.data() + 16);
        record.stored = load<std::uint32_t>(rest.data() + 20);
        record.size = load<std::uint32_t>(rest.data() + 24);
        std::uint64_t local = load<std::uint32_t>(rest.data() + 42);
        if (!readExtra64(rest.subspan(centralSize + nameLength, extraLength), record.size, record.stored, local))
            return fail(damaged(*file, "the directory entry of " + record.name + " is unreadable"));
        rest = rest.subspan(centralSize + nameLength + extraLength + commentLength);

        const auto header = file->slice(local, localSize);
        if (!header || load<std::uint32_t>(header->data()) != localSignature)
            return fail(damaged(*file, "the record " + record.name + " is not where the directory says"));
        record.offset = local + localSize + load<std::uint16_t>(header->data() + 26) + load<std::uint16_t>(header->data() + 28);
        if (!file->slice(record.offset, record.stored))
            return fail(damaged(*file, "the record " + record.name + " reaches beyond the end of the file"));
        if ((flags & 1) != 0 || (method != 0 && method != 8))
            return fail(Error::read(file->path().string() + ": the record " + record.name +
                                    " is encrypted or packed in a way that PyTorch does not write."));
        record.isDeflated = method == 8;
        if (record.isDeflated ? record.size / largestRatio > record.stored : record.size != record.stored)
            return fail(damaged(*file, "the sizes of the record " + record.name + " contradict each other"));
        unpacked += record.isDeflated ? record.size : 0;
        if (unpacked > largestUnpacked)
            return fail(Error::read(file->path().string() + ": its packed records would take more than 4 GiB in memory."));
        if (i == 0)
            folder = record.name.substr(0, record.name.find('/') + 1);  // empty where there is no folder
        if (record.name.compare(0, folder.size(), folder) == 0)
            record.name.erase(0, folder.size());
        archive.m_index.try_emplace(record.name, archive.m_records.size());
        archive.m_records.push_back(std::move(record));
    }

    std::vector<const Record*> byOffset;
    for (const Record& record : archive.m_records)
        if (record.stored > 0)
            byOffset.push_back(&record);
    std::sort(byOffset.begin(), byOffset.end(), [](const Record* a, const Record* b) { return a->offset < b->offset; });
    for (std::size_t i = 1; i < byOffset.size(); ++i)
        if (byOffset[i - 1]->offset + byOffset[i - 1]->stored > byOffset[i]->offset)
            return fail(damaged(*file, "the records " + byOffset[i - 1]->name + " and " + byOffset[i]->name + " overlap"));
    return archive;
}

const Archive::Record* Archive::find(std::string_view name) const
{
    const auto entry = m_index.find(std::string(name));
    return entry == m_index.end() ? nullptr : &m_records[entry->second];
}

Result<std::string> Archive::read(const Record& record) const
{
    const auto bytes = m_file->slice(record.offset, record.stored);
    if (!bytes)
        return fail(damaged(*m_file, "the record " + record.name + " reaches beyond the end of the file"));
    std::string content;
    if (!record.isDeflated) {
        content.assign(reinterpret_cast<const char*>(bytes->data()), bytes->size());
    } else {
        content.resize(record.size);
        z_stream stream = {};
        if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
            return fail(Error::read(m_file->path().string() + ": there is not enough memory to unpack " + record.name + "."));
        // zlib counts in 32 bits: both sides are handed over in pieces.
        constexpr std::uint64_t piece = std::uint64_t(1) << 30;
        std::uint64_t in = 0;
        std::uint64_t out = 0;
        int status = Z_OK;
        while (status == Z_OK) {
            const auto available = uInt(std::min(piece, bytes->size() - in));
            const auto room = uInt(std::min<std::uint64_t>(piece, content.size() - out));
            stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(bytes->data() + in));
            stream.avail_in = available;
            stream.next_out = reinterpret_cast<Bytef*>(content.data() + out);
            stream.avail_out = room;
            status = inflate(&stream, Z_NO_FLUSH);
            in += available - stream.avail_in;
            out += room - stream.avail_out;
            if (status == Z_OK && available == stream.avail_in && room == stream.avail_out)
                break;
        }
        inflateEnd(&stream);
        if (status != Z_STREAM_END || out != content.size())
            return fail(damaged(*m_file, "the record " + record.name + " cannot be unpacked"));
    }
    const auto sum = crc32_z(0, reinterpret_cast<const Bytef*>(content.data()), content.size());
    if (std::uint32_t(sum) != record.crc)
        return fail(damaged(*m_file, "the checksum of the record " + record.name + " is wrong"));
    return content;
}

std::string Archive::text(std::string_view name) const
{
    const Record* record = find(name);
    if (!record || record->size > 4096)
        return {};
    std::string text = read(*record).value_or(std::string());
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ' || text.back() == '\r'))
        text.pop_back();
    return text;
}

}  // namespace tenscope

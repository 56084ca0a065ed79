#include "core/analysis/npy.h"

#include <zip.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <memory>

#include "core/analysis/elementreader.h"
#include "core/analysis/npyheader.h"
#include "core/analysis/smallfloat.h"
#include "core/base/atomicfile.h"
#include "core/base/mappedfile.h"
#include "core/graph/model.h"

namespace tenscope {

static_assert(std::endian::native == std::endian::little, "tensors are little-endian in memory");

namespace {

constexpr std::uint64_t pieceElements = std::uint64_t(1) << 18;

void appendUtf8(std::string& text, std::uint32_t code)
{
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        code = 0xfffd;  // the replacement character
    if (code < 0x80) {
        text += char(code);
    } else if (code < 0x800) {
        text += char(0xc0 | code >> 6);
        text += char(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        text += char(0xe0 | code >> 12);
        text += char(0x80 | (code >> 6 & 0x3f));
        text += char(0x80 | (code & 0x3f));
    } else {
        text += char(0xf0 | code >> 18);
        text += char(0x80 | (code >> 12 & 0x3f));
        text += char(0x80 | (code >> 6 & 0x3f));
        text += char(0x80 | (code & 0x3f));
    }
}

// Code points; bytes that are no UTF-8 become replacement characters.
std::u32string fromUtf8(const std::string& text)
{
    std::u32string result;
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t length = lead < 0x80 ? 1 : lead >= 0xf0 && lead < 0xf8 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 0;
        std::uint32_t code = length == 1 ? lead : length == 4 ? lead & 0x07u : length == 3 ? lead & 0x0fu : lead & 0x1fu;
        bool valid = length > 0 && lead < 0xf8 && i + length <= text.size();
        for (std::size_t k = 1; valid && k < length; ++k) {
            const auto next = static_cast<unsigned char>(text[i + k]);
            valid = (next & 0xc0) == 0x80;
            code = code << 6 | (next & 0x3fu);
        }
        result += valid ? char32_t(code) : U'\ufffd';
        i += valid ? length : 1;
    }
    return result;
}

void swapBytes(std::span<std::byte> bytes, std::size_t width)
{
    for (std::size_t i = 0; i + width <= bytes.size(); i += width)
        std::reverse(bytes.begin() + std::ptrdiff_t(i), bytes.begin() + std::ptrdiff_t(i + width));
}

// NumPy pads strings with zeros, in Fortran order if the array is.
std::string stringAt(const NpyHeader& header, std::span<const std::byte> data, std::uint64_t index)
{
    const auto item = data.subspan(std::size_t(index * header.itemBytes), std::size_t(header.itemBytes));
    std::string text;
    if (header.isUtf32) {
        std::size_t written = 0;
        for (std::size_t i = 0; i + 4 <= item.size(); i += 4) {
            std::array<std::byte, 4> code;
            std::copy_n(item.begin() + std::ptrdiff_t(i), 4, code.begin());
            if (header.isBigEndian)
                std::reverse(code.begin(), code.end());
            const auto value = std::bit_cast<std::uint32_t>(code);
            appendUtf8(text, value);
            if (value != 0)
                written = text.size();
        }
        text.resize(written);
    } else {
        text.assign(reinterpret_cast<const char*>(item.data()), item.size());
        text.resize(text.find_last_not_of('\0') + 1);
    }
    return text;
}

Tensor shaped(const NpyHeader& header)
{
    Tensor tensor;
    tensor.element = header.element;
    tensor.shape = header.shape;
    if (header.isFortranOrder && header.shape.size() > 1 && header.elements > 0) {
        std::int64_t stride = 1;
        for (const std::int64_t size : header.shape) {
            tensor.strides.push_back(stride);
            stride *= size;
        }
    }
    return tensor;
}

Result<Tensor> stringTensor(const NpyHeader& header, std::span<const std::byte> data, const std::string& what)
{
    if (header.isFortranOrder && header.shape.size() > 1)
        return fail(Error::read(what + " holds strings in Fortran order; save it with numpy.ascontiguousarray()"));
    // Strings of no length take no bytes, so that their number is held against nothing.
    if (header.itemBytes == 0 && header.elements > 1'000'000)
        return fail(Error::read(what + " claims more empty strings than make sense"));
    auto strings = std::make_shared<std::vector<std::string>>();
    strings->reserve(std::size_t(header.elements));
    for (std::uint64_t i = 0; i < header.elements; ++i)
        strings->push_back(stringAt(header, data, i));
    Tensor tensor;
    tensor.element = ElementType::String;
    tensor.shape = header.shape;
    tensor.data = OwnedStrings{std::move(strings)};
    return tensor;
}

Error truncated(const NpyHeader& header, std::uint64_t there, const std::string& what)
{
    return Error::read(what + " is truncated: its shape needs " + std::to_string(header.dataBytes()) +
                       " bytes of data, and there are " + std::to_string(there));
}

struct ArchiveCloser {
    void operator()(zip_t* archive) const { zip_discard(archive); }
};
using Archive = std::unique_ptr<zip_t, ArchiveCloser>;

struct EntryCloser {
    void operator()(zip_file_t* entry) const { zip_fclose(entry); }
};
using Entry = std::unique_ptr<zip_file_t, EntryCloser>;

Result<Archive> openArchive(const std::shared_ptr<const MappedFile>& file)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_buffer_create(file->bytes().data(), file->size(), 0, &error);
    zip_t* archive = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : nullptr;
    if (!archive && source)
        zip_source_free(source);
    zip_error_fini(&error);
    if (!archive)
        return fail(Error::read(file->path().string() + " is not a NumPy archive, or its end is missing"));
    return Archive(archive);
}

std::vector<std::string> keysOf(zip_t* archive)
{
    std::vector<std::string> keys;
    const zip_int64_t count = zip_get_num_entries(archive, 0);
    for (zip_int64_t i = 0; i < count; ++i) {
        const char* entry = zip_get_name(archive, zip_uint64_t(i), ZIP_FL_ENC_RAW);
        std::string key = entry ? entry : "";
        if (key.ends_with(".npy"))
            key.resize(key.size() - 4);
        keys.push_back(std::move(key));
    }
    return keys;
}

// Appends up to `limit` unpacked bytes. Memory grows with what really comes, not with what the directory claims.
bool append(zip_file_t* entry, std::vector<std::byte>& bytes, std::uint64_t limit)
{
    constexpr std::uint64_t step = std::uint64_t(1) << 22;
    while (limit > 0) {
        const std::size_t before = bytes.size();
        bytes.resize(before + std::size_t(std::min(limit, step)));
        const zip_int64_t got = zip_fread(entry, bytes.data() + before, bytes.size() - before);
        bytes.resize(before + std::size_t(std::max<zip_int64_t>(got, 0)));
        if (got < 0)
            return false;
        if (got == 0)
            return true;
        limit -= std::uint64_t(got);
    }
    return true;
}

Result<Tensor> readEntry(zip_t* archive, std::uint64_t index, const std::string& what)
{
    const Entry entry(zip_fopen_index(archive, index, 0));
    std::vector<std::byte> begin;
    // The longest possible header first: it says how much is to follow.
    if (!entry || !append(entry.get(), begin, longestNpyHeader + 12))
        return fail(Error::read(what + " cannot be unpacked: the archive is damaged or encrypted"));
    const auto header = parseNpyHeader(begin, what);
    if (!header)
        return fail(header.error());
    auto data = std::make_shared<std::vector<std::byte>>(begin.begin() + std::ptrdiff_t(header->dataOffset), begin.end());
    const std::uint64_t needed = header->dataBytes();
    if (needed > data->size() && !append(entry.get(), *data, needed - data->size()))
        return fail(Error::read(what + " cannot be unpacked: the archive is damaged"));
    if (data->size() < needed)
        return fail(truncated(*header, data->size(), what));
    data->resize(std::size_t(needed));
    if (header->element == ElementType::String)
        return stringTensor(*header, *data, what);
    if (header->isBigEndian)
        swapBytes(*data, std::size_t(header->itemBytes) / (isComplex(header->element) ? 2 : 1));
    Tensor tensor = shaped(*header);
    tensor.data = OwnedBytes{std::move(data)};
    return tensor;
}

// Fills `out` with elements [first, first + count) in the type that writeNpy() writes.
void convert(const ElementReader& reader, std::uint64_t first, std::uint64_t count, std::vector<std::byte>& out)
{
    const ElementType to = npyElement(reader.element());
    const auto width = std::size_t(bits(to)) / 8;
    out.resize(std::size_t(count) * width);
    if (to == reader.element()) {
        reader.copy(first, count, out.data());
        return;
    }
    if (reader.element() == ElementType::Complex32) {
        std::vector<std::uint16_t> halves(std::size_t(count) * 2);
        reader.copy(first, count, reinterpret_cast<std::byte*>(halves.data()));
        for (std::size_t i = 0; i < halves.size(); ++i) {
            const auto part = float(smallFloat(ElementType::Float16, halves[i]));
            std::memcpy(out.data() + i * sizeof part, &part, sizeof part);
        }
        return;
    }
    std::vector<double> values(static_cast<std::size_t>(count));
    reader.read(first, values);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (to == ElementType::Float32) {
            const auto value = float(values[i]);
            std::memcpy(out.data() + i * width, &value, width);
        } else {  // int8 and uint8 hold every 2- and 4-bit integer
            out[i] = std::byte(int(values[i]) & 0xff);
        }
    }
}

Result<void> writeStrings(AtomicFile& file, const std::vector<std::string>& strings, const std::vector<std::int64_t>& shape,
                          Progress& progress)
{
    std::size_t longest = 1;
    for (const std::string& text : strings)
        longest = std::max(longest, fromUtf8(text).size());
    const std::string header = npyHeader("<U" + std::to_string(longest), shape);
    if (auto written = file.write(std::as_bytes(std::span(header))); !written)
        return written;
    std::u32string piece;
    for (std::size_t i = 0; i < strings.size(); ++i) {
        std::u32string text = fromUtf8(strings[i]);
        text.resize(longest);
        piece += text;
        if (piece.size() < pieceElements && i + 1 < strings.size())
            continue;
        if (auto written = file.write(std::as_bytes(std::span(piece))); !written)
            return written;
        piece.clear();
        progress.report(double(i + 1) / double(strings.size()));
        if (progress.cancelled())
            return fail(Error::cancelled());
    }
    return {};
}

}  // namespace

Result<Tensor> readNpy(const std::filesystem::path& path)
{
    auto file = MappedFile::open(path);
    if (!file)
        return fail(file.error());
    const std::string what = path.string();
    const auto bytes = (*file)->bytes();
    const auto header =
        parseNpyHeader(bytes.first(std::min<std::size_t>(bytes.size(), std::size_t(longestNpyHeader) + 12)), what);
    if (!header)
        return fail(header.error());
    const auto data = (*file)->slice(header->dataOffset, header->dataBytes());
    if (!data)
        return fail(truncated(*header, (*file)->size() - header->dataOffset, what));
    if (header->element == ElementType::String)
        return stringTensor(*header, *data, what);

    Tensor tensor = shaped(*header);
    tensor.name = path.stem().string();
    if (header->isBigEndian && header->itemBytes > 1) {
        auto swapped = std::make_shared<std::vector<std::byte>>(data->begin(), data->end());
        swapBytes(*swapped, std::size_t(header->itemBytes) / (isComplex(header->element) ? 2 : 1));
        tensor.data = OwnedBytes{std::move(swapped)};
    } else {
        tensor.data = FileSlice{*file, header->dataOffset, header->dataBytes()};
    }
    return tensor;
}

Result<Tensor> readNpz(const std::filesystem::path& path, const std::string& key)
{
    auto file = MappedFile::open(path);
    if (!file)
        return fail(file.error());
    const auto archive = openArchive(*file);
    if (!archive)
        return fail(archive.error());
    const std::vector<std::string> keys = keysOf(archive->get());
    std::string wanted = key.ends_with(".npy") ? key.substr(0, key.size() - 4) : key;
    if (key.empty() && keys.size() == 1)
        wanted = keys.front();
    const auto found = std::find(keys.begin(), keys.end(), wanted);
    if (found == keys.end()) {
        std::string known;
        for (std::size_t i = 0; i < keys.size() && i < 10; ++i)
            known += (i > 0 ? ", " : "") + keys[i];
        if (keys.size() > 10)
            known += " \u2026";
        return fail(Error::usage(key.empty() ? path.string() + " holds several arrays; name one of them: " + known
                                             : path.string() + " holds no array \"" + key + "\", but " + known));
    }
    auto tensor = readEntry(archive->get(), std::uint64_t(found - keys.begin()), path.string() + ":" + wanted);
    if (tensor)
        tensor->name = wanted;
    return tensor;
}

Result<std::vector<std::string>> npzKeys(const std::filesystem::path& path)
{
    auto file = MappedFile::open(path);
    if (!file)
        return fail(file.error());
    const auto archive = openArchive(*file);
    if (!archive)
        return fail(archive.error());
    return keysOf(archive->get());
}

ElementType npyElement(ElementType element)
{
    switch (element) {
        case ElementType::BFloat16:
        case ElementType::Float8E4M3FN:
        case ElementType::Float8E4M3FNUZ:
        case ElementType::Float8E5M2:
        case ElementType::Float8E5M2FNUZ:
        case ElementType::Float8E8M0:
        case ElementType::Float4E2M1:
        case ElementType::QInt8:
        case ElementType::QUInt8:
        case ElementType::QInt32: return ElementType::Float32;
        case ElementType::Int4:
        case ElementType::Int2: return ElementType::Int8;
        case ElementType::UInt4:
        case ElementType::UInt2: return ElementType::UInt8;
        case ElementType::Complex32: return ElementType::Complex64;
        default: return element;
    }
}

Result<void> writeNpy(const Model& model, const Tensor& tensor, const std::filesystem::path& path, Progress& progress)
{
    const auto reader = ElementReader::open(model, tensor);
    if (!reader)
        return fail(reader.error());
    auto file = AtomicFile::create(path);
    if (!file)
        return fail(file.error());

    if (const auto* owned = std::get_if<OwnedStrings>(&tensor.data)) {
        if (auto written = writeStrings(*file, *owned->strings, tensor.shape, progress); !written)
            return written;
        return file->commit();
    }
    const std::string descr = npyDescr(npyElement(reader->element()));
    if (descr.empty())
        return fail(Error::read("tensor " + tensor.name + " has elements that NumPy has no type for"));
    const std::string header = npyHeader(descr, tensor.shape);
    if (auto written = file->write(std::as_bytes(std::span(header))); !written)
        return written;

    std::vector<std::byte> piece;
    for (std::uint64_t done = 0; done < reader->elements();) {
        if (progress.cancelled())
            return fail(Error::cancelled());
        const std::uint64_t count = std::min(pieceElements, reader->elements() - done);
        convert(*reader, done, count, piece);
        if (auto written = file->write(piece); !written)
            return written;
        reader->release(done, count);
        done += count;
        progress.report(double(done) / double(reader->elements()));
    }
    return file->commit();
}

}  // namespace tenscope

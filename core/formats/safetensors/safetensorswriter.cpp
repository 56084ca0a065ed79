#include "core/formats/safetensors/safetensorswriter.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <unordered_set>

#include "core/base/atomicfile.h"

namespace tenscope {

namespace {

using Json = nlohmann::json;

constexpr std::uint64_t step = 8 << 20;  // bytes between two looks at progress

std::string_view dtype(ElementType element)
{
    switch (element) {
    case ElementType::Float64: return "F64";
    case ElementType::Float32: return "F32";
    case ElementType::Float16: return "F16";
    case ElementType::BFloat16: return "BF16";
    case ElementType::Float8E4M3FN: return "F8_E4M3";
    case ElementType::Float8E5M2: return "F8_E5M2";
    case ElementType::Int64: return "I64";
    case ElementType::Int32: return "I32";
    case ElementType::Int16: return "I16";
    case ElementType::Int8: return "I8";
    case ElementType::UInt64: return "U64";
    case ElementType::UInt32: return "U32";
    case ElementType::UInt16: return "U16";
    case ElementType::UInt8: return "U8";
    case ElementType::Bool: return "BOOL";
    default: return {};
    }
}

struct Entry {
    const Tensor* tensor = nullptr;
    std::span<const std::byte> bytes;
    std::uint64_t size = 0;  // of its dense elements
};

// Elements of a strided tensor in row-major order. Fails where one lies outside the data.
Result<void> writeStrided(AtomicFile& file, const Entry& entry, Progress& progress)
{
    const std::uint64_t width = std::uint64_t(bits(entry.tensor->element)) / 8;
    const std::uint64_t stored = entry.bytes.size() / width;
    const auto& shape = entry.tensor->shape;
    const auto& strides = entry.tensor->strides;
    const auto outside = [] { return fail(Error::read("an element of it lies outside its data")); };
    std::vector<std::int64_t> index(shape.size());
    std::vector<std::byte> piece;
    for (std::uint64_t done = 0, count = entry.size / width; done < count; ++done) {
        std::int64_t place = 0;
        for (std::size_t d = 0; d < shape.size(); ++d) {
            std::int64_t part = 0;
            if (__builtin_mul_overflow(index[d], strides[d], &part) || __builtin_add_overflow(place, part, &place))
                return outside();
        }
        if (place < 0 || std::uint64_t(place) >= stored)
            return outside();
        const std::byte* element = entry.bytes.data() + std::uint64_t(place) * width;
        piece.insert(piece.end(), element, element + width);
        for (std::size_t d = shape.size(); d-- > 0;) {
            if (++index[d] < shape[d])
                break;
            index[d] = 0;
        }
        if (piece.size() < step && done + 1 < count)
            continue;
        if (progress.cancelled())
            return fail(Error::cancelled());
        if (auto written = file.write(piece); !written)
            return written;
        piece.clear();
    }
    return {};
}

Result<void> writeDense(AtomicFile& file, const Entry& entry, Progress& progress)
{
    const auto* slice = std::get_if<FileSlice>(&entry.tensor->data);
    for (std::uint64_t done = 0; done < entry.size; done += step) {
        if (progress.cancelled())
            return fail(Error::cancelled());
        const std::uint64_t length = std::min(step, entry.size - done);
        if (auto written = file.write(entry.bytes.subspan(done, length)); !written)
            return written;
        if (slice)
            slice->file->release(slice->offset + done, length);
    }
    return {};
}

class SafetensorsWriter {
public:
    SafetensorsWriter(const Model& model, const std::filesystem::path& path, Progress& progress)
        : m_model(model), m_path(path), m_progress(progress)
    {
    }

    Result<SafetensorsReport> write()
    {
        for (std::size_t v = 0; v < m_model.valueCount(); ++v)
            if (const Value& value = m_model.value(ValueId(v)); value.isAlive() && value.tensor)
                add(value.name, m_model.tensor(value.tensor));
        auto file = AtomicFile::create(m_path);
        if (!file)
            return fail(file.error());
        // Padded with blanks, so that the data begins at a multiple of eight.
        std::string header = m_header.dump(-1, ' ', false, Json::error_handler_t::replace);
        header.resize((header.size() + 7) / 8 * 8, ' ');
        std::string begin(8, '\0');
        for (int i = 0; i < 8; ++i)
            begin[std::size_t(i)] = char(std::uint64_t(header.size()) >> (8 * i) & 0xff);
        begin += header;
        if (auto reserved = file->reserve(begin.size() + m_end); !reserved)
            return fail(reserved.error());
        if (auto written = file->write(std::as_bytes(std::span(begin))); !written)
            return fail(written.error());
        std::uint64_t done = 0;
        for (const Entry& entry : m_entries) {
            const auto written = entry.tensor->strides.empty() ? writeDense(*file, entry, m_progress) : writeStrided(*file, entry, m_progress);
            if (!written && written.error().kind == ErrorKind::Read)
                return fail(Error::write(m_path.string() + ": cannot be written: tensor " + entry.tensor->name + ": " + written.error().message));
            if (!written)
                return fail(written.error());
            done += entry.size;
            m_progress.report(double(done) / double(std::max<std::uint64_t>(m_end, 1)), entry.tensor->name);
        }
        m_report.bytes = file->size();
        if (auto committed = file->commit(); !committed)
            return fail(committed.error());
        return std::move(m_report);
    }

private:
    void add(const std::string& name, const Tensor& tensor)
    {
        const auto leaveOut = [&](std::string why) { m_report.leftOut.push_back({name, std::move(why)}); };
        const std::string_view type = dtype(tensor.element);
        if (type.empty())
            return leaveOut("safetensors has no type for " + std::string(tenscope::name(tensor.element)) + " elements");
        const auto bytes = tensor.bytes();
        if (!bytes)
            return leaveOut(bytes.error().message);
        const auto elements = tensor.elements();
        const auto size = elements ? byteSize(tensor.element, *elements) : std::nullopt;
        if (!size || *size > std::uint64_t(std::numeric_limits<std::int64_t>::max()) - m_end)
            return leaveOut("it has more elements than a file can hold");
        const bool isStrided = !tensor.strides.empty();
        if (isStrided ? tensor.strides.size() != tensor.shape.size() : bytes->size() < *size)
            return leaveOut("its data is shorter than its shape says");
        std::string unique = name == "__metadata__" ? "__metadata__2" : name;
        for (int number = 2; !m_names.insert(unique).second; ++number)
            unique = name + '#' + std::to_string(number);
        m_header[unique] = {{"dtype", type}, {"shape", tensor.shape}, {"data_offsets", {m_end, m_end + *size}}};
        m_entries.push_back({&tensor, *bytes, *size});
        m_end += *size;
        ++m_report.tensors;
    }

    const Model& m_model;
    const std::filesystem::path& m_path;
    Progress& m_progress;
    Json m_header = Json::object();
    std::unordered_set<std::string> m_names;
    std::vector<Entry> m_entries;
    std::uint64_t m_end = 0;
    SafetensorsReport m_report;
};

}  // namespace

Result<SafetensorsReport> writeSafetensors(const Model& model, const std::filesystem::path& path, Progress& progress)
{
    return SafetensorsWriter(model, path, progress).write();
}

}  // namespace tenscope

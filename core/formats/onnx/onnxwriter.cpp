#include "core/formats/onnx/onnxwriter.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <optional>

#include "core/base/atomicfile.h"
#include "core/formats/onnx/dataplan.h"
#include "core/formats/onnx/onnxencoder.h"
#include "core/formats/onnx/onnxreader.h"

namespace tenscope {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t step = 8 << 20;  // bytes between two looks at progress

// Whether what `read` says of the file is what the model was made of.
bool isFrom(const Model& model, const Model& read)
{
    if (read.graphCount() > model.graphCount() || read.nodeCount() > model.nodeCount() || read.valueCount() > model.valueCount() ||
        read.tensorCount() > model.tensorCount() || read.functions.size() > model.functions.size())
        return false;
    for (std::size_t g = 0; g < read.graphCount(); ++g)
        if (read.graph(GraphId(g)).origin != model.graph(GraphId(g)).origin)
            return false;
    for (std::size_t n = 0; n < read.nodeCount(); ++n)
        if (read.node(NodeId(n)).origin != model.node(NodeId(n)).origin)
            return false;
    return true;
}

class OnnxWriter {
public:
    OnnxWriter(const Model& model, const fs::path& target, const OnnxWriteOptions& options, Progress& progress)
        : m_model(model), m_target(target), m_options(options), m_progress(progress)
    {
    }

    Result<OnnxWriteReport> write()
    {
        if (auto source = readSource(); !source)
            return fail(source.error());
        if (auto fits = lookAtTarget(); !fits)
            return fail(fits.error());
        Result<WireMessage> message = encode();
        if (!message)
            return fail(message.error());
        m_total = message->size() + m_plan.size();
        for (const auto& [from, to] : m_copies)
            m_total += from->size();
        m_total *= m_options.readsBack ? 2 : 1;

        Result<void> written = writeAll(*message);
        if (!written) {
            std::error_code ignored;
            for (const fs::path& path : m_created)
                fs::remove(path, ignored);
            return fail(written.error());
        }
        m_progress.report(1);
        return std::move(m_report);
    }

private:
    Error failure(const std::string& why) const { return Error::write(m_target.string() + ": " + why); }

    // What the file says now. A file that is not ONNX, or says something else, is not where the model comes from.
    Result<void> readSource()
    {
        for (const auto& file : m_model.files) {
            if (file->shortened())
                return fail(failure("cannot be written, since " + file->path().string() +
                                    ", from which unedited parts are copied, was shortened meanwhile; open it again"));
        }
        const bool hasOrigin = m_model.mainGraph && !m_model.graph(m_model.mainGraph).origin.isEmpty();
        if (m_model.format != Format::Onnx || m_model.files.empty())
            return {};
        Progress silent;
        Result<Model> read = readOnnx(m_model.files.front(), silent);
        if (read && isFrom(m_model, *read)) {
            m_read = std::move(*read);
            return {};
        }
        if (hasOrigin)
            return fail(failure("cannot be written, since " + m_model.files.front()->path().string() +
                                ", from which unedited parts are copied, was changed meanwhile; open it again"));
        return {};
    }

    Result<void> lookAtTarget()
    {
        std::error_code error;
        m_place = m_target;
        if (fs::is_symlink(m_target, error))
            m_place = fs::weakly_canonical(m_target, error);
        m_folder = m_place.parent_path().empty() ? fs::path(".") : m_place.parent_path();
        if (!fs::is_directory(m_folder, error))
            return fail(failure("cannot be written: there is no folder " + m_folder.string()));
        for (std::size_t f = 1; f < m_model.files.size(); ++f)
            if (fs::equivalent(m_model.files[f]->path(), m_place, error))
                return fail(failure("cannot be written: the model's data is in that file"));
        return {};
    }

    // Says what becomes of the files of external data. Nothing is copied yet.
    void findData(DataPlan& plan)
    {
        m_copies.clear();
        if (!m_read || m_model.files.size() < 2)
            return;
        std::error_code error;
        fs::path source = m_model.files.front()->path().parent_path();
        if (source.empty())
            source = ".";
        if (fs::equivalent(source, m_folder, error))
            return;
        for (std::size_t f = 1; f < m_model.files.size(); ++f) {
            const auto& file = m_model.files[f];
            const fs::path there = m_folder / file->path().lexically_relative(source);
            if (!fs::exists(there, error))
                m_copies.emplace_back(file, there);
            else if (!fs::equivalent(file->path(), there, error) && !hasSameBytes(*file, there))
                plan.leftBehind.insert(file->path());
        }
    }

    bool hasSameBytes(const MappedFile& file, const fs::path& other)
    {
        const auto opened = MappedFile::open(other);
        if (!opened || (*opened)->size() != file.size())
            return false;
        for (std::uint64_t offset = 0; offset < file.size(); offset += step) {
            const std::uint64_t length = std::min<std::uint64_t>(step, file.size() - offset);
            if (std::memcmp(file.slice(offset, length)->data(), (*opened)->slice(offset, length)->data(), length) != 0)
                return false;
            file.release(offset, length);
            (*opened)->release(offset, length);
        }
        return true;
    }

    fs::path freeDataName() const
    {
        std::error_code error;
        const std::string base = m_place.filename().string();
        fs::path name = base + ".data";
        for (int number = 1; fs::exists(fs::symlink_status(m_folder / name, error)); ++number)
            name = base + "-" + std::to_string(number) + ".data";
        return name;
    }

    Result<WireMessage> encode()
    {
        DataPlan wanted;
        wanted.mode = m_options.data == OnnxWriteOptions::Data::Embed     ? DataPlan::Mode::Embed
                      : m_options.data == OnnxWriteOptions::Data::OneFile ? DataPlan::Mode::OneFile
                                                                          : DataPlan::Mode::Keep;
        wanted.alignment = std::max<std::uint64_t>(m_options.alignment, 1);
        wanted.threshold = m_options.externalFrom;
        wanted.location = freeDataName().string();
        if (wanted.mode != DataPlan::Mode::Embed)
            findData(wanted);
        // Whether to use a data file, and which files to take along, shows when all is put together; that costs little.
        for (;;) {
            m_plan = wanted;
            OnnxEncoder encoder(m_model, m_read ? &*m_read : nullptr, m_plan, m_progress);
            Result<WireMessage> message = encoder.encode();
            if (!message)
                return message.error().isCancelled() ? message : Result<WireMessage>(fail(failure("cannot be written: " + message.error().message)));
            m_report.sortedGraphs = encoder.sortedGraphs();
            if (dropNeedlessCopies(wanted))
                continue;
            if (message->size() <= m_options.limit)
                return message;
            if (wanted.mode == DataPlan::Mode::Embed)
                return fail(failure("cannot be written: in one file the model has " + std::to_string(message->size()) +
                                    " bytes, and no program reads more than 2 GB; save it with external data"));
            if (wanted.mode == DataPlan::Mode::OneFile)
                return fail(failure("cannot be written: the model has " + std::to_string(message->size()) +
                                    " bytes without its large tensors, and no program reads more than 2 GB"));
            wanted.mode = DataPlan::Mode::OneFile;
        }
    }

    // Files of which little is used are not taken along: what is used goes into a data file of its own. Whether there are any.
    bool dropNeedlessCopies(DataPlan& wanted)
    {
        bool isNews = false;
        std::erase_if(m_copies, [&](const auto& copy) {
            const auto used = m_plan.stillUsed.find(copy.first->path());
            if (used == m_plan.stillUsed.end())
                return true;
            if (used->second >= copy.first->size() / 2)
                return false;
            isNews = true;
            wanted.leftBehind.insert(copy.first->path());
            return true;
        });
        return isNews;
    }

    Result<void> writeAll(const WireMessage& message)
    {
        for (const auto& [from, to] : m_copies) {
            std::error_code error;
            fs::create_directories(to.parent_path(), error);
            WireMessage whole;
            whole.append(from->bytes());
            if (auto written = writeFile(to, whole.size(), {{0, &whole}}, false); !written)
                return written;
        }
        if (!m_plan.entries().empty()) {
            std::vector<Part> parts;
            for (const DataPlan::Entry& entry : m_plan.entries())
                parts.push_back({entry.offset, &entry.data});
            if (auto written = writeFile(m_folder / m_plan.location, m_plan.size(), parts, false); !written)
                return written;
        }
        if (auto written = writeFile(m_target, message.size(), {{0, &message}}, true); !written)
            return written;
        m_report.bytes = message.size();
        // The model first: it is what people asked for.
        std::rotate(m_report.files.begin(), m_report.files.end() - 1, m_report.files.end());
        return {};
    }

    struct Part {
        std::uint64_t offset = 0;
        const WireMessage* data = nullptr;
    };

    Result<void> writeFile(const fs::path& path, std::uint64_t size, const std::vector<Part>& parts, bool mayReplace)
    {
        Result<AtomicFile> file = AtomicFile::create(path);
        if (!file)
            return fail(file.error());
        if (auto reserved = file->reserve(size); !reserved)
            return reserved;
        for (const Part& part : parts) {
            if (auto padded = file->padTo(part.offset); !padded)
                return padded;
            const auto write = [&](std::span<const std::byte> bytes) { return file->write(bytes); };
            if (auto written = part.data->writeTo([&](auto bytes) { return inSteps(bytes, write); }); !written)
                return written;
        }
        if (auto completed = file->complete(); !completed)
            return completed;
        if (m_options.readsBack)
            if (auto same = readBack(file->temporary(), size, parts); !same)
                return same;
        if (auto committed = file->commit(mayReplace); !committed)
            return committed;
        if (!mayReplace) {
            m_created.push_back(path);
            m_report.dataBytes += size;
        }
        m_report.files.push_back(path);
        return {};
    }

    Result<void> readBack(const fs::path& path, std::uint64_t size, const std::vector<Part>& parts)
    {
        const auto opened = MappedFile::open(path);
        if (!opened || (*opened)->size() != size)
            return fail(failure("cannot be written: the disk does not give back what was written to it"));
        for (const Part& part : parts) {
            std::uint64_t position = part.offset;
            const auto compare = [&](std::span<const std::byte> bytes) -> Result<void> {
                const auto there = (*opened)->slice(position, bytes.size());
                if (!there || std::memcmp(there->data(), bytes.data(), bytes.size()) != 0)
                    return fail(failure("cannot be written: the disk gives back other bytes than were written to it"));
                (*opened)->release(position, bytes.size());
                position += bytes.size();
                return {};
            };
            if (auto same = part.data->writeTo([&](auto bytes) { return inSteps(bytes, compare); }); !same)
                return same;
        }
        return {};
    }

    // Large pieces a step at a time, so that progress is told, cancelling works and the memory does not fill.
    template <class Take>
    Result<void> inSteps(std::span<const std::byte> bytes, const Take& take)
    {
        while (!bytes.empty()) {
            if (m_progress.cancelled())
                return fail(Error::cancelled());
            const std::span<const std::byte> piece = bytes.first(std::min(bytes.size(), step));
            if (auto taken = take(piece); !taken)
                return taken;
            release(piece);
            bytes = bytes.subspan(piece.size());
            m_done += piece.size();
            if (m_total > 0)
                m_progress.report(double(m_done) / double(m_total), m_target.filename().string());
        }
        return {};
    }

    void release(std::span<const std::byte> bytes) const
    {
        if (bytes.size() < step)
            return;
        for (const auto& file : m_model.files) {
            const std::span<const std::byte> all = file->bytes();
            if (bytes.data() >= all.data() && bytes.data() + bytes.size() <= all.data() + all.size()) {
                file->release(std::uint64_t(bytes.data() - all.data()), bytes.size());
                return;
            }
        }
    }

    const Model& m_model;
    fs::path m_target;
    const OnnxWriteOptions& m_options;
    Progress& m_progress;

    std::optional<Model> m_read;
    fs::path m_place;   // the target, links followed
    fs::path m_folder;  // where it is
    DataPlan m_plan;
    std::vector<std::pair<std::shared_ptr<const MappedFile>, fs::path>> m_copies;  // files of external data taken along
    std::vector<fs::path> m_created;
    OnnxWriteReport m_report;
    std::uint64_t m_total = 0, m_done = 0;
};

}  // namespace

Result<OnnxWriteReport> writeOnnx(const Model& model, const fs::path& target, const OnnxWriteOptions& options, Progress& progress)
{
    try {
        return OnnxWriter(model, target, options, progress).write();
    } catch (const std::exception& exception) {  // the library's containers, when memory ends; paths that are none
        return fail(Error::write(target.string() + " could not be written: " + exception.what()));
    }
}

}  // namespace tenscope

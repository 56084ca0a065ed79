#include "core/edit/journal.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "core/edit/apply.h"
#include "core/edit/editjson.h"
#include "core/edit/editparser.h"

namespace tenscope {

namespace {

// Identity and state of a file, to tell whether it is the one that the journal was begun on.
Json stateOf(const std::filesystem::path& path)
{
    struct stat info = {};
    if (::stat(path.c_str(), &info) != 0)
        return Json();
    return {{"file", std::filesystem::absolute(path).string()},
            {"size", std::int64_t(info.st_size)},
            {"modified", std::int64_t(info.st_mtim.tv_sec) * 1'000'000'000 + info.st_mtim.tv_nsec}};
}

Error unreadable(const std::filesystem::path& path, const std::string& why)
{
    return Error::read(path.string() + ": " + why);
}

Result<Json> header(const std::filesystem::path& path, std::ifstream& file)
{
    std::string line;
    if (!file || !std::getline(file, line))
        return fail(unreadable(path, "the journal cannot be read"));
    Json json = Json::parse(line, nullptr, false);
    if (!json.is_object() || !json.contains("tenscope_journal") || !json.contains("file") || !json["file"].is_string())
        return fail(unreadable(path, "this is not a journal"));
    return json;
}

}  // namespace

Journal::Journal(Journal&& other) noexcept : m_path(std::move(other.m_path)), m_descriptor(std::exchange(other.m_descriptor, -1)) {}

Journal::~Journal()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

Result<Journal> Journal::create(const std::filesystem::path& path, const MappedFile& file)
{
    Journal journal;
    journal.m_path = path;
    // For its owner alone: it may hold parts of a model.
    journal.m_descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (journal.m_descriptor < 0)
        return fail(Error::write(path.string() + ": the journal cannot be written (" + std::strerror(errno) + ")"));
    Json json = {{"tenscope_journal", 1}};
    const Json state = stateOf(file.path());
    if (state.is_object())
        json.update(state);
    if (auto written = journal.append(json.dump(-1, ' ', false, Json::error_handler_t::replace)); !written)
        return fail(written.error());
    return journal;
}

Result<void> Journal::append(const std::string& line)
{
    // One write a line: a line is there whole, or cut off at the end where the disk is full.
    const std::string text = line + '\n';
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t written = ::write(m_descriptor, text.data() + done, text.size() - done);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return fail(Error::write(m_path.string() + ": the journal cannot be written (" + std::strerror(errno) + ")"));
        done += std::size_t(written);
    }
    return {};
}

Result<void> Journal::did(const Model& model, const Edit& edit)
{
    const Result<std::string> line = toJson(model, edit);
    if (!line)
        return fail(Error::write(line.error().message));
    return append(*line);
}

Result<void> Journal::undid()
{
    return append("{\"undo\":true}");
}

Result<void> Journal::redid()
{
    return append("{\"redo\":true}");
}

void Journal::remove()
{
    if (m_descriptor >= 0)
        ::close(std::exchange(m_descriptor, -1));
    ::unlink(m_path.c_str());
}

Result<std::filesystem::path> journaledFile(const std::filesystem::path& journal)
{
    std::ifstream file(journal);
    const Result<Json> json = header(journal, file);
    if (!json)
        return fail(json.error());
    return std::filesystem::path((*json)["file"].get<std::string>());
}

Result<Recovered> replay(const std::filesystem::path& path, Model& model)
{
    std::ifstream file(path);
    const Result<Json> begin = header(path, file);
    if (!begin)
        return fail(begin.error());
    if (model.files.empty())
        return fail(unreadable(path, "the model is in no file"));
    const Json state = stateOf(model.files.front()->path());
    for (const char* key : {"file", "size", "modified"})
        if (!state.is_object() || !begin->contains(key) || (*begin)[key] != state[key])
            return fail(unreadable(path, "the model's file is not what it was when the journal was written"));

    Recovered recovered;
    const auto take = [&](std::vector<Edit>& from, std::vector<Edit>& to) {
        if (from.empty())
            throw ScriptFault{"there is nothing to undo or redo"};
        Result<Edit> inverse = applyEdit(model, from.back());
        if (!inverse)
            throw ScriptFault{inverse.error().message};
        from.pop_back();
        to.push_back(std::move(*inverse));
    };
    std::string line;
    while (std::getline(file, line)) {
        try {
            const Json json = Json::parse(line, nullptr, false);
            // What a crash cut off is the last thing in the file.
            if (json.is_discarded() && file.peek() == std::ifstream::traits_type::eof())
                break;
            if (json.is_object() && json.contains("undo")) {
                take(recovered.undo, recovered.redo);
            } else if (json.is_object() && json.contains("redo")) {
                take(recovered.redo, recovered.undo);
            } else {
                const TensorLoader none;
                Result<Edit> inverse = applyEdit(model, EditParser(model, none).parse(json));
                if (!inverse)
                    throw ScriptFault{inverse.error().message};
                recovered.undo.push_back(std::move(*inverse));
                recovered.redo.clear();
            }
            ++recovered.steps;
        } catch (const ScriptFault& fault) {
            recovered.problem = "step " + std::to_string(recovered.steps + 1) + ": " + fault.why;
            break;
        } catch (const std::exception& exception) {
            recovered.problem = "step " + std::to_string(recovered.steps + 1) + ": " + exception.what();
            break;
        }
    }
    return recovered;
}

}  // namespace tenscope

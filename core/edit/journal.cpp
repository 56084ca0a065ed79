#include "core/edit/journal.h"

#include <fcntl.h>
#include <sys/file.h>
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
    (void)::flock(journal.m_descriptor, LOCK_EX | LOCK_NB);  // a file system without locks has no other windows to tell
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

Result<Journal> Journal::resume(const std::filesystem::path& path, const Recovered& recovered)
{
    Journal journal;
    journal.m_path = path;
    journal.m_descriptor = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
    if (journal.m_descriptor < 0 || ::ftruncate(journal.m_descriptor, off_t(recovered.length)) != 0)
        return fail(Error::write(path.string() + ": the journal cannot be written (" + std::strerror(errno) + ")"));
    (void)::flock(journal.m_descriptor, LOCK_EX | LOCK_NB);
    return journal;
}

Result<void> Journal::did(const Model& model, const Edit& edit, const std::string& title)
{
    const Result<std::string> line = toJson(model, edit);
    if (!line)
        return fail(Error::write(line.error().message));
    if (title.empty())
        return append(*line);
    // The line is an object: the title goes in before its end.
    const Json text = title;
    return append(line->substr(0, line->size() - 1) + ",\"step\":" + text.dump(-1, ' ', false, Json::error_handler_t::replace) + '}');
}

Result<void> Journal::reverted(std::size_t first, std::size_t count, const std::string& title)
{
    const Json json = {{"revert", first}, {"count", count}, {"step", title}};
    return append(json.dump(-1, ' ', false, Json::error_handler_t::replace));
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

bool isAbandoned(const std::filesystem::path& journal)
{
    const int descriptor = ::open(journal.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    const bool isFree = descriptor >= 0 && ::flock(descriptor, LOCK_EX | LOCK_NB) == 0;
    if (descriptor >= 0)
        ::close(descriptor);
    return isFree;
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
    const auto apply = [&](const Edit& edit) {
        Result<Edit> inverse = applyEdit(model, edit);
        if (!inverse)
            throw ScriptFault{inverse.error().message};
        return std::move(*inverse);
    };
    const auto take = [&](std::vector<RecoveredStep>& from, std::vector<RecoveredStep>& to) {
        if (from.empty())
            throw ScriptFault{"there is nothing to undo or redo"};
        Edit inverse = apply(from.back().edit);
        to.push_back({std::move(inverse), std::move(from.back().title)});
        from.pop_back();
    };
    const auto revert = [&](const Json& json) {
        const auto first = json.at("revert").get<std::size_t>(), count = json.at("count").get<std::size_t>();
        if (first >= recovered.undo.size() || count > recovered.undo.size() - first)
            throw ScriptFault{"there is no such step to take back"};
        Macro macro;
        for (std::size_t step = first + count; step-- > first;)
            macro.edits.push_back(recovered.undo[step].edit);
        return Edit(std::move(macro));
    };
    recovered.length = std::uint64_t(file.tellg());
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
                const bool isRevert = json.is_object() && json.contains("revert");
                Edit inverse = apply(isRevert ? revert(json) : EditParser(model, none).parse(json));
                recovered.undo.push_back({std::move(inverse), json.value("step", std::string())});
                recovered.redo.clear();
            }
            ++recovered.steps;
            recovered.length += line.size() + 1;
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

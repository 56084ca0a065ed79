#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/edit/editscript.h"

namespace tenscope {

struct RecoveredStep {
    Edit edit;  // of what can be undone: its inverse
    std::string title;
};

// What a journal gave back.
struct Recovered {
    std::vector<RecoveredStep> undo;  // the latest last
    std::vector<RecoveredStep> redo;  // the latest undone last
    std::size_t steps = 0;
    std::uint64_t length = 0;  // bytes of the journal up to the last step that was taken
    std::string problem;     // a sentence where the journal ends before its end; the steps before are there
};

// What was done to an open document since it was opened or saved, on disk: a line of JSON for every step, written when it is
// taken, so that a crash loses nothing. A header says of which file, as it was then.
//
// Steps are edits (core/edit/editscript.h), {"undo": true}, {"redo": true} and {"revert": 3, "count": 1}: replaying them in
// order on the same file gives the same model with the same ids, and the same stack of what can be undone.
class Journal {
public:
    // Begins a journal for the model in `file`; one that is there is replaced. Fails with ErrorKind::Write.
    static Result<Journal> create(const std::filesystem::path& path, const MappedFile& file);

    // Goes on with a journal that was replayed: what was cut off behind the steps that were taken is dropped.
    static Result<Journal> resume(const std::filesystem::path& path, const Recovered& recovered);

    Journal(Journal&& other) noexcept;
    Journal& operator=(Journal&&) = delete;
    ~Journal();  // the file stays; remove() ends it

    // `model` as it was before the edit. Edits that hold numbers are written with them. `title` is what people call the step.
    // Fails with ErrorKind::Write.
    Result<void> did(const Model& model, const Edit& edit, const std::string& title);
    Result<void> undid();
    Result<void> redid();
    // The inverses of `count` steps from `first` on (of those that can be undone, counted from the first) were applied,
    // latest first, as a new step.
    Result<void> reverted(std::size_t first, std::size_t count, const std::string& title);

    // Takes the file away: after a save, and when the document is closed.
    void remove();

private:
    Journal() = default;
    Result<void> append(const std::string& line);

    std::filesystem::path m_path;
    int m_descriptor = -1;
};

// Whether whoever wrote the journal is gone: open journals are locked by their process.
bool isAbandoned(const std::filesystem::path& journal);

// The file that a journal is of. Fails (ErrorKind::Read) where it is no journal.
Result<std::filesystem::path> journaledFile(const std::filesystem::path& journal);

// Takes the steps again on the model that was read from the file. Fails (ErrorKind::Read) where the journal cannot be read, or
// is of another file or of another state of it; a last line that was cut off is left out without a word.
Result<Recovered> replay(const std::filesystem::path& journal, Model& model);

}  // namespace tenscope

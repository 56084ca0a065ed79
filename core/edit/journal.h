#pragma once

#include <filesystem>
#include <string>

#include "core/base/result.h"
#include "core/edit/editscript.h"

namespace tenscope {

// What was done to an open document since it was opened or saved, on disk: a line of JSON for every step, written when it is
// taken, so that a crash loses nothing. A header says of which file, as it was then.
//
// Steps are edits (core/edit/editscript.h), {"undo": true} and {"redo": true}: replaying them in order on the same file gives
// the same model with the same ids, and the same stack of what can be undone.
class Journal {
public:
    // Begins a journal for the model in `file`; one that is there is replaced. Fails with ErrorKind::Write.
    static Result<Journal> create(const std::filesystem::path& path, const MappedFile& file);

    Journal(Journal&& other) noexcept;
    Journal& operator=(Journal&&) = delete;
    ~Journal();  // the file stays; remove() ends it

    // `model` as it was before the edit. Edits that hold numbers are written with them. Fails with ErrorKind::Write.
    Result<void> did(const Model& model, const Edit& edit);
    Result<void> undid();
    Result<void> redid();

    // Takes the file away: after a save, and when the document is closed.
    void remove();

private:
    Journal() = default;
    Result<void> append(const std::string& line);

    std::filesystem::path m_path;
    int m_descriptor = -1;
};

struct Recovered {
    std::vector<Edit> undo;  // the inverses, the latest last
    std::vector<Edit> redo;  // the latest undone last
    std::size_t steps = 0;
    std::string problem;     // a sentence where the journal ends before its end; the steps before are there
};

// The file that a journal is of. Fails (ErrorKind::Read) where it is no journal.
Result<std::filesystem::path> journaledFile(const std::filesystem::path& journal);

// Takes the steps again on the model that was read from the file. Fails (ErrorKind::Read) where the journal cannot be read, or
// is of another file or of another state of it; a last line that was cut off is left out without a word.
Result<Recovered> replay(const std::filesystem::path& journal, Model& model);

}  // namespace tenscope

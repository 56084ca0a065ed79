#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string_view>

#include "core/base/mappedfile.h"
#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/formats/detect.h"
#include "core/graph/model.h"

namespace tenscope {

// Who turns a file of a format into a Model.
enum class Reader {
    ThisProcess,  // read()
    Worker,       // the worker process, which has LibTorch
    Nobody,       // not yet: recognized, and answered with a sentence
};

struct FormatInfo {
    Format format;
    std::string_view title;                   // for people: "ONNX", "TorchScript"
    std::span<const std::string_view> globs;  // for file dialogs: "*.onnx"; what opens is decided by content
    Reader reader;
};

// All formats, those that can be read first.
std::span<const FormatInfo> formats();
const FormatInfo& formatInfo(Format format);

// The format by content; Error (ErrorKind::Read) with a sentence that says what the file seems to be and what to do, for
// what nobody reads.
Result<FormatInfo> recognize(const MappedFile& file);

// Reads a file of a format that this process reads (Reader::ThisProcess). Fails (ErrorKind::Read) with a sentence for
// those of the worker, for what nobody reads, and for files that are damaged; Error::cancelled() after progress.cancel().
Result<Model> read(std::shared_ptr<const MappedFile> file, Progress& progress);
Result<Model> read(const std::filesystem::path& path, Progress& progress);

}  // namespace tenscope

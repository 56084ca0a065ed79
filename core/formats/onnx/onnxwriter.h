#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/graph/model.h"

namespace tenscope {

struct OnnxWriteOptions {
    enum class Data {
        Keep,     // data stays where it was: in the model's own file, or in the files beside it
        Embed,    // all data in the model's own file; fails where that is over 2 GB
        OneFile,  // large tensors of the model's own file go into one file of external data, NAME.onnx.data
    };
    Data data = Data::Keep;
    std::uint64_t alignment = 4096;          // of tensors in the data file: runtimes can map them
    std::uint64_t externalFrom = 1024;       // bytes; smaller tensors stay in the model's own file
    std::uint64_t limit = 0x7fffffff;        // of the model's own file: protobuf reads no larger message
    bool readsBack = true;                   // compares what is on the disk with what should be, before it gets its name
};

struct OnnxWriteReport {
    std::vector<std::filesystem::path> files;  // written anew: the model first, then files of external data
    std::uint64_t bytes = 0;                   // of the model's own file
    std::uint64_t dataBytes = 0;               // of files of external data written anew
    std::size_t sortedGraphs = 0;              // whose nodes had to be put in order because an edit had unsorted them
};

// Writes an ONNX-dialect model. Where it was read from an ONNX file (Model::files), all that was not edited is copied from
// there: an unedited model gives the same bytes, and an edited message differs in its edited fields only. Encoding,
// order of fields, unknown fields, typed and raw data all stay. core/formats/onnx/onnxencoder.h says how.
//
// Tensors are never loaded: they go from file to file. Data beside the model is referred to as before; in another folder
// those files are copied along, unless they are there already or only a small part of them is used. A model over the limit
// gets a data file by itself. An existing file of external data is never changed: another model may use it.
//
// The target, which may be the very file that the model was read from, is untouched until all is written, flushed and
// read back; then it is replaced at once, a link's target in its place. Failures (ErrorKind::Write) leave no file behind.
Result<OnnxWriteReport> writeOnnx(const Model& model, const std::filesystem::path& target, const OnnxWriteOptions& options,
                                  Progress& progress);

}  // namespace tenscope

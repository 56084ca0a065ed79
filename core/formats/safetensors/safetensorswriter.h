#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/graph/model.h"

namespace tenscope {

struct SafetensorsReport {
    struct LeftOut {
        std::string name;
        std::string why;
    };
    std::uint64_t bytes = 0;
    std::size_t tensors = 0;
    std::vector<LeftOut> leftOut;  // tensors that the format cannot hold, or whose data is not to be had
};

// Writes all stored tensors of a model (weights, in bodies too; not what Constant nodes hold) as one file of safetensors:
// https://github.com/huggingface/safetensors#format. Names are the model's; where two graphs have a tensor of one name, later
// ones get a number. The data goes from file to file and is never in memory as a whole; strided tensors are written dense.
// Fails with ErrorKind::Write, what was at `path` untouched, or Error::cancelled().
Result<SafetensorsReport> writeSafetensors(const Model& model, const std::filesystem::path& path, Progress& progress);

}  // namespace tenscope

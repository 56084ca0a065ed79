#pragma once

#include "core/graph/model.h"
#include "core/torch/archive.h"

namespace tenscope {

// What the archive says of itself beside the model: the version of its format, who wrote it, and text files that were put
// into it by hand (torch.jit.save's _extra_files), as metadata.
void describeArchive(Model& model, const Archive& archive);

}  // namespace tenscope

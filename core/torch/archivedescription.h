#pragma once

#include "core/graph/model.h"
#include "core/torch/archive.h"

namespace tenscope {

// What the archive says of itself beside the model: the version of its format, and files put into it by hand.
void describeArchive(Model& model, const Archive& archive);

}  // namespace tenscope

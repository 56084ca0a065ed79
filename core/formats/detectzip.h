#pragma once

#include "core/formats/detect.h"

namespace tenscope {

// detect() for files that begin as zip archives do: TorchScript, what torch.save and torch.export write, NumPy's .npz,
// Keras, and others.
Detected detectZip(const MappedFile& file);

// What the pickle that begins with these bytes holds, as far as that can be told without running it.
Detected detectPickle(std::string_view begin);

}  // namespace tenscope

#pragma once

#include <QStringList>

#include "core/base/result.h"

namespace tenscope {

// The sample pair that comes with the program, as files: they are written from the program's resources into the user's
// data folder the first time. Gives their paths, TorchScript first. Fails (ErrorKind::Write) where that folder cannot be written.
Result<QStringList> sampleFiles();

}  // namespace tenscope

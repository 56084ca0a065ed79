#pragma once

#include <QString>

#include "core/base/result.h"

namespace tenscope {

// Statistics and histograms of every stored tensor in a file that this process can read, in 10⁹ bytes a second.
Result<double> histogramSpeed(const QString& path);

}  // namespace tenscope

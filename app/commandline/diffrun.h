#pragma once

#include <QStringList>
#include <cstdint>

#include "app/commandline/modelfile.h"
#include "core/compare/runcomparison.h"

namespace tenscope {

struct DiffRunOptions {
    QStringList specs, shapes;  // as runInputs() takes them; a name may be of either model
    std::uint64_t seed = 0;
    int threads = 0;
    Tolerance tolerance;
};

// Runs both models on the same inputs, each in a worker of its own, and compares what matched groups computed. Inputs belong
// together that have one name, and else in order; one that only one model has holds what is said for it, or is random.
// Fails with ErrorKind::Usage where the inputs cannot be made, and as running does.
Result<RunComparison> diffRun(ModelFile& a, ModelFile& b, const Comparison& comparison, const DiffRunOptions& options, Progress& progress);

}  // namespace tenscope

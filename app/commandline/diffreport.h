#pragma once

#include <QString>

#include "core/compare/runcomparison.h"
#include "core/graph/model.h"

namespace tenscope {

struct DiffSide {
    QString title;
    const Model& model;
};

// Writes a comparison as one HTML file that needs no other: the summary, both diagrams with their marks, the differences,
// the groups and the weights. `run` may be null. Fails with ErrorKind::Write.
Result<void> writeDiffReport(const QString& path, const DiffSide& a, const DiffSide& b, const Comparison& comparison,
                             const RunComparison* run, Progress& progress);

}  // namespace tenscope

#pragma once

#include <QStringList>
#include <cstdint>
#include <vector>

#include "core/base/result.h"
#include "core/graph/model.h"
#include "core/worker/run.h"

namespace tenscope {

// The tensors for the model's inputs, in their order, from what --input and --shape say: "NAME=SPEC" and "NAME=1x3x224x224",
// where NAME is an input's name or its index. Inputs that are not named are random.
// Fails with ErrorKind::Usage on what makes no sense, else as makeInput() does.
Result<std::vector<Tensor>> runInputs(const Model& model, const QStringList& specs, const QStringList& shapes, std::uint64_t seed);

// What --override says: "NAME=SPEC", where NAME is that of a value of the main graph and SPEC zeros, ones, a number or a file of
// NumPy's or ONNX's. Fails with ErrorKind::Usage, of files with ErrorKind::Read.
Result<std::vector<Override>> runOverrides(const Model& model, const QStringList& specs);

}  // namespace tenscope

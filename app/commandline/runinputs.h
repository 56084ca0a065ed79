#pragma once

#include <QStringList>
#include <cstdint>
#include <vector>

#include "core/base/result.h"
#include "core/graph/model.h"

namespace tenscope {

// The tensors for the model's inputs, in their order, from what --input and --shape say: "NAME=SPEC" and "NAME=1x3x224x224",
// where NAME is an input's name or its index. Inputs that are not named are random.
// Fails with ErrorKind::Usage on what makes no sense, else as makeInput() does.
Result<std::vector<Tensor>> runInputs(const Model& model, const QStringList& specs, const QStringList& shapes, std::uint64_t seed);

}  // namespace tenscope

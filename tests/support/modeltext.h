#pragma once

#include <string>

#include "core/graph/model.h"

namespace tenscope {

// What a model says, as text, by names alone: equal for two models that hold the same under different ids. Nodes come in
// the order of their text, since a writer may have to sort them; data is there as its bytes' hash. Left out is what a file
// cannot say of itself: modules, types of constants and stored tensors, types inside functions.
std::string modelText(const Model& model);

}  // namespace tenscope

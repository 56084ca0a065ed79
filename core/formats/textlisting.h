#pragma once

#include <string>

#include "core/graph/model.h"

namespace tenscope {

// The whole model as text for people and for `diff`: what the file says of itself, then every graph with its inputs, outputs,
// weights and nodes in order, bodies indented under their node, functions last. Numbers of tensors are not in it. Names stand as
// they are in the file; the listing is no format to be read back.
std::string textListing(const Model& model);

}  // namespace tenscope

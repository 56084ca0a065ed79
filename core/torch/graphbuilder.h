#pragma once

#include "core/torch/builtmodel.h"
#include "core/torch/script.h"

namespace tenscope {

// A TorchScript module as our graph. Its graph for LibTorch is forward, with self as its first input.
//
// Calls are inlined, with the path of the module they were made on as the nodes' scope. Parameters and buffers become
// stored values of the main graph under their state-dict names, other attributes constants; attributes that the code
// assigns stay prim::GetAttr and prim::SetAttr nodes whose `name` is the whole path. Objects of packed weights become a
// tuple of the weights. Branches that the file's own constants decide are replaced by the one that is taken
// (constantfolding.h), as PyTorch does when it inlines. O(nodes after inlining).
// Throws Failure on a model that is too large to be inlined, and when cancelled.
BuiltModel buildModel(const Script& script, const Archive& archive, Progress& progress);

}  // namespace tenscope

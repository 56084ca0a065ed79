#pragma once

#include "core/torch/script.h"

namespace tenscope {

// Fills the attributes of an object from its stored state as its __setstate__ would, by reading that method's graph
// instead of running it: attributes that are plain parts of the state get them, those that are packed from them become
// entries of script.packed, and the rest is listed in script.computed. Prints, checks and computations are passed over.
// For classes of LibTorch itself (packed parameters) the weights are looked up in the state.
void fillFromState(Script& script, const ScriptObjectPtr& object, const c10::IValue& state);

}  // namespace tenscope

#pragma once

#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/base/progress.h"
#include "core/torch/archive.h"
#include "core/torch/libtorch.h"
#include "core/torch/tensors.h"

namespace tenscope {

using ScriptObject = c10::ivalue::Object;
using ScriptObjectPtr = c10::intrusive_ptr<ScriptObject>;

// What packed parameters of quantized operators hold, as the file has it.
struct PackedWeights {
    at::Tensor weight;
    at::Tensor bias;  // undefined where there is none
};

// A TorchScript archive as LibTorch's objects, read without running anything from it.
//
// A class with __getstate__ and __setstate__ is stored as a state that only its own code can turn into attributes. That
// code waits until the user runs the model: `pending`. Until then its objects hold what reading the code, without running
// it, tells about them; what that leaves open is in `computed`.
struct Script {
    std::shared_ptr<WeightFile> weights;
    std::shared_ptr<torch::jit::CompilationUnit> unit;
    ScriptObjectPtr root;
    std::vector<c10::IValue> constants;
    bool listsBuffers = false;  // whether classes say which of their tensors are buffers: PyTorch 1.5 and newer

    struct Pending {
        ScriptObjectPtr object;
        c10::IValue state;
    };
    std::vector<Pending> pending;  // innermost first, as they were stored
    std::unordered_map<const ScriptObject*, PackedWeights> packed;
    std::set<std::pair<const ScriptObject*, std::size_t>> computed;  // object and slot
};

// Reads code and data of the archive. Operators that LibTorch lacks become placeholders (unknownoperators.h).
// Throws Failure: Read with one sentence, or Cancelled.
Script readScript(const Archive& archive, const std::shared_ptr<WeightFile>& weights, Progress& progress);

// Turns the pending states into attributes, which runs __setstate__ from the file and LibTorch's own packing of quantized
// weights. Throws Failure (ErrorKind::Run).
void completeStates(Script& script);

}  // namespace tenscope

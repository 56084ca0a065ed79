#pragma once

#include <memory>
#include <string>

#include "core/torch/libtorch.h"
#include "core/worker/run.h"

namespace tenscope {

// What tells the models that a Runner runs from each other, beside their graphs: where arguments come from, and how
// values of the run are shown. All functions may throw Failure.
class RunSubject {
public:
    virtual ~RunSubject() = default;

    // Before each run: whatever was left for the moment in which the user wants to run the model. The graph may be made anew.
    virtual void prepare(c10::Device device) = 0;

    // The graph once more, as LibTorch computes it fastest (fastgraph.h), for the device of the last prepare(). It takes the
    // same. Null where there is no other.
    virtual std::shared_ptr<torch::jit::Graph> fast() = 0;

    // All that the graph takes. Until end(), weights may be shared with the run.
    virtual torch::jit::Stack begin(const RunRequest& request, c10::Device device) = 0;
    virtual void end() noexcept = 0;

    // A tensor of the run as part of our graph; `value` may be invalid.
    virtual Tensor shown(const at::Tensor& tensor, ValueId value, std::string name) const = 0;
};

}  // namespace tenscope

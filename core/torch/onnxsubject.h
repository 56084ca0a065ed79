#pragma once

#include <torch/csrc/jit/api/module.h>

#include <memory>
#include <optional>
#include <unordered_map>

#include "core/convert/onnxtoaten.h"
#include "core/torch/builtmodel.h"
#include "core/torch/runsubject.h"
#include "core/torch/storedtensors.h"

namespace tenscope {

// An ONNX model that is run as the ATen graph that it was converted to, or an edited TorchScript model as it is. `built` holds the ONNX model, and the graph with
// one step for each of its nodes.
class OnnxSubject : public RunSubject {
public:
    // Throws Failure on what LibTorch cannot run. `built` gets its graph here; both outlive this.
    OnnxSubject(AtenModel converted, BuiltModel& built);

    void prepare(c10::Device device) override;
    std::shared_ptr<torch::jit::Graph> fast() override;
    torch::jit::Stack begin(const RunRequest& request, c10::Device device) override;
    void end() noexcept override {}
    Tensor shown(const at::Tensor& tensor, ValueId value, std::string name) const override;

private:
    void refuseUnconverted() const;
    void build(c10::Device device);

    AtenModel m_converted;
    BuiltModel& m_built;
    StoredTensors m_stored;
    c10::Device m_device = c10::kCPU;  // where the weights of the graph are
    std::optional<torch::jit::Module> m_state;  // of a TorchScript model that assigns attributes: what every run begins with
    std::shared_ptr<torch::jit::Graph> m_fast;
};

}  // namespace tenscope

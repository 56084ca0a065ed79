#pragma once

#include <memory>

#include "core/torch/builtmodel.h"
#include "core/torch/runsubject.h"
#include "core/torch/script.h"
#include "core/torch/statecopy.h"

namespace tenscope {

// A TorchScript module that is run: its first argument is a copy of it, so that what a run assigns is forgotten.
class ScriptSubject : public RunSubject {
public:
    // Both outlive this.
    ScriptSubject(Script& script, const BuiltModel& built) : m_script(script), m_built(built) {}

    // Runs the file's __setstate__ the first time. Fails on a model with operators that LibTorch lacks.
    void prepare(c10::Device device) override;
    std::shared_ptr<torch::jit::Graph> fast() override;
    torch::jit::Stack begin(const RunRequest& request, c10::Device device) override;
    void end() noexcept override;
    Tensor shown(const at::Tensor& tensor, ValueId value, std::string name) const override;

private:
    Script& m_script;
    const BuiltModel& m_built;
    std::unique_ptr<WeightGuard> m_guard;
    c10::Device m_device = c10::kCPU;
    std::shared_ptr<torch::jit::Graph> m_fast;
};

}  // namespace tenscope

#pragma once

#include <unordered_map>
#include <vector>

#include "core/torch/script.h"

namespace tenscope {

// Gives each run a module of its own, so that what a run assigns or appends is forgotten after it. Objects, lists and
// dictionaries are copied; tensors in the model's file are shared with it until something writes into them.
class StateCopy {
public:
    StateCopy(const Script& script, c10::Device device) : m_script(script), m_device(device) {}

    // The model's module. What was shared inside it is shared inside the copy.
    c10::IValue module();

private:
    c10::IValue copy(const c10::IValue& value);
    at::Tensor copyTensor(const at::Tensor& tensor);

    const Script& m_script;
    c10::Device m_device;
    std::unordered_map<const void*, c10::IValue> m_copies;
};

// Notices writes into the model's weights, and takes them back when it goes out of scope. Every in-place operator counts
// up its tensor's version, and views and copies share the counter.
class WeightGuard {
public:
    explicit WeightGuard(const Script& script);
    ~WeightGuard();
    WeightGuard(const WeightGuard&) = delete;
    WeightGuard& operator=(const WeightGuard&) = delete;

private:
    WeightFile& m_weights;
    std::vector<std::pair<at::Tensor, std::uint32_t>> m_versions;
};

}  // namespace tenscope

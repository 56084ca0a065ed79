#pragma once

#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "core/graph/model.h"
#include "core/torch/script.h"

namespace tenscope {

// The parameters and buffers of a module and of all modules in it, in the order and under the names of PyTorch's
// state_dict(), as stored values of the model's main graph; its modules as scopes.
//
// A tensor or a module that can be reached by two names is listed under both, as state_dict() does; an issue says so.
// Packed weights of quantized modules, which state_dict() leaves out, are listed as weight and bias of their module.
class StateDict {
public:
    StateDict(const Script& script, Model& model);

    // The stored value of that name; invalid where there is none.
    ValueId find(const std::string& path) const;
    // Weight and bias of the packed object that is attribute `path`; invalid ids where they are not known.
    std::pair<ValueId, ValueId> packed(const std::string& path) const;

private:
    void addModule(const ScriptObject& module, const std::string& prefix, ScopeId scope, int depth);
    void addPacked(const PackedWeights& packed, const std::string& path);
    ValueId add(const at::Tensor& tensor, const std::string& path, bool isParameter);
    void reportShared();

    const Script& m_script;
    Model& m_model;
    std::unordered_map<std::string, ValueId> m_values;
    std::unordered_map<std::string, std::pair<ValueId, ValueId>> m_packed;
    std::unordered_map<const void*, std::vector<ValueId>> m_byData;
    std::size_t m_modules = 0;
};

}  // namespace tenscope

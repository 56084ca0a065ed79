#pragma once

#include <unordered_map>
#include <vector>

#include "core/graph/model.h"
#include "core/torch/libtorch.h"

namespace tenscope {

// The operators of a model, looked up once for each schema.
class OperatorTable {
public:
    explicit OperatorTable(Model& model) : m_model(model) {}

    // The operator that a node applies, with the names of its schema's arguments; a placeholder is not known.
    OperatorId of(const torch::jit::Node& node);
    // An operator of the prim namespace, for nodes that have no counterpart.
    OperatorId prim(const char* name);

    // A type of elements is an integer in TorchScript. Constants that are used as nothing else are made types here.
    void showElementTypes();

private:
    bool isElementType(OperatorId op, std::size_t index) const;

    Model& m_model;
    std::unordered_map<const c10::FunctionSchema*, OperatorId> m_bySchema;
    std::unordered_map<c10::Symbol, OperatorId> m_byKind;  // of those without a schema
    std::unordered_map<OperatorId, std::vector<bool>> m_elementTypes;  // by argument
};

}  // namespace tenscope

#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "core/graph/model.h"

namespace tenscope {

// Finds the operator of each node, with the names of its inputs and outputs from the ONNX library's schemas, or from the
// model's own functions, which come first.
class OperatorTable {
public:
    explicit OperatorTable(Model& model) : m_model(model) {}

    // Model::functions and Model::opsets must be complete by now. `functionOpsets` (of the function whose body this is;
    // null elsewhere) says the version of a domain that the model itself does not import. Issues are about the node that is
    // added next.
    OperatorId find(std::string_view domain, std::string_view name, std::string_view overload,
                    const std::map<std::string, std::int64_t>* functionOpsets);

private:
    Operator describe(std::string_view domain, std::string_view name, std::string_view overload,
                      const std::map<std::string, std::int64_t>* functionOpsets);

    Model& m_model;
    std::string m_key;
    std::unordered_map<std::string, OperatorId> m_known;
};

// "ai.onnx" is another name of the domain "".
inline std::string_view normalizedDomain(std::string_view domain)
{
    return domain == "ai.onnx" ? std::string_view() : domain;
}

}  // namespace tenscope

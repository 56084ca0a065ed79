#include "core/formats/onnx/operatortable.h"

#include "core/formats/onnx/operatorcatalog.h"

namespace tenscope {

OperatorId OperatorTable::find(std::string_view domain, std::string_view name, std::string_view overload,
                               const std::map<std::string, std::int64_t>* functionOpsets)
{
    domain = normalizedDomain(domain);
    m_key = domain;
    (m_key += '\0') += name;
    (m_key += '\0') += overload;
    const auto known = m_known.find(m_key);
    if (known != m_known.end())
        return known->second;
    const OperatorId id = m_model.addOperator(describe(domain, name, overload, functionOpsets));
    m_known.emplace(m_key, id);
    return id;
}

Operator OperatorTable::describe(std::string_view domain, std::string_view name, std::string_view overload,
                                 const std::map<std::string, std::int64_t>* functionOpsets)
{
    Operator op;
    op.domain = domain;
    op.name = name;
    op.overload = overload;
    if (const Function* function = m_model.function(op)) {
        for (const ValueId input : m_model.graph(function->graph).inputs)
            op.inputNames.push_back(m_model.value(input).name);
        for (const ValueId output : m_model.graph(function->graph).outputs)
            op.outputNames.push_back(m_model.value(output).name);
        return op;
    }
    std::int64_t opset = 0;
    if (const auto imported = m_model.opsets.find(op.domain); imported != m_model.opsets.end())
        opset = imported->second;
    else if (functionOpsets && functionOpsets->contains(op.domain))
        opset = functionOpsets->at(op.domain);
    const OperatorInfo* info = OperatorCatalog::builtIn().find(domain, name, opset);
    op.isKnown = info != nullptr;
    if (!info)
        return op;
    for (const OperatorParameter& input : info->inputs)
        op.inputNames.emplace_back(input.name);
    for (const OperatorParameter& output : info->outputs)
        op.outputNames.emplace_back(output.name);
    op.isVariadic = info->isVariadic();
    op.isDeprecated = info->isDeprecated;
    if (opset > 0 && info->sinceVersion > opset)
        m_model.issues.push_back({Severity::Warning,
                                  "The operator " + op.name + " exists since version " +
                                      std::to_string(info->sinceVersion) + " of " +
                                      (domain.empty() ? "ai.onnx" : op.domain) + ", but the model asks for version " +
                                      std::to_string(opset) + ".",
                                  NodeId(m_model.nodeCount())});
    return op;
}

}  // namespace tenscope

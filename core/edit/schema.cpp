#include "core/edit/schema.h"

#include <algorithm>

#include "core/formats/onnx/operatorcatalog.h"

namespace tenscope {

namespace {

// As schemas write it: "tensor(float)". Empty where ONNX has no such type, or it is not known.
std::string schemaName(ElementType element)
{
    switch (element) {
    case ElementType::Float32:
        return "float";
    case ElementType::Float64:
        return "double";
    case ElementType::Undefined:
        return {};
    default:
        break;
    }
    // Types that came after the catalog's last version: it cannot know where they are allowed.
    constexpr int newestKnown = 16;
    const int number = onnxDataType(element);
    return number == 0 || number > newestKnown ? std::string() : std::string(name(element));
}

std::string schemaName(const Type& type)
{
    const auto wrapped = [](const char* word, const std::string& inner) {
        return inner.empty() ? std::string() : word + ('(' + inner + ')');
    };
    switch (type.kind) {
    case Type::Kind::Tensor:
        return wrapped("tensor", schemaName(type.element));
    case Type::Kind::Sequence:
        return type.arguments.empty() ? std::string() : wrapped("seq", schemaName(type.arguments.front()));
    case Type::Kind::Optional:
        return type.arguments.empty() ? std::string() : wrapped("optional", schemaName(type.arguments.front()));
    default:
        return {};
    }
}

std::int64_t importedVersion(const Model& model, const std::string& domain)
{
    auto opset = model.opsets.find(domain);
    if (opset == model.opsets.end() && domain.empty())
        opset = model.opsets.find("ai.onnx");
    return opset == model.opsets.end() ? 0 : opset->second;
}

}  // namespace

const OperatorInfo* schema(const Model& model, const Operator& op)
{
    if (model.format != Format::Onnx || model.function(op))
        return nullptr;
    return OperatorCatalog::builtIn().find(op.domain, op.name, importedVersion(model, op.domain));
}

Operator describedOperator(const Model& model, const std::string& domain, const std::string& name)
{
    Operator op;
    op.domain = domain;
    op.name = name;
    if (const Function* function = model.function(op)) {
        for (const ValueId input : model.graph(function->graph).inputs)
            op.inputNames.push_back(model.value(input).name);
        for (const ValueId output : model.graph(function->graph).outputs)
            op.outputNames.push_back(output ? model.value(output).name : std::string());
        return op;
    }
    const OperatorInfo* info = schema(model, op);
    op.isKnown = info != nullptr;
    if (!info)
        return op;
    for (const OperatorParameter& input : info->inputs)
        op.inputNames.emplace_back(input.name);
    for (const OperatorParameter& output : info->outputs)
        op.outputNames.emplace_back(output.name);
    op.isVariadic = info->isVariadic();
    op.isDeprecated = info->isDeprecated;
    return op;
}

const OperatorParameter* formalInput(const OperatorInfo& info, std::size_t slot)
{
    if (info.inputs.empty() || (slot >= info.inputs.size() && !info.isVariadic()))
        return nullptr;
    return &info.inputs[std::min(slot, info.inputs.size() - 1)];
}

bool accepts(const OperatorInfo& info, const OperatorParameter& parameter, const Type& type)
{
    const std::string wanted = schemaName(type);
    if (wanted.empty())
        return true;
    for (const OperatorTypeConstraint& constraint : info.typeConstraints)
        if (constraint.name == parameter.type)
            return std::find(constraint.types.begin(), constraint.types.end(), wanted) != constraint.types.end();
    return parameter.type.find('(') == std::string_view::npos || parameter.type == wanted;
}

}  // namespace tenscope

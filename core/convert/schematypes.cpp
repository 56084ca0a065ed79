#include "core/convert/schematypes.h"

#include <array>
#include <unordered_map>
#include <utility>

#include "core/formats/onnx/operatorcatalog.h"

namespace tenscope {

namespace {

// What lies between `before` and the closing parenthesis; empty where the text is something else.
std::string_view inside(std::string_view text, std::string_view before)
{
    if (text.size() <= before.size() || !text.starts_with(before) || text.back() != ')')
        return {};
    return text.substr(before.size(), text.size() - before.size() - 1);
}

ElementType elementFromSchemaName(std::string_view name)
{
    constexpr std::array<std::pair<std::string_view, ElementType>, 3> different{
        {{"float", ElementType::Float32}, {"double", ElementType::Float64}, {"float4e2m1", ElementType::Float4E2M1}}};
    constexpr std::array<std::pair<std::string_view, ElementType>, 4> eightBits{
        {{"float8e4m3fn", ElementType::Float8E4M3FN},
         {"float8e4m3fnuz", ElementType::Float8E4M3FNUZ},
         {"float8e5m2", ElementType::Float8E5M2},
         {"float8e5m2fnuz", ElementType::Float8E5M2FNUZ}}};
    for (const auto& [text, element] : different)
        if (text == name)
            return element;
    for (const auto& [text, element] : eightBits)
        if (text == name)
            return element;
    return elementTypeFromName(name).value_or(ElementType::Undefined);
}

const OperatorParameter* parameterAt(const std::vector<OperatorParameter>& parameters, std::size_t index)
{
    if (index < parameters.size())
        return &parameters[index];
    const bool repeats = !parameters.empty() && parameters.back().kind == OperatorParameter::Kind::Variadic;
    return repeats ? &parameters.back() : nullptr;
}

Type withoutShape(Type type)
{
    type.shape.reset();
    type.text.clear();
    for (Type& argument : type.arguments)
        argument = withoutShape(std::move(argument));
    return type;
}

}  // namespace

Type typeFromSchemaText(std::string_view text)
{
    Type type;
    const auto container = [&](Type::Kind kind, std::string_view argument) {
        type.kind = kind;
        type.arguments = {typeFromSchemaText(argument)};
        return type;
    };
    if (const auto element = inside(text, "tensor("); !element.empty()) {
        const ElementType known = elementFromSchemaName(element);
        return known == ElementType::Undefined ? Type() : Type::tensor(known);
    }
    if (const auto argument = inside(text, "seq("); !argument.empty())
        return container(Type::Kind::Sequence, argument);
    if (const auto argument = inside(text, "optional("); !argument.empty())
        return container(Type::Kind::Optional, argument);
    return type;
}

std::vector<Type> schemaOutputTypes(const Operator& op, std::int64_t opset, const std::vector<Type>& inputs, std::size_t outputs)
{
    std::vector<Type> result(outputs);
    const OperatorInfo* info = OperatorCatalog::builtIn().find(op.domain, op.name, opset);
    if (!info)
        return result;
    std::unordered_map<std::string_view, Type> bound;
    for (const OperatorTypeConstraint& constraint : info->typeConstraints)
        if (constraint.types.size() == 1)
            if (Type only = typeFromSchemaText(constraint.types.front()); only.kind != Type::Kind::Unknown)
                bound.emplace(constraint.name, std::move(only));
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const OperatorParameter* formal = parameterAt(info->inputs, i);
        if (formal && inputs[i].kind != Type::Kind::Unknown)
            bound.emplace(formal->type, withoutShape(inputs[i]));
    }
    for (std::size_t i = 0; i < outputs; ++i) {
        const OperatorParameter* formal = parameterAt(info->outputs, i);
        if (!formal)
            continue;
        const auto known = bound.find(formal->type);
        result[i] = known != bound.end() ? known->second : typeFromSchemaText(formal->type);
    }
    return result;
}

}  // namespace tenscope

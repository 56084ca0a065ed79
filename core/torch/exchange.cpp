#include "core/torch/exchange.h"

#include "core/torch/attributes.h"
#include "core/torch/failure.h"
#include "core/torch/tensors.h"

namespace tenscope {

namespace {

constexpr int deepestPart = 16;

// What the argument's type makes of a tensor; nothing where it can make nothing of it.
std::optional<c10::IValue> converted(const at::Tensor& tensor, const c10::TypePtr& type, c10::Device device)
{
    const bool isOne = tensor.numel() == 1;
    switch (type->kind()) {
    case c10::TypeKind::TensorType:
    case c10::TypeKind::AnyType: return c10::IValue(tensor.to(device));
    case c10::TypeKind::OptionalType: return converted(tensor, type->expectRef<c10::OptionalType>().getElementType(), device);
    case c10::TypeKind::IntType:
        if (isOne)
            return c10::IValue(tensor.to(at::kLong).item<std::int64_t>());
        break;
    case c10::TypeKind::FloatType:
    case c10::TypeKind::NumberType:
        if (isOne)
            return c10::IValue(tensor.to(at::kDouble).item<double>());
        break;
    case c10::TypeKind::BoolType:
        if (isOne)
            return c10::IValue(tensor.to(at::kBool).item<bool>());
        break;
    case c10::TypeKind::ListType: {
        const c10::TypePtr element = type->expectRef<c10::ListType>().getElementType();
        if (element->kind() == c10::TypeKind::TensorType)
            return c10::IValue(c10::List<at::Tensor>({tensor.to(device)}));
        if (tensor.dim() != 1)
            break;
        c10::impl::GenericList list(element);
        for (std::int64_t i = 0; i < tensor.size(0); ++i) {
            const auto member = converted(tensor[i], element, device);
            if (!member)
                return std::nullopt;
            list.push_back(*member);
        }
        return c10::IValue(list);
    }
    default: break;
    }
    return std::nullopt;
}

void append(std::vector<ResultPart>& parts, const c10::IValue& value, const std::string& suffix, std::size_t most, int depth)
{
    if (parts.size() >= most)
        return;
    if (depth < deepestPart && (value.isTuple() || value.isList())) {
        std::size_t i = 0;
        const auto each = [&](const c10::IValue& member) {
            append(parts, member, suffix + '[' + std::to_string(i++) + ']', most, depth + 1);
        };
        if (value.isTuple())
            for (const c10::IValue& member : value.toTupleRef().elements())
                each(member);
        else if (value.isTensorList() || !value.toList().elementType()->isSubtypeOf(*c10::NumberType::get()))
            for (const c10::IValue& member : value.toListRef())
                each(member);
        else
            parts.push_back({suffix, value, {}});  // numbers are read better as one list
    } else if (depth < deepestPart && value.isGenericDict()) {
        for (const auto& entry : value.toGenericDict())
            append(parts, entry.value(), suffix + '[' + textOf(entry.key(), 60) + ']', most, depth + 1);
    } else {
        parts.push_back({suffix, value, {}});
    }
}

}  // namespace

std::vector<c10::IValue> arguments(const torch::jit::Graph& graph, const c10::FunctionSchema& schema,
                                   const std::vector<Tensor>& inputs, c10::Device device)
{
    const std::size_t count = graph.inputs().size() - 1;  // without self
    if (inputs.size() > count)
        throw Failure(Error::run("The model takes " + std::to_string(count) + " inputs, but " + std::to_string(inputs.size()) +
                                 " were given."));
    std::vector<c10::IValue> result;
    for (std::size_t i = 0; i < count; ++i) {
        const c10::TypePtr& type = graph.inputs()[i + 1]->type();
        const c10::Argument* formal = i + 1 < schema.arguments().size() ? &schema.arguments()[i + 1] : nullptr;
        const std::string name = "The input '" + (formal ? formal->name() : std::to_string(i)) + "'";
        const bool isGiven = i < inputs.size() && inputs[i].element != ElementType::Undefined;
        if (!isGiven) {
            if (formal && formal->default_value())
                result.push_back(*formal->default_value());
            else if (type->kind() == c10::TypeKind::OptionalType || type->kind() == c10::TypeKind::NoneType)
                result.emplace_back();
            else
                throw Failure(Error::run(name + " is missing; it is a " + type->repr_str() + "."));
            continue;
        }
        const Result<at::Tensor> tensor = torchTensor(inputs[i]);
        if (!tensor)
            throw Failure(tensor.error());
        const auto value = converted(*tensor, type, device);
        if (!value)
            throw Failure(Error::run(name + " is a " + type->repr_str() + ", which a tensor of shape " +
                                     toString(inputs[i].type()) + " cannot be given for."));
        result.push_back(*value);
    }
    return result;
}

std::vector<c10::IValue> withoutTuples(const c10::IValue& value)
{
    if (!value.isTuple())
        return {value};
    std::vector<c10::IValue> members;
    for (const c10::IValue& member : value.toTupleRef().elements())
        for (c10::IValue& inner : withoutTuples(member))
            members.push_back(std::move(inner));
    return members;
}

std::vector<ResultPart> flattened(const c10::IValue& value, std::size_t most)
{
    std::vector<ResultPart> parts;
    append(parts, value, {}, most, 0);
    return parts;
}

}  // namespace tenscope

#include "core/graph/type.h"

namespace tenscope {

Type Type::tensor(ElementType element, std::optional<Shape> shape)
{
    Type type;
    type.kind = Kind::Tensor;
    type.element = element;
    type.shape = std::move(shape);
    return type;
}

Type Type::tensor(ElementType element, const std::vector<std::int64_t>& sizes)
{
    Shape shape;
    shape.reserve(sizes.size());
    for (const std::int64_t size : sizes)
        shape.push_back({size, {}});
    return tensor(element, std::move(shape));
}

std::string toString(const Dimension& dimension)
{
    if (dimension.isKnown())
        return std::to_string(dimension.size);
    return dimension.symbol.empty() ? "?" : dimension.symbol;
}

std::string toString(const Shape& shape, const char* separator)
{
    if (shape.empty())
        return "scalar";
    std::string text;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (i > 0)
            text += separator;
        text += toString(shape[i]);
    }
    return text;
}

namespace {

std::string argumentList(const std::vector<Type>& arguments)
{
    std::string text;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (i > 0)
            text += ", ";
        text += toString(arguments[i]);
    }
    return text;
}

}  // namespace

std::string toString(const Type& type)
{
    switch (type.kind) {
    case Type::Kind::Unknown:
        return "unknown";
    case Type::Kind::Tensor:
    case Type::Kind::SparseTensor: {
        std::string text = type.kind == Type::Kind::SparseTensor ? "sparse " : "";
        text += type.element == ElementType::Undefined ? "tensor" : name(type.element);
        if (type.shape)
            text += ' ' + toString(*type.shape);
        return text;
    }
    case Type::Kind::Sequence:
        return "sequence(" + argumentList(type.arguments) + ')';
    case Type::Kind::Optional:
        return "optional(" + argumentList(type.arguments) + ')';
    case Type::Kind::Map:
        return "map(" + argumentList(type.arguments) + ')';
    case Type::Kind::Tuple:
        return "tuple(" + argumentList(type.arguments) + ')';
    case Type::Kind::Int:
        return "int";
    case Type::Kind::Float:
        return "float";
    case Type::Kind::Bool:
        return "bool";
    case Type::Kind::String:
        return "string";
    case Type::Kind::Complex:
        return "complex";
    case Type::Kind::None:
        return "none";
    case Type::Kind::Device:
        return "device";
    case Type::Kind::Object:
        return type.text.empty() ? "object" : type.text;
    }
    return "unknown";
}

}  // namespace tenscope

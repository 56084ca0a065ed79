#include "core/convert/heldas.h"

namespace tenscope {

ElementType heldAs(ElementType type)
{
    switch (type) {
    case ElementType::UInt16: return ElementType::Int32;
    case ElementType::UInt32:
    case ElementType::UInt64:
    case ElementType::String: return ElementType::Int64;
    case ElementType::Int4:
    case ElementType::Int2: return ElementType::Int8;
    case ElementType::UInt4:
    case ElementType::UInt2: return ElementType::UInt8;
    case ElementType::Float8E4M3FN:
    case ElementType::Float8E4M3FNUZ:
    case ElementType::Float8E5M2:
    case ElementType::Float8E5M2FNUZ:
    case ElementType::Float8E8M0:
    case ElementType::Float4E2M1: return ElementType::Float32;
    default: return type;
    }
}

Type heldType(const Type& type)
{
    Type held = type;
    held.element = heldAs(type.element);
    if (held.kind == Type::Kind::SparseTensor || held.kind == Type::Kind::Unknown)
        held.kind = Type::Kind::Tensor;
    held.text.clear();
    for (Type& argument : held.arguments)
        argument = heldType(argument);
    return held;
}

}  // namespace tenscope

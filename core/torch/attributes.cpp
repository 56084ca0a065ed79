#include "core/torch/attributes.h"

#include "core/graph/text.h"

namespace tenscope {

namespace {

constexpr int deepestText = 8;

void append(std::string& text, const c10::IValue& value, std::size_t limit, int depth);

template <class Members>
void appendAll(std::string& text, const Members& members, char open, char close, std::size_t limit, int depth)
{
    text += open;
    bool isFirst = true;
    for (const c10::IValue& member : members) {
        if (!isFirst)
            text += ", ";
        isFirst = false;
        if (text.size() >= limit) {
            text += "\u2026";
            break;
        }
        append(text, member, limit, depth + 1);
    }
    text += close;
}

// Stops at the limit, so that a value whose members share each other cannot make an endless text.
void append(std::string& text, const c10::IValue& value, std::size_t limit, int depth)
{
    if (depth > deepestText || text.size() >= limit) {
        text += "\u2026";
    } else if (value.isNone()) {
        text += "None";
    } else if (value.isBool()) {
        text += value.toBool() ? "True" : "False";
    } else if (value.isInt()) {
        text += std::to_string(value.toInt());
    } else if (value.isDouble()) {
        text += shortest(value.toDouble());
    } else if (value.isComplexDouble()) {
        const auto number = value.toComplexDouble();
        text += shortest(number.real()) + (number.imag() < 0 ? "" : "+") + shortest(number.imag()) + "j";
    } else if (value.isString()) {
        text += '"' + value.toStringRef().substr(0, limit) + '"';
    } else if (value.isDevice()) {
        text += value.toDevice().str();
    } else if (value.isTensor()) {
        const at::Tensor& tensor = value.toTensor();
        text += tensor.defined() ? toString(Type::tensor(elementType(tensor.scalar_type()), tensor.sizes().vec())) : "undefined";
    } else if (value.isList()) {
        const auto list = value.toListRef();
        appendAll(text, list, '[', ']', limit, depth);
    } else if (value.isTuple()) {
        appendAll(text, value.toTupleRef().elements(), '(', ')', limit, depth);
    } else if (value.isGenericDict()) {
        text += '{';
        bool isFirst = true;
        for (const auto& entry : value.toGenericDict()) {
            text += isFirst ? "" : ", ";
            isFirst = false;
            if (text.size() >= limit) {
                text += "\u2026";
                break;
            }
            append(text, entry.key(), limit, depth + 1);
            text += ": ";
            append(text, entry.value(), limit, depth + 1);
        }
        text += '}';
    } else if (value.isEnum()) {
        text += value.toEnumHolder()->name();
    } else if (value.isObject() && value.toObjectRef().type()->name()) {
        text += className(value.toObjectRef().type()->name()->qualifiedName());
    } else {
        text += value.tagKind();
    }
}

}  // namespace

AttributeValue attributeValue(Model& model, const c10::IValue& value, const std::string& name, const WeightFile* weights)
{
    if (value.isNone())
        return std::monostate();
    if (value.isBool())
        return value.toBool();
    if (value.isInt())
        return value.toInt();
    if (value.isDouble())
        return value.toDouble();
    if (value.isComplexDouble())
        return std::complex<double>(value.toComplexDouble().real(), value.toComplexDouble().imag());
    if (value.isString())
        return value.toStringRef();
    if (value.isDevice())
        return value.toDevice().str();
    if (value.isTensor())
        return model.addTensor(describe(value.toTensor(), name, weights));
    if (value.isIntList())
        return value.toIntVector();
    if (value.isDoubleList())
        return value.toDoubleVector();
    if (value.isBoolList()) {
        const auto list = value.toBoolList();
        return std::vector<bool>(list.begin(), list.end());
    }
    if (value.isTensorList()) {
        std::vector<TensorId> tensors;
        for (const at::Tensor& tensor : value.toTensorVector())
            tensors.push_back(model.addTensor(describe(tensor, name + '[' + std::to_string(tensors.size()) + ']', weights)));
        return tensors;
    }
    if (value.isList() && value.toList().elementType()->kind() == c10::TypeKind::StringType) {
        std::vector<std::string> strings;
        for (const c10::IValue& element : value.toListRef())
            if (element.isString())
                strings.push_back(element.toStringRef());
        return strings;
    }
    return OpaqueText{textOf(value, 400)};
}

std::string textOf(const c10::IValue& value, std::size_t limit)
{
    std::string text;
    append(text, value, limit, 0);
    return text;
}

}  // namespace tenscope

#include "core/graph/text.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "core/graph/literal.h"
#include "core/graph/model.h"

namespace tenscope {

namespace {

template <class Number>
std::string shortestOf(Number value)
{
    std::array<char, 32> buffer;
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return error == std::errc() ? std::string(buffer.data(), end) : std::string("?");
}

// Three significant digits: "1.23", "25.6", "144".
std::string threeDigits(double value)
{
    std::array<char, 32> buffer;
    std::snprintf(buffer.data(), buffer.size(), "%.*f", value < 9.995 ? 2 : value < 99.95 ? 1 : 0, value);
    std::string text = buffer.data();
    if (text.find('.') != std::string::npos) {
        while (text.back() == '0')
            text.pop_back();
        if (text.back() == '.')
            text.pop_back();
    }
    return text;
}

std::string scaled(std::uint64_t count, double base, const std::array<const char*, 7>& prefixes, const char* unit)
{
    double value = double(count);
    std::size_t prefix = 0;
    // 999.5 would print as 1000: the next prefix then.
    while (value >= (base > 1000 ? base : 999.5) && prefix + 1 < prefixes.size()) {
        value /= base;
        ++prefix;
    }
    std::string text = prefix == 0 ? std::to_string(count) : threeDigits(value);
    const std::string suffix = std::string(prefixes[prefix]) + unit;
    return suffix.empty() ? text : text + "\u202f" + suffix;
}

std::string cut(const std::string& text, std::size_t limit)
{
    if (text.size() <= limit)
        return text;
    std::size_t end = limit;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)  // not inside a UTF-8 sequence
        --end;
    return text.substr(0, end) + "\u2026";
}

template <class Number>
Number load(std::span<const std::byte> bytes)
{
    Number number;
    std::memcpy(&number, bytes.data(), sizeof number);
    return number;
}

// IEEE 754 binary16. All of its numbers are also 32-bit floats.
float fromFloat16(std::uint16_t code)
{
    const int exponent = code >> 10 & 0x1f;
    const int mantissa = code & 0x3ff;
    float magnitude = std::ldexp(float(mantissa + 1024), exponent - 25);
    if (exponent == 0)
        magnitude = std::ldexp(float(mantissa), -24);
    else if (exponent == 31)
        magnitude = mantissa == 0 ? HUGE_VALF : NAN;
    return code & 0x8000 ? -magnitude : magnitude;
}

std::optional<std::string> elementText(ElementType element, std::span<const std::byte> bytes)
{
    switch (element) {
    case ElementType::Float32:
        return shortestFloat(load<float>(bytes));
    case ElementType::Float64:
        return shortest(load<double>(bytes));
    case ElementType::Float16:
        return shortestFloat(fromFloat16(load<std::uint16_t>(bytes)));
    case ElementType::BFloat16:
        return shortestFloat(std::bit_cast<float>(std::uint32_t(load<std::uint16_t>(bytes)) << 16));
    case ElementType::Int8:
        return std::to_string(load<std::int8_t>(bytes));
    case ElementType::Int16:
        return std::to_string(load<std::int16_t>(bytes));
    case ElementType::Int32:
        return std::to_string(load<std::int32_t>(bytes));
    case ElementType::Int64:
        return std::to_string(load<std::int64_t>(bytes));
    case ElementType::UInt8:
        return std::to_string(load<std::uint8_t>(bytes));
    case ElementType::UInt16:
        return std::to_string(load<std::uint16_t>(bytes));
    case ElementType::UInt32:
        return std::to_string(load<std::uint32_t>(bytes));
    case ElementType::UInt64:
        return std::to_string(load<std::uint64_t>(bytes));
    case ElementType::Bool:
        return load<std::uint8_t>(bytes) ? "True" : "False";
    default:
        return std::nullopt;
    }
}

struct AttributeText {
    const Model& model;
    bool isFloat32;
    std::size_t limit;

    std::string operator()(std::monostate) const { return "None"; }
    std::string operator()(bool value) const { return value ? "True" : "False"; }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(double value) const { return isFloat32 ? shortestFloat(float(value)) : shortest(value); }
    std::string operator()(std::complex<double> value) const
    {
        return (*this)(value.real()) + (std::signbit(value.imag()) ? "" : "+") + (*this)(value.imag()) + "j";
    }
    std::string operator()(const std::string& value) const { return cut(value, limit); }
    std::string operator()(ElementType value) const { return std::string(name(value)); }
    std::string operator()(TensorId id) const
    {
        const Tensor& tensor = model.tensor(id);
        const std::optional<std::string> value = elementText(tensor);
        return value ? cut(*value, limit) : toString(tensor.type());
    }
    std::string operator()(GraphId id) const
    {
        return "graph " + model.graph(id).name + " (" + std::to_string(operatorCount(model, id)) + " nodes)";
    }
    std::string operator()(const Type& type) const { return toString(type); }
    std::string operator()(const AttributeReference& reference) const { return "@" + reference.name; }
    std::string operator()(const OpaqueText& opaque) const { return cut(opaque.text, limit); }
    template <class Item>
    std::string operator()(const std::vector<Item>& items) const
    {
        std::string text;
        for (const Item& item : items) {
            const std::string next = (*this)(item);
            if (!text.empty())
                text += ", ";
            if (!text.empty() && text.size() + next.size() > limit)
                return text + "\u2026";
            text += next;
        }
        return text;
    }
};

}  // namespace

std::string shortest(double value)
{
    return shortestOf(value);
}

std::string shortestFloat(float value)
{
    return shortestOf(value);
}

std::optional<std::string> elementText(const Tensor& tensor)
{
    if (tensor.elements() != 1)
        return std::nullopt;
    if (const auto* owned = std::get_if<OwnedStrings>(&tensor.data))
        return owned->strings->size() == 1 ? std::optional(owned->strings->front()) : std::nullopt;
    const auto bytes = tensor.bytes();
    if (!bytes || bytes->size() != byteSize(tensor.element, 1))
        return std::nullopt;
    return elementText(tensor.element, *bytes);
}

std::string siCount(std::uint64_t count)
{
    return scaled(count, 1000, {"", "k", "M", "G", "T", "P", "E"}, "");
}

std::string byteCount(std::uint64_t bytes)
{
    return scaled(bytes, 1024, {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"}, "B");
}

std::string toString(const Model& model, const Attribute& attribute, std::size_t limit)
{
    return std::visit(AttributeText{model, attribute.isFloat32, limit}, attribute.value);
}

std::string qualifiedName(const Model& model, NodeId id)
{
    const Operator& op = model.op(id);
    if (model.format != Format::Onnx)
        return op.domain.empty() ? op.name : op.domain + "::" + op.name;
    return op.domain.empty() || op.domain == "ai.onnx" ? op.name : op.domain + '.' + op.name;
}

std::string displayName(const Model& model, NodeId id)
{
    const Node& node = model.node(id);
    if (!node.name.empty())
        return node.name;
    for (const ValueId output : node.outputs())
        if (!model.value(output).name.empty())
            return model.value(output).name;
    return qualifiedName(model, id);
}

}  // namespace tenscope

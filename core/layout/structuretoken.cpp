#include "core/layout/structuretoken.h"

#include <bit>
#include <string_view>

#include "core/graph/model.h"

namespace tenscope {

namespace {

struct AttributeToken {
    const Model& model;

    std::uint64_t operator()(std::monostate) const { return 1; }
    std::uint64_t operator()(bool value) const { return 2 + std::uint64_t(value); }
    std::uint64_t operator()(std::int64_t value) const { return mixTokens(4, std::uint64_t(value)); }
    std::uint64_t operator()(double value) const { return mixTokens(5, std::bit_cast<std::uint64_t>(value)); }
    std::uint64_t operator()(const std::complex<double>& value) const { return mixTokens((*this)(value.real()), (*this)(value.imag())); }
    std::uint64_t operator()(const std::string& value) const { return structureToken(std::string_view(value)); }
    std::uint64_t operator()(ElementType value) const { return mixTokens(6, std::uint64_t(value)); }
    std::uint64_t operator()(TensorId value) const { return value ? structureToken(model.tensor(value)) : 7; }
    // Bodies and types are told apart by their presence only: what is in a body is a hierarchy of its own.
    std::uint64_t operator()(GraphId value) const { return value ? mixTokens(8, model.graph(value).nodeCount()) : 8; }
    std::uint64_t operator()(const Type& value) const { return mixTokens(9, std::uint64_t(value.kind)); }
    std::uint64_t operator()(const AttributeReference& value) const { return mixTokens(10, structureToken(value.name)); }
    std::uint64_t operator()(const OpaqueText& value) const { return mixTokens(11, structureToken(value.text)); }
    template <class T>
    std::uint64_t operator()(const std::vector<T>& list) const
    {
        std::uint64_t token = mixTokens(12, list.size());
        for (const T& item : list)
            token = mixTokens(token, (*this)(item));
        return token;
    }
};

}  // namespace

std::uint64_t mixTokens(std::uint64_t a, std::uint64_t b)
{
    // The finalizer of splitmix64 over a sum that keeps the order of its terms.
    std::uint64_t x = a * 0x9e3779b97f4a7c15u + b + 0x632be59bd9b4e019u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

std::uint64_t structureToken(std::string_view text)
{
    // FNV-1a.
    std::uint64_t token = 0xcbf29ce484222325u;
    for (const char c : text)
        token = (token ^ std::uint8_t(c)) * 0x100000001b3u;
    return token;
}

std::uint64_t structureToken(const Operator& op)
{
    return mixTokens(mixTokens(structureToken(op.domain), structureToken(op.name)), structureToken(op.overload));
}

std::uint64_t structureToken(const Tensor& tensor)
{
    std::uint64_t token = mixTokens(std::uint64_t(tensor.element), tensor.shape.size());
    for (const std::int64_t size : tensor.shape)
        token = mixTokens(token, std::uint64_t(size));
    return token;
}

std::uint64_t structureToken(const Model& model, const std::vector<Attribute>& attributes)
{
    std::uint64_t token = attributes.size();
    for (const Attribute& attribute : attributes)
        token = mixTokens(token, mixTokens(structureToken(attribute.name), std::visit(AttributeToken{model}, attribute.value)));
    return token;
}

}  // namespace tenscope

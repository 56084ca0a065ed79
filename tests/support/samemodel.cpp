#include "tests/support/samemodel.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/graph/text.h"

namespace tenscope {

namespace {

bool sameBits(double a, double b)
{
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

bool sameData(const TensorData& a, const TensorData& b)
{
    if (a.index() != b.index())
        return false;
    if (const auto* slice = std::get_if<FileSlice>(&a)) {
        const auto& other = std::get<FileSlice>(b);
        return slice->file->path() == other.file->path() && slice->offset == other.offset && slice->length == other.length;
    }
    if (const auto* owned = std::get_if<OwnedBytes>(&a))
        return *owned->bytes == *std::get<OwnedBytes>(b).bytes;
    if (const auto* strings = std::get_if<OwnedStrings>(&a))
        return *strings->strings == *std::get<OwnedStrings>(b).strings;
    if (const auto* sparse = std::get_if<SparseData>(&a))
        return sparse->values == std::get<SparseData>(b).values && sparse->indices == std::get<SparseData>(b).indices;
    return true;
}

bool isFloat(const AttributeValue& value)
{
    return std::holds_alternative<double>(value) || std::holds_alternative<std::vector<double>>(value);
}

class Comparison {
public:
    Comparison(const Model& a, const Model& b) : m_a(a), m_b(b) {}

    bool isSame()
    {
        expect(m_a.format == m_b.format && m_a.producer == m_b.producer && m_a.irVersion == m_b.irVersion &&
                   m_a.opsets == m_b.opsets && m_a.domain == m_b.domain && m_a.modelVersion == m_b.modelVersion &&
                   m_a.docString == m_b.docString && m_a.metadata == m_b.metadata && m_a.mainGraph == m_b.mainGraph,
               "the model's own fields");
        expect(m_a.nodeDocStrings == m_b.nodeDocStrings, "descriptions of nodes");
        expect(m_a.nodeMetadata == m_b.nodeMetadata, "metadata of nodes");
        expect(m_a.valueMetadata == m_b.valueMetadata, "metadata of values");
        expect(m_a.functions.size() == m_b.functions.size(), "functions");
        for (std::size_t f = 0; f < m_a.functions.size() && f < m_b.functions.size(); ++f)
            function(m_a.functions[f], m_b.functions[f]);
        for (std::size_t i = 0; i < std::max(m_a.graphCount(), m_b.graphCount()); ++i)
            graph(GraphId(i));
        for (std::size_t i = 0; i < std::max(m_a.nodeCount(), m_b.nodeCount()); ++i)
            node(NodeId(i));
        for (std::size_t i = 0; i < std::max(m_a.valueCount(), m_b.valueCount()); ++i)
            value(ValueId(i));
        // Tensors are never taken out of the arena; what one model alone has is simply not used there.
        for (std::size_t i = 0; i < std::min(m_a.tensorCount(), m_b.tensorCount()); ++i)
            expect(sameTensor(m_a.tensor(TensorId(i)), m_b.tensor(TensorId(i))), "tensor " + std::to_string(i));
        return why.empty();
    }

    std::string why;

private:
    void expect(bool isTrue, const std::string& what)
    {
        if (!isTrue && why.empty())
            why = what + " differ";
    }

    void function(const Function& a, const Function& b)
    {
        expect(a.domain == b.domain && a.name == b.name && a.overload == b.overload && a.graph == b.graph &&
                   a.attributeNames == b.attributeNames && a.opsets == b.opsets,
               "functions " + a.name);
        attributes(a.attributeDefaults, b.attributeDefaults, "function " + a.name);
    }

    void attributes(const std::vector<Attribute>& a, const std::vector<Attribute>& b, const std::string& what)
    {
        expect(a.size() == b.size(), "attributes of " + what);
        for (std::size_t i = 0; i < a.size() && i < b.size(); ++i)
            expect(a[i].name == b[i].name && a[i].origin == b[i].origin && sameAttributeValue(a[i].value, b[i].value) &&
                       (a[i].isFloat32 == b[i].isFloat32 || !isFloat(a[i].value)),
                   "attribute " + a[i].name + " of " + what);
    }

    void graph(GraphId id)
    {
        const std::string what = "graph " + std::to_string(id.index());
        if (id.index() >= m_a.graphCount() || id.index() >= m_b.graphCount()) {
            const Graph& only = id.index() < m_a.graphCount() ? m_a.graph(id) : m_b.graph(id);
            expect(only.nodeCount() == 0 && only.inputs.empty() && only.outputs.empty() && only.initializers.empty(), what);
            return;
        }
        const Graph& a = m_a.graph(id);
        const Graph& b = m_b.graph(id);
        expect(a.name == b.name && a.owner == b.owner && a.role == b.role && a.docString == b.docString &&
                   a.metadata == b.metadata && a.origin == b.origin,
               "texts of " + what);
        expect(a.inputs == b.inputs, "inputs of " + what);
        expect(a.outputs == b.outputs, "outputs of " + what);
        expect(a.initializers == b.initializers, "initializers of " + what);
        std::vector<NodeId> inA, inB;
        for (const NodeId n : m_a.nodes(id))
            inA.push_back(n);
        for (const NodeId n : m_b.nodes(id))
            inB.push_back(n);
        expect(inA == inB, "nodes of " + what);
    }

    template <class Id, class Arena>
    bool bothAlive(Id id, std::size_t countA, std::size_t countB, Arena arena, const std::string& what)
    {
        const bool a = id.index() < countA && arena(m_a, id).isAlive();
        const bool b = id.index() < countB && arena(m_b, id).isAlive();
        expect(a == b, what + "'s lives");
        return a && b;
    }

    void node(NodeId id)
    {
        const std::string what = "node " + std::to_string(id.index());
        const auto arena = [](const Model& model, NodeId n) -> const Node& { return model.node(n); };
        if (!bothAlive(id, m_a.nodeCount(), m_b.nodeCount(), arena, what))
            return;
        const Node& a = m_a.node(id);
        const Node& b = m_b.node(id);
        expect(a.graph == b.graph && a.scope == b.scope && a.name == b.name && a.origin == b.origin, what);
        expect(qualifiedName(m_a, id) == qualifiedName(m_b, id), "operators of " + what);
        expect(a.outputs() == b.outputs(), "outputs of " + what);
        const auto sameValue = [](const Input& x, const Input& y) { return x.value == y.value; };
        expect(std::equal(a.inputs().begin(), a.inputs().end(), b.inputs().begin(), b.inputs().end(), sameValue), "inputs of " + what);
        attributes(a.attributes, b.attributes, what);
    }

    void value(ValueId id)
    {
        const std::string what = "value " + std::to_string(id.index());
        const auto arena = [](const Model& model, ValueId v) -> const Value& { return model.value(v); };
        if (!bothAlive(id, m_a.valueCount(), m_b.valueCount(), arena, what))
            return;
        const Value& a = m_a.value(id);
        const Value& b = m_b.value(id);
        expect(a.name == b.name && a.graph == b.graph && a.tensor == b.tensor && a.isParameter == b.isParameter, what);
        expect(a.type == b.type, "types of " + what);
        expect(a.producer() == b.producer() && (!a.producer() || a.producerOutput() == b.producerOutput()), "producers of " + what);
    }

    const Model& m_a;
    const Model& m_b;
};

}  // namespace

bool sameAttributeValue(const AttributeValue& a, const AttributeValue& b)
{
    if (a.index() != b.index())
        return false;
    if (const auto* number = std::get_if<double>(&a))
        return sameBits(*number, std::get<double>(b));
    if (const auto* numbers = std::get_if<std::vector<double>>(&a)) {
        const auto& others = std::get<std::vector<double>>(b);
        return std::equal(numbers->begin(), numbers->end(), others.begin(), others.end(), sameBits);
    }
    return a == b;
}

bool sameTensor(const Tensor& a, const Tensor& b)
{
    return a.name == b.name && a.element == b.element && a.shape == b.shape && a.strides == b.strides && a.origin == b.origin &&
           a.docString == b.docString && a.metadata == b.metadata && sameData(a.data, b.data);
}

bool sameModel(const Model& a, const Model& b, std::string* why)
{
    Comparison comparison(a, b);
    const bool isSame = comparison.isSame();
    if (why)
        *why = comparison.why;
    return isSame;
}

}  // namespace tenscope

#include "core/formats/onnx/attributereader.h"

#include <onnx/onnx_pb.h>

#include "core/formats/onnx/fieldnumbers.h"
#include "core/formats/onnx/tensorreader.h"
#include "core/formats/onnx/typereader.h"

namespace tenscope {

namespace {

namespace number = fieldnumber::attribute;

class AttributeReader {
public:
    AttributeReader(OnnxReadContext& context, NodeId owner) : m_context(context), m_owner(owner) {}

    Result<Attribute> read(ByteRange message)
    {
        constexpr FieldSet wanted{number::tensor, number::graph,        number::tensors,
                                  number::graphs, number::sparseTensor, number::sparseTensors};
        if (auto read = m_context.parse("an attribute", message, wanted, m_splitter, m_proto); !read)
            return fail(read.error());
        m_attribute.name = m_proto.name();
        m_attribute.origin = message;
        if (!m_proto.ref_attr_name().empty())
            m_attribute.value = AttributeReference{m_proto.ref_attr_name()};
        else if (auto read = readValue(); !read)
            return fail(read.error());
        return std::move(m_attribute);
    }

private:
    using Proto = onnx::AttributeProto;

    // Of a field that may stand once: as in protobuf, the last one counts.
    const WireField* last(std::uint32_t field) const
    {
        const WireField* found = nullptr;
        for (const WireField& taken : m_splitter.taken())
            if (taken.number == field)
                found = &taken;
        return found;
    }
    bool has(std::uint32_t field) const { return last(field) != nullptr; }

    Proto::AttributeType type() const
    {
        if (m_proto.type() != Proto::UNDEFINED)
            return m_proto.type();
        if (m_proto.has_f())
            return Proto::FLOAT;
        if (m_proto.has_i())
            return Proto::INT;
        if (m_proto.has_s())
            return Proto::STRING;
        if (m_proto.floats_size() > 0)
            return Proto::FLOATS;
        if (m_proto.ints_size() > 0)
            return Proto::INTS;
        if (m_proto.strings_size() > 0)
            return Proto::STRINGS;
        if (has(number::tensor))
            return Proto::TENSOR;
        if (has(number::graph))
            return Proto::GRAPH;
        if (has(number::tensors))
            return Proto::TENSORS;
        if (has(number::graphs))
            return Proto::GRAPHS;
        if (has(number::sparseTensor))
            return Proto::SPARSE_TENSOR;
        if (has(number::sparseTensors))
            return Proto::SPARSE_TENSORS;
        if (m_proto.has_tp())
            return Proto::TYPE_PROTO;
        return m_proto.type_protos_size() > 0 ? Proto::TYPE_PROTOS : Proto::UNDEFINED;
    }

    Result<void> readValue()
    {
        AttributeValue& value = m_attribute.value;
        switch (type()) {
        case Proto::FLOAT:
            value = double(m_proto.f());
            m_attribute.isFloat32 = true;
            return {};
        case Proto::INT: value = std::int64_t(m_proto.i()); return {};
        case Proto::STRING: value = m_proto.s(); return {};
        case Proto::FLOATS:
            value = std::vector<double>(m_proto.floats().begin(), m_proto.floats().end());
            m_attribute.isFloat32 = true;
            return {};
        case Proto::INTS: value = std::vector<std::int64_t>(m_proto.ints().begin(), m_proto.ints().end()); return {};
        case Proto::STRINGS:
            value = std::vector<std::string>(m_proto.strings().begin(), m_proto.strings().end());
            return {};
        case Proto::TENSOR: return readTensors(number::tensor, false);
        case Proto::TENSORS: return readTensors(number::tensors, true);
        case Proto::SPARSE_TENSOR: return readTensors(number::sparseTensor, false);
        case Proto::SPARSE_TENSORS: return readTensors(number::sparseTensors, true);
        case Proto::GRAPH: return readGraphs(number::graph, false);
        case Proto::GRAPHS: return readGraphs(number::graphs, true);
        case Proto::TYPE_PROTO: value = readType(m_proto.tp()); return {};
        case Proto::TYPE_PROTOS: {
            std::vector<Type> types;
            for (const onnx::TypeProto& proto : m_proto.type_protos())
                types.push_back(readType(proto));
            value = std::move(types);
            return {};
        }
        default:
            // Undefined, or a type of the future: its bytes stay in the file.
            return {};
        }
    }

    Result<void> readTensors(std::uint32_t field, bool isList)
    {
        const bool isSparse = field == number::sparseTensor || field == number::sparseTensors;
        std::vector<TensorId> tensors;
        for (const WireField& taken : m_splitter.taken()) {
            if (taken.number != field || (!isList && &taken != last(field)))
                continue;
            Result<Tensor> tensor =
                isSparse ? readSparseTensor(m_context, taken.payload) : readTensor(m_context, taken.payload);
            if (!tensor)
                return fail(tensor.error());
            if (const auto* missing = std::get_if<MissingData>(&tensor->data)) {
                const std::string owner = m_owner ? " of node " + m_context.model.node(m_owner).name : std::string();
                m_context.issue(
                    Severity::Error,
                    "The data of attribute " + m_attribute.name + owner + " is not to be had: " + missing->why,
                    m_owner ? Place(m_owner) : Place());
            }
            tensors.push_back(m_context.model.addTensor(std::move(*tensor)));
        }
        if (isList)
            m_attribute.value = std::move(tensors);
        else if (!tensors.empty())
            m_attribute.value = tensors.back();
        return {};
    }

    Result<void> readGraphs(std::uint32_t field, bool isList)
    {
        std::vector<GraphId> graphs;
        for (const WireField& taken : m_splitter.taken()) {
            if (taken.number != field || (!isList && &taken != last(field)))
                continue;
            if (auto counted = m_context.countObjects(1); !counted)
                return counted;
            std::string role = m_attribute.name;
            if (isList)
                role += '[' + std::to_string(graphs.size()) + ']';
            graphs.push_back(m_context.model.addGraph({}, m_owner, std::move(role)));
            m_context.bodies.push_back({graphs.back(), taken.payload});
        }
        if (isList)
            m_attribute.value = std::move(graphs);
        else if (!graphs.empty())
            m_attribute.value = graphs.back();
        return {};
    }

    OnnxReadContext& m_context;
    NodeId m_owner;
    MessageSplitter m_splitter;
    Proto m_proto;
    Attribute m_attribute;
};

}  // namespace

Result<Attribute> readAttribute(OnnxReadContext& context, ByteRange message, NodeId owner)
{
    return AttributeReader(context, owner).read(message);
}

}  // namespace tenscope

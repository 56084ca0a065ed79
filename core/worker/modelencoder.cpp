#include <string_view>
#include <type_traits>
#include <unordered_map>

#include "core/worker/modelcodec.h"
#include "core/worker/tensorcodec.h"
#include "core/worker/worker.pb.h"

namespace tenscope {

namespace {

template <class Tag>
std::uint32_t optionalId(Id<Tag> id)
{
    return id ? id.index() + 1 : 0;
}

template <class Ids>
void addIds(const Ids& ids, google::protobuf::RepeatedField<std::uint32_t>& out)
{
    out.Reserve(int(ids.size()));
    for (const auto id : ids)
        out.Add(id.index());
}

template <class Pairs, class Entries>
void addPairs(const Pairs& pairs, Entries& out)
{
    for (const auto& [key, value] : pairs) {
        protocol::KeyValue* entry = out.Add();
        entry->set_key(key);
        entry->set_value(value);
    }
}

template <class Opsets, class Entries>
void addOpsets(const Opsets& opsets, Entries& out)
{
    for (const auto& [domain, version] : opsets) {
        protocol::Opset* entry = out.Add();
        entry->set_domain(domain);
        entry->set_version(version);
    }
}

// Few types are many values'; each is written once.
struct TypeHash {
    std::size_t operator()(const Type* type) const
    {
        std::size_t hash = std::size_t(type->kind) * 256 + std::size_t(type->element);
        const auto mix = [&hash](std::size_t more) { hash = (hash ^ more) * std::size_t(0x9e3779b97f4a7c15); };
        mix(type->shape ? type->shape->size() : std::size_t(-1));
        if (type->shape) {
            for (const Dimension& dimension : *type->shape)
                mix(std::size_t(dimension.size) +
                    (dimension.symbol.empty() ? 0 : std::hash<std::string>()(dimension.symbol)));
        }
        for (const Type& argument : type->arguments)
            mix((*this)(&argument));
        return type->text.empty() ? hash : hash ^ std::hash<std::string>()(type->text);
    }
};

struct TypeEqual {
    bool operator()(const Type* a, const Type* b) const { return *a == *b; }
};

class Encoder {
public:
    Encoder(const Model& model, BlobWriter& attached, protocol::Model& message)
        : m_model(model), m_attached(attached), m_out(message)
    {
    }

    Result<void> encodeAll()
    {
        m_textIndex.reserve(m_model.valueCount() + m_model.nodeCount());
        encodeHeader();
        encodeOperatorsAndScopes();
        for (std::size_t i = 0; i < m_model.tensorCount(); ++i) {
            const auto encoded = encode(m_model.tensor(TensorId(i)), &m_model, m_attached, *m_out.add_tensors());
            if (!encoded)
                return fail(encoded.error());
        }
        encodeGraphs();
        encodeValues();
        encodeNodes();
        encodeAnnotations();
        return {};
    }

private:
    std::uint32_t textIndex(const std::string& text)
    {
        const auto [entry, isNew] = m_textIndex.try_emplace(text, std::uint32_t(m_textIndex.size()));
        if (isNew) {
            m_out.mutable_texts()->mutable_bytes()->append(text);
            m_out.mutable_texts()->add_lengths(std::uint32_t(text.size()));
        }
        return entry->second;
    }

    std::uint32_t typeIndex(const Type& type)
    {
        const auto [entry, isNew] = m_typeIndex.try_emplace(&type, std::uint32_t(m_typeIndex.size()));
        if (isNew)
            encode(type, *m_out.add_types());
        return entry->second;
    }

    void encodeOrigin(const ByteRange& origin, auto& message)
    {
        if (origin == ByteRange())
            return;
        message.mutable_origin()->set_offset(origin.offset);
        message.mutable_origin()->set_length(origin.length);
    }

    void encodeHeader()
    {
        m_out.set_format(std::uint32_t(m_model.format));
        m_out.set_producer(m_model.producer);
        m_out.set_ir_version(m_model.irVersion);
        addOpsets(m_model.opsets, *m_out.mutable_opsets());
        m_out.set_domain(m_model.domain);
        m_out.set_model_version(m_model.modelVersion);
        m_out.set_doc(m_model.docString);
        addPairs(m_model.metadata, *m_out.mutable_metadata());
        for (const auto& file : m_model.files) {
            protocol::File* entry = m_out.add_files();
            entry->set_path(file->path().string());
            entry->set_size(file->size());
        }
        m_out.set_main_graph(optionalId(m_model.mainGraph));
        for (const Issue& issue : m_model.issues) {
            protocol::Issue* entry = m_out.add_issues();
            entry->set_severity(std::uint32_t(issue.severity));
            entry->set_text(issue.text);
            entry->set_place(std::uint32_t(issue.place.index()));
            std::visit(
                [entry](const auto& place) {
                    if constexpr (!std::is_same_v<std::decay_t<decltype(place)>, std::monostate>)
                        entry->set_id(place.index());
                },
                issue.place);
        }
        for (const Function& function : m_model.functions) {
            protocol::Function* entry = m_out.add_functions();
            entry->set_domain(function.domain);
            entry->set_name(function.name);
            entry->set_overload(function.overload);
            entry->set_graph(optionalId(function.graph));
            for (const std::string& name : function.attributeNames)
                entry->add_attribute_names(name);
            for (const Attribute& attribute : function.attributeDefaults)
                encodeAttribute(attribute, *entry->add_attribute_defaults());
            addOpsets(function.opsets, *entry->mutable_opsets());
            encodeOrigin(function.origin, *entry);
        }
    }

    void encodeOperatorsAndScopes()
    {
        for (std::size_t i = 0; i < m_model.operatorCount(); ++i) {
            const Operator& op = m_model.op(OperatorId(i));
            protocol::Operator* entry = m_out.add_operators();
            entry->set_domain(op.domain);
            entry->set_name(op.name);
            entry->set_overload(op.overload);
            for (const std::string& name : op.inputNames)
                entry->add_input_names(name);
            for (const std::string& name : op.outputNames)
                entry->add_output_names(name);
            entry->set_is_variadic(op.isVariadic);
            entry->set_is_unknown(!op.isKnown);
            entry->set_is_deprecated(op.isDeprecated);
        }
        for (std::size_t i = 0; i < m_model.scopeCount(); ++i) {
            const Scope& scope = m_model.scope(ScopeId(i));
            protocol::Scope* entry = m_out.add_scopes();
            entry->set_parent(optionalId(scope.parent));
            entry->set_name(scope.name);
            entry->set_class_name(scope.className);
        }
    }

    void encodeGraphs()
    {
        for (std::size_t i = 0; i < m_model.graphCount(); ++i) {
            const Graph& graph = m_model.graph(GraphId(i));
            protocol::Graph* entry = m_out.add_graphs();
            entry->set_name(graph.name);
            entry->set_owner(optionalId(graph.owner));
            entry->set_role(graph.role);
            for (const ValueId input : graph.inputs)
                entry->add_inputs(optionalId(input));
            for (const ValueId output : graph.outputs)
                entry->add_outputs(optionalId(output));
            addIds(graph.initializers, *entry->mutable_initializers());
            entry->mutable_nodes()->Reserve(int(graph.nodeCount()));
            for (const NodeId node : m_model.nodes(GraphId(i)))
                entry->add_nodes(node.index());
            encodeOrigin(graph.origin, *entry);
            entry->set_doc(graph.docString);
            addPairs(graph.metadata, *entry->mutable_metadata());
        }
    }

    void encodeValues()
    {
        protocol::Values& values = *m_out.mutable_values();
        const int count = int(m_model.valueCount());
        for (auto* column : {values.mutable_name(), values.mutable_type(), values.mutable_graph(),
                             values.mutable_tensor(), values.mutable_flags()})
            column->Reserve(count);
        for (std::size_t i = 0; i < m_model.valueCount(); ++i) {
            const Value& value = m_model.value(ValueId(i));
            values.add_name(textIndex(value.name));
            values.add_type(typeIndex(value.type));
            values.add_graph(value.graph.index());
            values.add_tensor(optionalId(value.tensor));
            values.add_flags((value.isParameter ? 1u : 0u) | (value.isAlive() ? 0u : 2u));
        }
    }

    void encodeNodes()
    {
        protocol::Nodes& nodes = *m_out.mutable_nodes();
        bool someRemoved = false, someOrigin = false;
        for (std::size_t i = 0; i < m_model.nodeCount(); ++i) {
            const Node& node = m_model.node(NodeId(i));
            nodes.add_op(node.op.index());
            nodes.add_graph(node.graph.index());
            nodes.add_scope(optionalId(node.scope));
            nodes.add_name(textIndex(node.name));
            nodes.add_removed(!node.isAlive());
            // What was removed keeps its id, but not its wiring: undo does not cross processes.
            nodes.add_input_count(node.isAlive() ? std::uint32_t(node.inputs().size()) : 0);
            nodes.add_output_count(node.isAlive() ? std::uint32_t(node.outputs().size()) : 0);
            if (node.isAlive()) {
                for (const Input& input : node.inputs())
                    nodes.add_inputs(optionalId(input.value));
                for (const ValueId output : node.outputs())
                    nodes.add_outputs(output.index());
            }
            nodes.add_attribute_count(std::uint32_t(node.attributes.size()));
            for (const Attribute& attribute : node.attributes)
                encodeAttribute(attribute, *nodes.add_attributes());
            nodes.add_origin_offset(node.origin.offset);
            nodes.add_origin_length(node.origin.length);
            someRemoved = someRemoved || !node.isAlive();
            someOrigin = someOrigin || node.origin != ByteRange();
        }
        if (!someRemoved)
            nodes.clear_removed();
        if (!someOrigin) {
            nodes.clear_origin_offset();
            nodes.clear_origin_length();
        }
    }

    void encodeAnnotations()
    {
        std::unordered_map<NodeId, protocol::Annotated*> nodes;
        const auto forNode = [&](NodeId id) {
            protocol::Annotated*& entry = nodes[id];
            if (!entry)
                (entry = m_out.add_annotated_nodes())->set_id(id.index());
            return entry;
        };
        for (const auto& [id, doc] : *m_model.nodeDocStrings)
            forNode(id)->set_doc(doc);
        for (const auto& [id, metadata] : *m_model.nodeMetadata)
            addPairs(metadata, *forNode(id)->mutable_metadata());

        std::unordered_map<ValueId, protocol::Annotated*> values;
        const auto forValue = [&](ValueId id) {
            protocol::Annotated*& entry = values[id];
            if (!entry)
                (entry = m_out.add_annotated_values())->set_id(id.index());
            return entry;
        };
        for (const auto& [id, quantization] : *m_model.valueQuantization)
            encode(quantization, *forValue(id)->mutable_quantization());
        for (const auto& [id, metadata] : *m_model.valueMetadata)
            addPairs(metadata, *forValue(id)->mutable_metadata());
    }

    void encodeAttribute(const Attribute& attribute, protocol::Attribute& message)
    {
        message.set_name(textIndex(attribute.name));
        message.set_is_float32(attribute.isFloat32);
        encodeOrigin(attribute.origin, message);
        std::visit([&](const auto& value) { encodeValue(value, message); }, attribute.value);
    }

    void encodeValue(std::monostate, protocol::Attribute&) {}
    void encodeValue(bool value, protocol::Attribute& out) { out.set_boolean(value); }
    void encodeValue(std::int64_t value, protocol::Attribute& out) { out.set_integer(value); }
    void encodeValue(double value, protocol::Attribute& out) { out.set_real(value); }
    void encodeValue(const std::complex<double>& value, protocol::Attribute& out)
    {
        out.mutable_complex()->set_real(value.real());
        out.mutable_complex()->set_imaginary(value.imag());
    }
    void encodeValue(const std::string& value, protocol::Attribute& out) { out.set_text(value); }
    void encodeValue(ElementType value, protocol::Attribute& out) { out.set_element(std::uint32_t(value)); }
    void encodeValue(TensorId value, protocol::Attribute& out) { out.set_tensor(value.index()); }
    void encodeValue(GraphId value, protocol::Attribute& out) { out.set_graph(value.index()); }
    void encodeValue(const Type& value, protocol::Attribute& out) { encode(value, *out.mutable_type()); }
    void encodeValue(const std::vector<bool>& values, protocol::Attribute& out)
    {
        out.mutable_booleans();
        for (const bool value : values)
            out.mutable_booleans()->add_values(value);
    }
    void encodeValue(const std::vector<std::int64_t>& values, protocol::Attribute& out)
    {
        out.mutable_integers()->mutable_values()->Add(values.begin(), values.end());
    }
    void encodeValue(const std::vector<double>& values, protocol::Attribute& out)
    {
        out.mutable_reals()->mutable_values()->Add(values.begin(), values.end());
    }
    void encodeValue(const std::vector<std::string>& values, protocol::Attribute& out)
    {
        out.mutable_texts();
        for (const std::string& value : values)
            out.mutable_texts()->add_values(value);
    }
    void encodeValue(const std::vector<TensorId>& values, protocol::Attribute& out)
    {
        addIds(values, *out.mutable_tensors()->mutable_values());
    }
    void encodeValue(const std::vector<GraphId>& values, protocol::Attribute& out)
    {
        addIds(values, *out.mutable_graphs()->mutable_values());
    }
    void encodeValue(const std::vector<Type>& values, protocol::Attribute& out)
    {
        out.mutable_types();
        for (const Type& value : values)
            encode(value, *out.mutable_types()->add_values());
    }
    void encodeValue(const AttributeReference& value, protocol::Attribute& out) { out.set_reference(value.name); }
    void encodeValue(const OpaqueText& value, protocol::Attribute& out) { out.set_opaque(value.text); }

    const Model& m_model;
    BlobWriter& m_attached;
    protocol::Model& m_out;
    std::unordered_map<std::string_view, std::uint32_t> m_textIndex;  // of texts of the model, which stays as it is
    std::unordered_map<const Type*, std::uint32_t, TypeHash, TypeEqual> m_typeIndex;
};

}  // namespace

Result<void> encode(const Model& model, BlobWriter& attached, protocol::Model& message)
{
    return Encoder(model, attached, message).encodeAll();
}

}  // namespace tenscope

#include <algorithm>
#include <cassert>
#include <string_view>

#include "core/worker/modelcodec.h"
#include "core/worker/tensorcodec.h"
#include "core/worker/worker.pb.h"

namespace tenscope {

namespace {

template <class IdType>
IdType fromOptional(std::uint32_t number)
{
    return number ? IdType(number - 1) : IdType();
}

ByteRange decode(const protocol::Range& range)
{
    return {range.offset(), range.length()};
}

template <class Entries>
std::vector<std::pair<std::string, std::string>> decodePairs(const Entries& entries)
{
    std::vector<std::pair<std::string, std::string>> pairs;
    for (const protocol::KeyValue& entry : entries)
        pairs.emplace_back(entry.key(), entry.value());
    return pairs;
}

template <class Entries>
std::map<std::string, std::int64_t> decodeOpsets(const Entries& entries)
{
    std::map<std::string, std::int64_t> opsets;
    for (const protocol::Opset& entry : entries)
        opsets[entry.domain()] = entry.version();
    return opsets;
}

// Each step checks what it uses and says by its result whether all was well; m_fault says what was not.
class Decoder {
public:
    Decoder(const protocol::Model& message, const std::shared_ptr<const MappedFile>& attached)
        : m_in(message), m_attached(attached)
    {
    }

    Result<Model> decodeAll()
    {
        if (auto opened = openFiles(); !opened)
            return fail(opened.error());
        const bool isGood = decodeHeader() && decodeTexts() && decodeOperators() && decodeScopes() && decodeTensors() &&
                            decodeGraphs() && decodeValues() && decodeNodes() && decodeOrder() && decodeFunctions() &&
                            decodeAnnotations() && decodeIssues() && bodiesAreTrees();
        if (!isGood)
            return fail(Error::worker("The worker process sent a model that makes no sense (" + m_fault +
                                      "); it cannot be shown."));
        assert(m_model.isConsistent());
        return std::move(m_model);
    }

private:
    bool check(bool condition, const char* fault)
    {
        if (!condition && m_fault.empty())
            m_fault = fault;
        return condition;
    }

    bool hasTensor(std::uint32_t index) { return check(index < std::size_t(m_in.tensors_size()), "a tensor id"); }
    bool hasGraph(std::uint32_t index) { return check(index < std::size_t(m_in.graphs_size()), "a graph id"); }
    bool hasText(std::uint32_t index) { return check(index < m_texts.size(), "a text"); }
    bool hasLivingValue(std::uint32_t index)
    {
        return check(index < m_model.valueCount() && !m_valueRemoved[index], "a value id");
    }
    bool hasLivingNode(std::uint32_t index)
    {
        return check(index < m_model.nodeCount() && m_model.node(NodeId(index)).isAlive(), "a node id");
    }

    Result<void> openFiles()
    {
        for (const protocol::File& entry : m_in.files()) {
            auto file = MappedFile::open(entry.path());
            if (!file)
                return fail(file.error());
            if ((*file)->size() != entry.size())
                return fail(Error::read(entry.path() + " changed while it was opened; open it again"));
            m_model.files.push_back(std::move(*file));
        }
        return {};
    }

    bool decodeHeader()
    {
        if (!check(m_in.format() <= std::uint32_t(Format::SafeTensors), "its format"))
            return false;
        m_model.format = Format(m_in.format());
        m_model.producer = m_in.producer();
        m_model.irVersion = m_in.ir_version();
        m_model.opsets = decodeOpsets(m_in.opsets());
        m_model.domain = m_in.domain();
        m_model.modelVersion = m_in.model_version();
        m_model.docString = m_in.doc();
        m_model.metadata = decodePairs(m_in.metadata());
        if (m_in.main_graph() && !hasGraph(m_in.main_graph() - 1))
            return false;
        m_model.mainGraph = fromOptional<GraphId>(m_in.main_graph());
        return true;
    }

    bool decodeTexts()
    {
        const std::string& bytes = m_in.texts().bytes();
        std::size_t position = 0;
        m_texts.reserve(std::size_t(m_in.texts().lengths_size()));
        for (const std::uint32_t length : m_in.texts().lengths()) {
            if (!check(length <= bytes.size() - position, "its texts"))
                return false;
            m_texts.emplace_back(bytes.data() + position, length);
            position += length;
        }
        return true;
    }

    bool decodeOperators()
    {
        for (const protocol::Operator& entry : m_in.operators()) {
            Operator op;
            op.domain = entry.domain();
            op.name = entry.name();
            op.overload = entry.overload();
            op.inputNames.assign(entry.input_names().begin(), entry.input_names().end());
            op.outputNames.assign(entry.output_names().begin(), entry.output_names().end());
            op.isVariadic = entry.is_variadic();
            op.isKnown = !entry.is_unknown();
            op.isDeprecated = entry.is_deprecated();
            const OperatorId expected(m_model.operatorCount());
            if (!check(m_model.addOperator(op) == expected, "an operator that is there twice"))
                return false;
        }
        return true;
    }

    bool decodeScopes()
    {
        for (const protocol::Scope& entry : m_in.scopes()) {
            // A parent comes before its children, so there are no circles.
            const ScopeId expected(m_model.scopeCount());
            if (!check(entry.parent() <= m_model.scopeCount(), "a module's parent"))
                return false;
            const ScopeId id = m_model.addScope(fromOptional<ScopeId>(entry.parent()), entry.name());
            if (!check(id == expected, "a module that is there twice"))
                return false;
            m_model.scope(id).className = entry.class_name();
        }
        return true;
    }

    bool decodeTensors()
    {
        const auto count = std::size_t(m_in.tensors_size());
        for (const protocol::Tensor& entry : m_in.tensors())
            m_model.addTensor(tenscope::decode(entry, &m_model, count, m_attached));
        for (std::size_t i = 0; i < count; ++i) {
            Tensor& tensor = m_model.tensor(TensorId(i));
            const auto* sparse = std::get_if<SparseData>(&tensor.data);
            const auto isSparse = [this](TensorId id) {
                return std::holds_alternative<SparseData>(m_model.tensor(id).data);
            };
            if (sparse && (isSparse(sparse->values) || isSparse(sparse->indices)))
                tensor.data = MissingData{"its values or indices are sparse themselves"};
        }
        return true;
    }

    bool decodeGraphs()
    {
        for (const protocol::Graph& entry : m_in.graphs()) {
            Graph& graph = m_model.graph(m_model.addGraph(entry.name(), {}, entry.role()));
            graph.origin = decode(entry.origin());
            graph.docString = entry.doc();
            graph.metadata = decodePairs(entry.metadata());
        }
        return true;
    }

    bool decodeValues()
    {
        std::vector<Type> types;
        types.reserve(std::size_t(m_in.types_size()));
        for (const protocol::Type& entry : m_in.types())
            types.push_back(tenscope::decode(entry));

        const protocol::Values& values = m_in.values();
        const int count = values.name_size();
        for (const auto* column : {&values.type(), &values.graph(), &values.tensor(), &values.flags()})
            if (!check(column->size() == count, "its values"))
                return false;
        m_valueRemoved.resize(std::size_t(count));
        for (int i = 0; i < count; ++i) {
            const std::uint32_t tensor = values.tensor(i);
            if (!hasText(values.name(i)) || !hasGraph(values.graph(i)) || (tensor && !hasTensor(tensor - 1)) ||
                !check(values.type(i) < types.size(), "a type"))
                return false;
            const ValueId id =
                m_model.addValue(GraphId(values.graph(i)), std::string(m_texts[values.name(i)]), types[values.type(i)]);
            Value& value = m_model.value(id);
            value.tensor = fromOptional<TensorId>(tensor);
            value.isParameter = values.flags(i) & 1;
            m_valueRemoved[std::size_t(i)] = values.flags(i) & 2;
            if (m_valueRemoved[std::size_t(i)])
                m_model.removeValue(id);
        }
        return true;
    }

    bool decodeNodes()
    {
        const protocol::Nodes& nodes = m_in.nodes();
        const int count = nodes.op_size();
        const auto fits = [&](int size) { return check(size == count, "its nodes"); };
        if (!fits(nodes.graph_size()) || !fits(nodes.scope_size()) || !fits(nodes.name_size()) ||
            !fits(nodes.input_count_size()) || !fits(nodes.output_count_size()) ||
            !fits(nodes.attribute_count_size()) || (nodes.removed_size() != 0 && !fits(nodes.removed_size())) ||
            (nodes.origin_offset_size() != 0 && !fits(nodes.origin_offset_size())) ||
            !check(nodes.origin_offset_size() == nodes.origin_length_size(), "its nodes"))
            return false;

        m_produced.resize(m_model.valueCount());
        std::size_t nextInput = 0, nextOutput = 0, nextAttribute = 0;
        std::vector<ValueId> inputs, outputs;
        for (int i = 0; i < count; ++i) {
            if (!check(nodes.op(i) < m_model.operatorCount(), "an operator id") || !hasGraph(nodes.graph(i)) ||
                !check(nodes.scope(i) <= m_model.scopeCount(), "a module id") || !hasText(nodes.name(i)) ||
                !check(nodes.input_count(i) <= std::size_t(nodes.inputs_size()) - nextInput, "a node's inputs") ||
                !check(nodes.output_count(i) <= std::size_t(nodes.outputs_size()) - nextOutput, "a node's outputs") ||
                !check(nodes.attribute_count(i) <= std::size_t(nodes.attributes_size()) - nextAttribute,
                       "a node's attributes"))
                return false;
            inputs.clear();
            outputs.clear();
            for (std::uint32_t k = 0; k < nodes.input_count(i); ++k) {
                const std::uint32_t value = nodes.inputs(int(nextInput++));
                if (value && !hasLivingValue(value - 1))
                    return false;
                inputs.push_back(fromOptional<ValueId>(value));
            }
            const GraphId graph(nodes.graph(i));
            for (std::uint32_t k = 0; k < nodes.output_count(i); ++k) {
                const std::uint32_t value = nodes.outputs(int(nextOutput++));
                if (!hasLivingValue(value) ||
                    !check(m_model.value(ValueId(value)).graph == graph, "an output's graph") ||
                    !check(!m_produced[value], "a value that two nodes produce"))
                    return false;
                m_produced[value] = true;
                outputs.emplace_back(value);
            }
            const bool isRemoved = nodes.removed_size() != 0 && nodes.removed(i);
            if (!check(!isRemoved || (inputs.empty() && outputs.empty()), "a removed node"))
                return false;

            const NodeId id = m_model.addNode(graph, OperatorId(nodes.op(i)), inputs, outputs);
            Node& node = m_model.node(id);
            node.scope = fromOptional<ScopeId>(nodes.scope(i));
            node.name = m_texts[nodes.name(i)];
            if (nodes.origin_offset_size() != 0)
                node.origin = {nodes.origin_offset(i), nodes.origin_length(i)};
            m_current = id;
            node.attributes.resize(nodes.attribute_count(i));
            for (Attribute& attribute : node.attributes)
                if (!decodeAttribute(nodes.attributes(int(nextAttribute++)), attribute))
                    return false;
            if (isRemoved)
                m_model.removeNode(id);
        }
        return true;
    }

    // What graphs list of values and nodes, now that those are there.
    bool decodeOrder()
    {
        std::vector<bool> seen(m_model.nodeCount());
        for (int g = 0; g < m_in.graphs_size(); ++g) {
            const protocol::Graph& entry = m_in.graphs(g);
            Graph& graph = m_model.graph(GraphId(std::size_t(g)));
            if (entry.owner() && !hasLivingNode(entry.owner() - 1))
                return false;
            graph.owner = fromOptional<NodeId>(entry.owner());
            for (const auto& [ids, list] :
                 {std::pair(&entry.inputs(), &graph.inputs), std::pair(&entry.outputs(), &graph.outputs)}) {
                for (const std::uint32_t value : *ids) {
                    if (value && !hasLivingValue(value - 1))
                        return false;
                    list->push_back(fromOptional<ValueId>(value));
                }
            }
            for (const std::uint32_t value : entry.initializers()) {
                if (!hasLivingValue(value))
                    return false;
                graph.initializers.emplace_back(value);
            }
            if (!check(std::size_t(entry.nodes_size()) == graph.nodeCount(), "a graph's list of nodes"))
                return false;
            bool isInOrder = true;
            NodeId current = graph.first();
            for (const std::uint32_t node : entry.nodes()) {
                if (!hasLivingNode(node) ||
                    !check(m_model.node(NodeId(node)).graph == GraphId(std::size_t(g)), "a node's graph") ||
                    !check(!seen[node], "a node that is listed twice"))
                    return false;
                seen[node] = true;
                isInOrder = isInOrder && current == NodeId(node);
                current = current ? m_model.node(current).next() : NodeId();
            }
            if (isInOrder)
                continue;
            for (const std::uint32_t node : entry.nodes())
                m_model.moveNode(NodeId(node), {});
        }
        return true;
    }

    bool decodeFunctions()
    {
        m_current = {};
        for (const protocol::Function& entry : m_in.functions()) {
            Function function;
            function.domain = entry.domain();
            function.name = entry.name();
            function.overload = entry.overload();
            if (entry.graph() && !hasGraph(entry.graph() - 1))
                return false;
            function.graph = fromOptional<GraphId>(entry.graph());
            function.attributeNames.assign(entry.attribute_names().begin(), entry.attribute_names().end());
            for (const protocol::Attribute& attribute : entry.attribute_defaults())
                if (!decodeAttribute(attribute, function.attributeDefaults.emplace_back()))
                    return false;
            function.opsets = decodeOpsets(entry.opsets());
            function.origin = decode(entry.origin());
            m_model.functions.push_back(std::move(function));
        }
        return true;
    }

    bool decodeAnnotations()
    {
        for (const protocol::Annotated& entry : m_in.annotated_nodes()) {
            if (!check(entry.id() < m_model.nodeCount(), "a node id"))
                return false;
            const NodeId id(entry.id());
            if (!entry.doc().empty())
                m_model.nodeDocStrings.edit()[id] = entry.doc();
            if (entry.metadata_size() != 0)
                m_model.nodeMetadata.edit()[id] = decodePairs(entry.metadata());
        }
        for (const protocol::Annotated& entry : m_in.annotated_values()) {
            if (!check(entry.id() < m_model.valueCount(), "a value id"))
                return false;
            const ValueId id(entry.id());
            if (entry.has_quantization())
                m_model.valueQuantization.edit()[id] = tenscope::decode(entry.quantization());
            if (entry.metadata_size() != 0)
                m_model.valueMetadata.edit()[id] = decodePairs(entry.metadata());
        }
        return true;
    }

    bool decodeIssues()
    {
        for (const protocol::Issue& entry : m_in.issues()) {
            Issue issue;
            issue.text = entry.text();
            if (!check(entry.severity() <= std::uint32_t(Severity::Error), "an issue"))
                return false;
            issue.severity = Severity(entry.severity());
            const std::size_t index = entry.id();
            const std::size_t counts[] = {index + 1, m_model.nodeCount(), m_model.valueCount(), m_model.tensorCount(),
                                          m_model.graphCount()};
            if (!check(entry.place() < std::size(counts) && index < counts[entry.place()], "an issue's place"))
                return false;
            const Place places[] = {std::monostate(), NodeId(index), ValueId(index), TensorId(index), GraphId(index)};
            issue.place = places[entry.place()];
            m_model.issues.push_back(std::move(issue));
        }
        return true;
    }

    // Whoever walks into bodies comes to an end: each body belongs to the one node that has it as an attribute, and no
    // body holds the node that it belongs to.
    bool bodiesAreTrees()
    {
        for (const auto& [node, body] : m_bodies)
            if (!check(m_model.graph(body).owner == node, "a body of another node"))
                return false;
        enum State : char { Unseen, OnTheWay, Good };
        std::vector<State> states(m_model.graphCount(), Unseen);
        for (std::size_t start = 0; start < states.size(); ++start) {
            std::vector<std::size_t> way;
            for (std::size_t graph = start; states[graph] == Unseen;) {
                states[graph] = OnTheWay;
                way.push_back(graph);
                const NodeId owner = m_model.graph(GraphId(graph)).owner;
                if (!owner)
                    break;
                graph = m_model.node(owner).graph.index();
                if (!check(states[graph] != OnTheWay, "a body that holds itself"))
                    return false;
            }
            for (const std::size_t graph : way)
                states[graph] = Good;
        }
        return true;
    }

    bool decodeAttribute(const protocol::Attribute& message, Attribute& attribute)
    {
        if (!hasText(message.name()))
            return false;
        attribute.name = m_texts[message.name()];
        attribute.isFloat32 = message.is_float32();
        attribute.origin = decode(message.origin());
        return decodeValue(message, attribute.value);
    }

    bool decodeValue(const protocol::Attribute& message, AttributeValue& value)
    {
        using In = protocol::Attribute;
        switch (message.value_case()) {
        case In::VALUE_NOT_SET: value = std::monostate(); return true;
        case In::kBoolean: value = message.boolean(); return true;
        case In::kInteger: value = std::int64_t(message.integer()); return true;
        case In::kReal: value = message.real(); return true;
        case In::kComplex:
            value = std::complex<double>(message.complex().real(), message.complex().imaginary());
            return true;
        case In::kText: value = message.text(); return true;
        case In::kElement: value = elementTypeFromNumber(message.element()); return true;
        case In::kTensor: value = TensorId(message.tensor()); return hasTensor(message.tensor());
        case In::kGraph:
            value = GraphId(message.graph());
            m_bodies.emplace_back(m_current, GraphId(message.graph()));
            return hasGraph(message.graph());
        case In::kType: value = tenscope::decode(message.type()); return true;
        case In::kBooleans:
            value = std::vector<bool>(message.booleans().values().begin(), message.booleans().values().end());
            return true;
        case In::kIntegers:
            value = std::vector<std::int64_t>(message.integers().values().begin(), message.integers().values().end());
            return true;
        case In::kReals:
            value = std::vector<double>(message.reals().values().begin(), message.reals().values().end());
            return true;
        case In::kTexts:
            value = std::vector<std::string>(message.texts().values().begin(), message.texts().values().end());
            return true;
        case In::kTensors: {
            const auto& ids = message.tensors().values();
            value = std::vector<TensorId>(ids.begin(), ids.end());
            return std::all_of(ids.begin(), ids.end(), [this](std::uint32_t id) { return hasTensor(id); });
        }
        case In::kGraphs: {
            const auto& ids = message.graphs().values();
            value = std::vector<GraphId>(ids.begin(), ids.end());
            for (const std::uint32_t id : ids)
                m_bodies.emplace_back(m_current, GraphId(id));
            return std::all_of(ids.begin(), ids.end(), [this](std::uint32_t id) { return hasGraph(id); });
        }
        case In::kTypes: {
            std::vector<Type> types;
            for (const protocol::Type& type : message.types().values())
                types.push_back(tenscope::decode(type));
            value = std::move(types);
            return true;
        }
        case In::kReference: value = AttributeReference{message.reference()}; return true;
        case In::kOpaque: value = OpaqueText{message.opaque()}; return true;
        }
        return check(false, "an attribute");
    }

    const protocol::Model& m_in;
    const std::shared_ptr<const MappedFile>& m_attached;
    Model m_model;
    std::vector<std::string_view> m_texts;
    std::vector<bool> m_valueRemoved, m_produced;
    std::vector<std::pair<NodeId, GraphId>> m_bodies;  // which node names which graph as its body
    NodeId m_current;                                  // whose attributes are being decoded; invalid: a function's
    std::string m_fault;
};

}  // namespace

Result<Model> decode(const protocol::Model& message, const std::shared_ptr<const MappedFile>& attached)
{
    return Decoder(message, attached).decodeAll();
}

}  // namespace tenscope

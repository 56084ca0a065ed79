#include "core/edit/fragment.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "core/edit/applier.h"
#include "core/edit/editrecorder.h"

namespace tenscope {

namespace {

bool isOnnx(const Model& model)
{
    return model.format == Format::Onnx;
}

class Insertion {
public:
    Insertion(const Model& target, const Model& from, const InsertOptions& options)
        : m_recorder(target), m_from(from), m_options(options)
    {
        for (const auto& [theirs, ours] : options.connections)
            m_values[theirs] = ours;
    }

    Result<Edit> insert(GraphId into, std::span<const NodeId> nodes)
    {
        std::unordered_set<NodeId> chosen(nodes.begin(), nodes.end());
        if (nodes.empty())
            return m_recorder.take();
        const GraphId source = m_from.node(nodes.front()).graph;
        if (m_options.takesPorts)
            if (auto added = addInputs(into, source); !added)
                return fail(added.error());
        // In the source's own order, whatever the order they were chosen in.
        for (const NodeId node : m_from.nodes(source)) {
            if (!chosen.contains(node))
                continue;
            if (auto added = addNode(into, node, m_options.before); !added)
                return fail(added.error());
        }
        if (m_options.takesPorts)
            for (const ValueId output : m_from.graph(source).outputs)
                if (const ValueId ours = find(output); ours && m_options.connections.count(output) == 0)
                    if (auto added = m_recorder.add(AddGraphOutput{into, ours, {}}); !added)
                        return fail(added.error());
        // A node may read what a later one computes: in a circle, or in a file whose nodes are not in order.
        for (const auto& [node, theirs] : m_copies) {
            const Node& original = m_from.node(theirs);
            for (std::uint32_t i = 0; i < original.inputs().size(); ++i) {
                const ValueId ours = find(original.inputs()[i].value);
                if (ours && !m_recorder.model().node(node).inputs()[i].value)
                    if (auto set = m_recorder.add(SetInput{node, i, ours}); !set)
                        return fail(set.error());
            }
        }
        return m_recorder.take();
    }

    EditRecorder& recorder() { return m_recorder; }

private:
    ValueId find(ValueId theirs) const
    {
        if (!theirs)
            return {};
        const auto found = m_values.find(theirs);
        return found == m_values.end() ? ValueId() : found->second;
    }

    std::string named(GraphId graph, const std::string& name) const
    {
        return name.empty() ? name : freeName(m_recorder.model(), graph, m_options.prefix + name);
    }

    // The target's value for one that is read: known, copied when it is stored, or read in place.
    Result<ValueId> read(GraphId into, ValueId theirs)
    {
        if (!theirs)
            return ValueId();
        if (const ValueId known = find(theirs))
            return known;
        const Value& value = m_from.value(theirs);
        if (m_options.isSameModel && !m_isOwn.contains(value.graph))
            return theirs;
        return value.tensor ? addStored(into, theirs) : Result<ValueId>(ValueId());
    }

    // The body's own stored tensors go into the body, all others into the graph that is inserted into.
    Result<ValueId> addStored(GraphId into, ValueId theirs)
    {
        const Value& value = m_from.value(theirs);
        const auto own = m_graphs.find(value.graph);
        const GraphId graph = own == m_graphs.end() ? m_into.value_or(into) : own->second;
        if (std::holds_alternative<SparseData>(m_from.tensor(value.tensor).data))
            return fail(Error::usage(quoted(m_from, theirs) + " is sparse, and sparse tensors cannot be copied"));
        const ValueId id(m_recorder.model().valueCount());
        if (auto added = m_recorder.add(AddStoredTensor{graph, named(graph, value.name), m_from.tensor(value.tensor), value.isParameter}); !added)
            return fail(added.error());
        m_values[theirs] = id;
        return id;
    }

    Result<void> addInputs(GraphId into, GraphId source)
    {
        for (const ValueId input : m_from.graph(source).inputs) {
            if (!input || find(input) || m_from.value(input).tensor)
                continue;
            const ValueId id(m_recorder.model().valueCount());
            const Value& value = m_from.value(input);
            if (auto added = m_recorder.add(AddGraphInput{into, {named(into, value.name), value.statedType()}, {}, {}}); !added)
                return added;
            m_values[input] = id;
        }
        return {};
    }

    Result<void> copyTensor(TensorId id, std::vector<Tensor>& tensors) const
    {
        if (std::holds_alternative<SparseData>(m_from.tensor(id).data))
            return fail(Error::usage("a sparse tensor in an attribute cannot be copied"));
        tensors.push_back(m_from.tensor(id));
        tensors.back().origin = {};
        return {};
    }

    Result<void> addNode(GraphId into, NodeId theirs, NodeId before)
    {
        if (!m_into)
            m_into = into;
        const Node& node = m_from.node(theirs);
        AddNode add;
        add.graph = into;
        add.op = m_from.op(node.op);
        add.name = node.name.empty() ? std::string() : m_options.prefix + node.name;
        add.scope = m_options.isSameModel ? node.scope : ScopeId();
        add.before = before;
        for (const Input& input : node.inputs()) {
            Result<ValueId> ours = read(into, input.value);
            if (!ours)
                return fail(ours.error());
            add.inputs.push_back(*ours);
        }
        for (const Attribute& attribute : node.attributes) {
            if (std::holds_alternative<GraphId>(attribute.value) || std::holds_alternative<std::vector<GraphId>>(attribute.value))
                continue;
            NewAttribute copy{attribute, {}};
            copy.attribute.origin = {};
            if (const auto* one = std::get_if<TensorId>(&attribute.value)) {
                if (auto copied = copyTensor(*one, copy.tensors); !copied)
                    return copied;
            } else if (const auto* several = std::get_if<std::vector<TensorId>>(&attribute.value)) {
                for (const TensorId tensor : *several)
                    if (auto copied = copyTensor(tensor, copy.tensors); !copied)
                        return copied;
            }
            add.attributes.push_back(std::move(copy));
        }
        std::unordered_set<std::string> used;
        for (const ValueId output : node.outputs()) {
            std::string name = named(into, m_from.value(output).name);
            while (!name.empty() && !used.insert(name).second)
                name = freeName(m_recorder.model(), into, name + "_");
            add.outputs.push_back({std::move(name), m_from.value(output).statedType()});
        }
        // Stored tensors that the node reads came first, so these are the next free places now.
        const NodeId ours(m_recorder.model().nodeCount());
        std::size_t next = m_recorder.model().valueCount();
        if (auto added = m_recorder.add(std::move(add)); !added)
            return added;
        for (const ValueId output : node.outputs())
            m_values[output] = ValueId(next++);
        m_copies.emplace_back(ours, theirs);
        return describe(ours, theirs).and_then([&] { return addBodies(ours, theirs); });
    }

    Result<void> describe(NodeId ours, NodeId theirs)
    {
        if (const auto doc = m_from.nodeDocStrings->find(theirs); doc != m_from.nodeDocStrings->end())
            if (auto set = m_recorder.add(SetDocString{ours, doc->second}); !set)
                return set;
        if (const auto entries = m_from.nodeMetadata->find(theirs); entries != m_from.nodeMetadata->end())
            return m_recorder.add(SetMetadata{ours, entries->second});
        return {};
    }

    Result<void> addBodies(NodeId ours, NodeId theirs)
    {
        for (const Attribute& attribute : m_from.node(theirs).attributes) {
            const auto* one = std::get_if<GraphId>(&attribute.value);
            const auto* several = std::get_if<std::vector<GraphId>>(&attribute.value);
            const std::vector<GraphId> bodies = one ? std::vector<GraphId>{*one} : several ? *several : std::vector<GraphId>();
            for (const GraphId body : bodies) {
                const GraphId copy(m_recorder.model().graphCount());
                if (auto added = m_recorder.add(AddBody{ours, attribute.name, m_from.graph(body).name, several != nullptr}); !added)
                    return added;
                if (auto filled = fillBody(copy, body); !filled)
                    return filled;
            }
        }
        return {};
    }

    Result<void> fillBody(GraphId copy, GraphId body)
    {
        m_graphs[body] = copy;
        m_isOwn.insert(body);
        for (const ValueId input : m_from.graph(body).inputs) {
            const ValueId id(m_recorder.model().valueCount());
            const Value& value = m_from.value(input);
            if (auto added = m_recorder.add(AddGraphInput{copy, {named(copy, value.name), value.statedType()}, {}, {}}); !added)
                return added;
            m_values[input] = id;
        }
        for (const ValueId stored : m_from.graph(body).initializers)
            if (!find(stored))
                if (auto added = addStored(copy, stored); !added)
                    return fail(added.error());
        for (const NodeId node : m_from.nodes(body))
            if (auto added = addNode(copy, node, {}); !added)
                return added;
        for (const ValueId output : m_from.graph(body).outputs) {
            Result<ValueId> ours = read(copy, output);
            if (!ours)
                return fail(ours.error());
            if (*ours)
                if (auto added = m_recorder.add(AddGraphOutput{copy, *ours, {}}); !added)
                    return added;
        }
        return {};
    }

    EditRecorder m_recorder;
    const Model& m_from;
    const InsertOptions& m_options;
    std::optional<GraphId> m_into;
    std::unordered_map<ValueId, ValueId> m_values;          // theirs → ours
    std::unordered_map<GraphId, GraphId> m_graphs;          // bodies
    std::unordered_set<GraphId> m_isOwn;                    // bodies that are copied: what is defined there is not read in place
    std::vector<std::pair<NodeId, NodeId>> m_copies;        // ours, theirs
};

}  // namespace

Result<Edit> insertNodes(const Model& target, GraphId into, const Model& from, std::span<const NodeId> nodes, const InsertOptions& options)
{
    if (isOnnx(target) != isOnnx(from))
        return fail(Error::usage("nodes of a model of one format cannot be put into one of the other; convert it first"));
    for (const NodeId node : nodes)
        if (!node || node.index() >= from.nodeCount() || !from.node(node).isAlive() || from.node(node).graph != from.node(nodes.front()).graph)
            return fail(Error::usage("only nodes of one graph can be copied together"));
    return Insertion(target, from, options).insert(into, nodes);
}

Result<Edit> mergeModel(const Model& target, const Model& from, const std::map<ValueId, ValueId>& joined, const std::string& prefix)
{
    Macro opsets;
    for (const auto& [domain, version] : from.opsets) {
        const auto known = target.opsets.find(domain);
        if (known == target.opsets.end())
            opsets.edits.push_back(SetOpset{domain, version, {}});
        else if (known->second != version)
            return fail(Error::usage("one model uses version " + std::to_string(known->second) + " and the other version " +
                                     std::to_string(version) + " of the operators of " + (domain.empty() ? "ONNX" : domain) +
                                     "; bring them to the same version first"));
    }
    for (const Function& function : from.functions)
        if (!target.function(Operator{function.domain, function.name, function.overload, {}, {}}))
            return fail(Error::usage("the model that is merged has a function " + function.name + ", which cannot be taken along"));
    if (!target.mainGraph || !from.mainGraph)
        return fail(Error::usage("only models with a graph can be merged"));

    std::vector<NodeId> nodes;
    for (const NodeId node : from.nodes(from.mainGraph))
        nodes.push_back(node);
    InsertOptions options;
    options.connections = joined;
    options.prefix = prefix;
    options.takesPorts = true;
    Result<Edit> inserted = insertNodes(target, target.mainGraph, from, nodes, options);
    if (!inserted)
        return inserted;
    Macro macro = std::move(opsets);
    const std::vector<ValueId>& outputs = target.graph(target.mainGraph).outputs;
    for (std::size_t i = outputs.size(); i-- > 0;)
        if (std::any_of(joined.begin(), joined.end(), [&](const auto& pair) { return pair.second == outputs[i]; }))
            macro.edits.push_back(RemoveGraphOutput{target.mainGraph, i});
    macro.edits.push_back(std::move(*inserted));
    return Edit(std::move(macro));
}

}  // namespace tenscope

#include "ui/diagram/graphcontent.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "core/graph/literal.h"
#include "ui/diagram/nodetext.h"

namespace tenscope {

namespace {

constexpr std::uint32_t none = DiagramBox::none;

class ContentReader {
public:
    ContentReader(const Model& model, GraphId graph, bool showPlumbing, std::size_t hubsFrom, Progress& progress)
        : m_model(model), m_showPlumbing(showPlumbing), m_hubsFrom(hubsFrom), m_progress(progress)
    {
        m_content.graph = graph;
    }

    Result<GraphContent> read()
    {
        const Graph& graph = m_model.graph(m_content.graph);
        for (const ValueId input : graph.inputs) {
            if (!input || m_model.value(input).tensor)
                continue;  // an initializer that old files list among the inputs is a weight
            m_inputItems.emplace(input, std::uint32_t(m_content.items.size()));
            m_content.items.push_back({DiagramBox::Kind::Input, {}, input, 0});
        }
        m_nodeItems.assign(m_model.nodeCount(), none);
        for (const NodeId node : m_model.nodes(m_content.graph)) {
            if (!m_showPlumbing && isPlumbing(m_model, node))
                continue;
            m_nodeItems[node.index()] = std::uint32_t(m_content.items.size());
            m_content.items.push_back({DiagramBox::Kind::Node, node, {}, 0});
        }
        std::uint32_t position = 0;
        for (const ValueId output : graph.outputs)
            m_content.items.push_back({DiagramBox::Kind::Output, {}, output, position++});

        const std::size_t count = m_content.items.size();
        for (std::size_t i = 0; i < count; ++i) {
            if (i % 512 == 0 && m_progress.cancelled())
                return fail(Error::cancelled());
            const GraphContent::Item item = m_content.items[i];
            if (item.kind == DiagramBox::Kind::Node)
                connectNode(item.node, std::uint32_t(i));
            else if (item.kind == DiagramBox::Kind::Output && item.value)
                connectOutput(item.value, std::uint32_t(i));
        }
        placeCaptured();
        dropIdleObjects();
        if (m_hubsFrom > 0)
            findHubs();
        return std::move(m_content);
    }

private:
    void connectNode(NodeId id, std::uint32_t item)
    {
        const Node& node = m_model.node(id);
        if (m_showPlumbing) {
            for (std::uint32_t i = 0; i < node.inputs().size(); ++i)
                if (const ValueId value = node.inputs()[i].value; value && !m_model.value(value).tensor)
                    connect(value, item, i);
        } else {
            for (const DataInput& input : dataInputs(m_model, id))
                if (!storedTensor(m_model, input.value))
                    connect(input.value, item, input.input);
        }
        std::uint32_t slot = std::uint32_t(node.inputs().size());
        const std::vector<GraphId> bodies = m_model.bodies(id);
        if (!bodies.empty())
            for (const ValueId value : capturedBy(bodies))
                connect(value, item, slot++);
    }

    void connectOutput(ValueId value, std::uint32_t item)
    {
        const NodeId producer = m_model.value(value).producer();
        if (m_showPlumbing || !producer || !isPlumbing(m_model, producer)) {
            if (!m_model.value(value).tensor)
                connect(value, item, 0);
            return;
        }
        const ValueId source = dataSource(m_model, value);
        const NodeId sourceProducer = m_model.value(source).producer();
        if (!sourceProducer || !isPlumbing(m_model, sourceProducer)) {
            if (!storedTensor(m_model, source))
                connect(source, item, 0);
            return;
        }
        // A packed tuple or list: what is in it flows out.
        for (const DataInput& input : dataInputs(m_model, sourceProducer))
            if (!storedTensor(m_model, input.value))
                connect(input.value, item, input.input);
    }

    // Values of this graph (or of those around it) that the bodies and the bodies in them read.
    std::vector<ValueId> capturedBy(std::vector<GraphId> pending) const
    {
        std::unordered_set<GraphId> inside(pending.begin(), pending.end());
        std::unordered_set<ValueId> seen;
        std::vector<ValueId> read, result;
        while (!pending.empty()) {
            const GraphId graph = pending.back();
            pending.pop_back();
            for (const NodeId node : m_model.nodes(graph)) {
                if (m_showPlumbing) {
                    for (const Input& input : m_model.node(node).inputs())
                        if (input.value)
                            read.push_back(input.value);
                } else if (!isPlumbing(m_model, node)) {
                    for (const DataInput& input : dataInputs(m_model, node))
                        read.push_back(input.value);
                }
                for (const GraphId body : m_model.bodies(node))
                    if (inside.insert(body).second)
                        pending.push_back(body);
            }
            for (const ValueId output : m_model.graph(graph).outputs)
                if (output)
                    read.push_back(m_showPlumbing ? output : dataSource(m_model, output));
        }
        for (const ValueId value : read)
            if (!inside.contains(m_model.value(value).graph) && !storedTensor(m_model, value) && seen.insert(value).second)
                if (m_showPlumbing || !literal(m_model, value, 1))
                    result.push_back(value);
        return result;
    }

    void connect(ValueId value, std::uint32_t to, std::uint32_t input)
    {
        m_content.connections.push_back({value, sourceOf(value), to, input});
    }

    std::uint32_t sourceOf(ValueId value) const
    {
        if (const auto input = m_inputItems.find(value); input != m_inputItems.end())
            return input->second;
        const NodeId producer = m_model.value(value).producer();
        return producer && producer.index() < m_nodeItems.size() ? m_nodeItems[producer.index()] : none;
    }

    // Gives what comes from the graph around an item of its own.
    void placeCaptured()
    {
        std::unordered_map<ValueId, std::uint32_t> capturedItem;
        for (GraphContent::Connection& connection : m_content.connections) {
            if (connection.from != none)
                continue;
            const auto [entry, isNew] = capturedItem.emplace(connection.value, std::uint32_t(m_content.items.size()));
            if (isNew)
                m_content.items.push_back({DiagramBox::Kind::Stub, {}, connection.value, 0});
            connection.from = entry->second;
        }
    }

    void findHubs()
    {
        std::unordered_map<ValueId, std::size_t> uses;
        for (const auto& connection : m_content.connections)
            ++uses[connection.value];
        std::unordered_map<ValueId, std::size_t> hubOf;
        for (const auto& connection : m_content.connections) {
            if (uses[connection.value] <= m_hubsFrom)
                continue;
            const auto [entry, isNew] = hubOf.emplace(connection.value, m_content.hubs.size());
            if (isNew)
                m_content.hubs.push_back({connection.value, connection.from, {}});
            std::vector<std::uint32_t>& to = m_content.hubs[entry->second].to;
            if (to.empty() || to.back() != connection.to)
                to.push_back(connection.to);
        }
    }

    // TorchScript's `self` and other objects that only hold weights: nothing flows from them.
    void dropIdleObjects()
    {
        std::vector<bool> isUsed(m_content.items.size(), false);
        for (const auto& connection : m_content.connections)
            isUsed[connection.from] = true;
        std::vector<std::uint32_t> moved(m_content.items.size(), none);
        std::vector<GraphContent::Item> items;
        for (std::uint32_t i = 0; i < m_content.items.size(); ++i) {
            const GraphContent::Item& item = m_content.items[i];
            if (item.kind == DiagramBox::Kind::Input && !isUsed[i] && m_model.value(item.value).type.kind == Type::Kind::Object)
                continue;
            moved[i] = std::uint32_t(items.size());
            items.push_back(item);
        }
        if (items.size() == m_content.items.size())
            return;
        for (auto& connection : m_content.connections) {
            connection.from = moved[connection.from];
            connection.to = moved[connection.to];
        }
        m_content.items = std::move(items);
    }

    const Model& m_model;
    const bool m_showPlumbing;
    const std::size_t m_hubsFrom;
    Progress& m_progress;
    GraphContent m_content;
    std::unordered_map<ValueId, std::uint32_t> m_inputItems;
    std::vector<std::uint32_t> m_nodeItems;  // by node
};

}  // namespace

Result<GraphContent> graphContent(const Model& model, GraphId graph, bool showPlumbing, std::size_t hubsFrom, Progress& progress)
{
    if (!graph || graph.index() >= model.graphCount())
        return fail(Error::usage("This model has no such graph to draw."));
    return ContentReader(model, graph, showPlumbing, hubsFrom, progress).read();
}

}  // namespace tenscope

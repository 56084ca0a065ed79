#include "core/analysis/cycles.h"

#include <algorithm>
#include <cstdint>

#include "core/graph/model.h"

namespace tenscope {

namespace {

// The node of `graph` that is `node`, or in whose bodies `node` is; invalid where `graph` is not around it.
NodeId ancestorIn(const Model& model, NodeId node, GraphId graph)
{
    while (node && model.node(node).graph != graph)
        node = model.graph(model.node(node).graph).owner;
    return node;
}

// Tarjan's strongly connected components over "is needed by" edges, as a loop with a stack of its own.
class Components {
public:
    explicit Components(const Model& model) : m_model(model), m_states(model.nodeCount()) {}

    // Of several nodes, or of one that needs itself.
    std::vector<std::vector<NodeId>> find()
    {
        for (std::size_t g = 0; g < m_model.graphCount(); ++g)
            for (const NodeId id : m_model.nodes(GraphId(g)))
                if (m_states[id.index()].number == 0)
                    visit(id);
        return std::move(m_found);
    }

private:
    struct State {
        std::uint32_t number = 0;  // in order of discovery; 0: not seen
        std::uint32_t lowest = 0;
        bool isOpen = false;
        bool needsItself = false;
    };
    struct Frame {
        NodeId node;
        std::size_t output = 0, use = 0;
    };

    // The next node that needs the frame's, in the same graph; invalid at the end.
    NodeId next(Frame& frame)
    {
        const Node& node = m_model.node(frame.node);
        for (; frame.output < node.outputs().size(); ++frame.output, frame.use = 0) {
            const std::vector<Use>& uses = m_model.value(node.outputs()[frame.output]).uses();
            while (frame.use < uses.size())
                if (const NodeId user = ancestorIn(m_model, uses[frame.use++].node, node.graph))
                    return user;
        }
        return {};
    }

    void open(NodeId id)
    {
        State& state = m_states[id.index()];
        state.number = state.lowest = ++m_count;
        state.isOpen = true;
        m_open.push_back(id);
        m_frames.push_back({id});
    }

    void visit(NodeId start)
    {
        open(start);
        while (!m_frames.empty()) {
            const NodeId id = m_frames.back().node;
            State& state = m_states[id.index()];
            if (const NodeId user = next(m_frames.back())) {
                State& other = m_states[user.index()];
                if (user == id)
                    state.needsItself = true;
                else if (other.number == 0)
                    open(user);
                else if (other.isOpen)
                    state.lowest = std::min(state.lowest, other.number);
                continue;
            }
            m_frames.pop_back();
            if (!m_frames.empty()) {
                State& parent = m_states[m_frames.back().node.index()];
                parent.lowest = std::min(parent.lowest, state.lowest);
            }
            if (state.lowest == state.number)
                close(id);
        }
    }

    void close(NodeId id)
    {
        const auto begin = std::find(m_open.rbegin(), m_open.rend(), id).base() - 1;
        for (auto member = begin; member != m_open.end(); ++member)
            m_states[member->index()].isOpen = false;
        if (m_open.end() - begin > 1 || m_states[id.index()].needsItself)
            m_found.emplace_back(begin, m_open.end());
        m_open.erase(begin, m_open.end());
    }

    const Model& m_model;
    std::vector<State> m_states;
    std::vector<Frame> m_frames;
    std::vector<NodeId> m_open;
    std::uint32_t m_count = 0;
    std::vector<std::vector<NodeId>> m_found;
};

}  // namespace

OrderFaults orderFaults(const Model& model)
{
    std::vector<std::uint32_t> positions(model.nodeCount());
    for (std::size_t g = 0; g < model.graphCount(); ++g) {
        std::uint32_t position = 0;
        for (const NodeId id : model.nodes(GraphId(g)))
            positions[id.index()] = position++;
    }
    OrderFaults faults;
    for (std::size_t g = 0; g < model.graphCount(); ++g) {
        for (const NodeId id : model.nodes(GraphId(g))) {
            for (const Input& input : model.node(id).inputs()) {
                if (!input.value)
                    continue;
                const Value& value = model.value(input.value);
                const NodeId reader = ancestorIn(model, id, value.graph);
                // A TorchScript module's parameters are there for all of its methods.
                const bool isEverywhere = value.tensor && model.format != Format::Onnx;
                if (!reader && !isEverywhere)
                    faults.unreachable.emplace_back(id, input.value);
                else if (reader && value.producer() && positions[value.producer().index()] >= positions[reader.index()])
                    faults.early.emplace_back(id, input.value);
            }
        }
    }
    if (faults.early.empty())
        return faults;

    faults.cycles = Components(model).find();
    std::vector<std::uint32_t> cycleOf(model.nodeCount(), 0);
    for (std::size_t c = 0; c < faults.cycles.size(); ++c)
        for (const NodeId id : faults.cycles[c])
            cycleOf[id.index()] = std::uint32_t(c + 1);
    std::erase_if(faults.early, [&](const std::pair<NodeId, ValueId>& fault) {
        const NodeId producer = model.value(fault.second).producer();
        const NodeId reader = ancestorIn(model, fault.first, model.node(producer).graph);
        return cycleOf[producer.index()] != 0 && cycleOf[producer.index()] == cycleOf[reader.index()];
    });
    return faults;
}

}  // namespace tenscope

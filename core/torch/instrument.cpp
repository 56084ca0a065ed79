#include "core/torch/instrument.h"

#include "core/graph/literal.h"

namespace tenscope {

namespace {

using torch::jit::Block;
using torch::jit::Node;
using torch::jit::Value;

using Stack = std::vector<c10::IValue>;

// LibTorch's interpreter hands a ProfileIValueOp the stack with the node's inputs and, on top, the number of the frame.
Node* probe(torch::jit::Graph& graph, std::function<void(Stack&)> callback)
{
    return graph.insertNode(new torch::jit::ProfileIValueOp(&graph, std::move(callback)));
}

class Instrumenter {
public:
    Instrumenter(const BuiltModel& built, const Probes& probes, torch::jit::Graph& copy)
        : m_built(built), m_probes(probes), m_copy(copy)
    {
        if (const auto entry = built.values.find(probes.watched); entry != built.values.end())
            m_watched = entry->second;
    }

    // Graph::copy() keeps the order of nodes, blocks, inputs and outputs.
    void walk(const Block* source, Block* copy, bool isInLoop)
    {
        for (std::size_t i = 0; i < source->inputs().size(); ++i) {
            if (source->inputs()[i] != m_watched)
                continue;
            torch::jit::WithInsertPoint guard(copy->nodes().front());
            watch(copy->inputs()[i]);
        }
        auto node = copy->nodes().begin();
        for (const Node* original : source->nodes()) {
            Node* current = *node;
            ++node;
            for (std::size_t i = 0; i < original->blocks().size(); ++i)
                walk(original->blocks()[i], current->blocks()[i], isInLoop || original->kind() == c10::prim::Loop);
            instrument(original, current, isInLoop);
        }
    }

private:
    void instrument(const Node* original, Node* current, bool isInLoop)
    {
        const auto entry = m_built.nodes.find(original);
        if (entry != m_built.nodes.end() && !isPlumbing(m_built.model, entry->second)) {
            const NodeId id = entry->second;
            torch::jit::WithInsertPoint guard(current);
            probe(m_copy, [&probes = m_probes, id](Stack& stack) {
                stack.pop_back();
                probes.before(id);
            });
            if (m_probes.after) {
                m_copy.setInsertPoint(current->next());
                const std::size_t count = current->outputs().size();
                Node* after = probe(m_copy, [&probes = m_probes, id, count, isInLoop](Stack& stack) {
                    stack.pop_back();
                    const std::vector<c10::IValue> outputs(stack.end() - std::ptrdiff_t(count), stack.end());
                    stack.resize(stack.size() - count);
                    probes.after(id, outputs, isInLoop);
                });
                for (Value* output : current->outputs())
                    after->addInput(output);
            }
        }
        for (std::size_t i = 0; i < original->outputs().size(); ++i) {
            if (original->outputs()[i] != m_watched)
                continue;
            torch::jit::WithInsertPoint guard(current->next());
            watch(current->outputs()[i]);
        }
    }

    void watch(Value* value)
    {
        Node* node = probe(m_copy, [&probes = m_probes](Stack& stack) {
            stack.pop_back();
            const c10::IValue seen = std::move(stack.back());
            stack.pop_back();
            probes.seen(seen);
        });
        node->addInput(value);
    }

    const BuiltModel& m_built;
    const Probes& m_probes;
    torch::jit::Graph& m_copy;
    const Value* m_watched = nullptr;
};

}  // namespace

std::shared_ptr<torch::jit::Graph> instrumented(const BuiltModel& built, const Probes& probes)
{
    const std::shared_ptr<torch::jit::Graph> copy = built.graph->copy();
    Instrumenter(built, probes, *copy).walk(built.graph->block(), copy->block(), false);
    return copy;
}

}  // namespace tenscope

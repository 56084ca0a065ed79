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
            m_values[source->inputs()[i]] = copy->inputs()[i];
            if (source->inputs()[i] != m_watched)
                continue;
            torch::jit::WithInsertPoint guard(copy->nodes().front());
            watch(copy->inputs()[i]);
        }
        const RunStep* step = nullptr;
        auto node = copy->nodes().begin();
        for (const Node* original : source->nodes()) {
            Node* current = *node;
            ++node;
            if (const auto entry = m_built.steps.find(original); entry != m_built.steps.end()) {
                step = isPlumbing(m_built.model, entry->second.node) ? nullptr : &entry->second;
                if (step)
                    begin(*step, current);
            }
            for (std::size_t i = 0; i < original->blocks().size(); ++i)
                walk(original->blocks()[i], current->blocks()[i], isInLoop || original->kind() == c10::prim::Loop);
            Node* last = current;  // of what stands for the original: itself, and what replaces its outputs
            for (std::size_t i = 0; i < original->outputs().size(); ++i)
                m_values[original->outputs()[i]] = replaced(original->outputs()[i], current->outputs()[i], last);
            if (step && step->last == original) {
                if (m_probes.after)
                    end(*step, last, isInLoop);
                step = nullptr;
            }
            for (const Value* output : original->outputs()) {
                if (output != m_watched)
                    continue;
                torch::jit::WithInsertPoint guard(last->next());
                watch(m_values[output]);
            }
        }
    }

private:
    // The value that all that follows reads; `last` is the node that makes it.
    Value* replaced(const Value* original, Value* value, Node*& last)
    {
        const auto replacement = m_probes.replaced.find(original);
        if (replacement == m_probes.replaced.end())
            return value;
        torch::jit::WithInsertPoint guard(last->next());
        Node* node = probe(m_copy, [&replace = replacement->second](Stack& stack) {
            stack.pop_back();
            stack.back() = replace(stack.back());
        });
        node->addInput(value);
        Value* result = node->addOutput()->setType(value->type());
        value->replaceAllUsesAfterNodeWith(node, result);
        last = node;
        return result;
    }

    void begin(const RunStep& step, Node* current)
    {
        torch::jit::WithInsertPoint guard(current);
        probe(m_copy, [&probes = m_probes, id = step.node](Stack& stack) {
            stack.pop_back();
            probes.before(id);
        });
    }

    // The stack holds the outputs that there are; the others stay None.
    void end(const RunStep& step, Node* last, bool isInLoop)
    {
        torch::jit::WithInsertPoint guard(last->next());
        std::vector<bool> isThere;
        std::vector<Value*> inputs;
        for (const Value* output : step.outputs) {
            const auto copied = m_values.find(output);
            isThere.push_back(copied != m_values.end());
            if (isThere.back())
                inputs.push_back(copied->second);
        }
        Node* after = probe(m_copy, [&probes = m_probes, id = step.node, isThere, count = inputs.size(), isInLoop](Stack& stack) {
            stack.pop_back();
            auto next = stack.end() - std::ptrdiff_t(count);
            std::vector<c10::IValue> outputs;
            for (const bool there : isThere)
                outputs.push_back(there ? *next++ : c10::IValue());
            stack.resize(stack.size() - count);
            probes.after(id, outputs, isInLoop);
        });
        for (Value* input : inputs)
            after->addInput(input);
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
    std::unordered_map<const Value*, Value*> m_values;  // of the original → of the copy, as far as it was walked
};

}  // namespace

std::shared_ptr<torch::jit::Graph> instrumented(const BuiltModel& built, const Probes& probes)
{
    const std::shared_ptr<torch::jit::Graph> copy = built.graph->copy();
    Instrumenter(built, probes, *copy).walk(built.graph->block(), copy->block(), false);
    return copy;
}

}  // namespace tenscope

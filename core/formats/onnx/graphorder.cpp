#include "core/formats/onnx/graphorder.h"

#include <unordered_map>

namespace tenscope {

namespace {

// Calls visit(producer) for every node of `graph` that `node` needs.
template <class Visit>
void forEachNeeded(const Model& model, GraphId graph, NodeId node, Visit visit)
{
    const auto read = [&](ValueId value) {
        if (value && model.value(value).graph == graph && model.value(value).producer())
            visit(model.value(value).producer());
    };
    for (const Input& input : model.node(node).inputs())
        read(input.value);
    std::vector<GraphId> open = model.bodies(node);
    while (!open.empty()) {
        const GraphId body = open.back();
        open.pop_back();
        for (const ValueId output : model.graph(body).outputs)
            read(output);
        for (const NodeId inner : model.nodes(body)) {
            for (const Input& input : model.node(inner).inputs())
                read(input.value);
            for (const GraphId deeper : model.bodies(inner))
                open.push_back(deeper);
        }
    }
}

}  // namespace

bool isInOrder(const Model& model, GraphId graph)
{
    std::vector<bool> isBehind(model.nodeCount());  // what stood before the node at hand
    for (const NodeId node : model.nodes(graph)) {
        bool isFine = true;
        forEachNeeded(model, graph, node, [&](NodeId needed) { isFine = isFine && isBehind[needed.index()]; });
        if (!isFine)
            return false;
        isBehind[node.index()] = true;
    }
    return true;
}

std::vector<NodeId> inOrder(const Model& model, GraphId graph)
{
    enum class State : char { New, Open, Done };
    std::unordered_map<NodeId, State> states;
    std::vector<NodeId> result;
    std::vector<std::pair<NodeId, std::vector<NodeId>>> open;  // with what it still waits for
    const auto enter = [&](NodeId node) {
        if (states[node] != State::New)
            return;
        states[node] = State::Open;
        std::vector<NodeId> needed;
        forEachNeeded(model, graph, node, [&](NodeId id) { needed.push_back(id); });
        open.emplace_back(node, std::vector<NodeId>(needed.rbegin(), needed.rend()));
    };
    for (const NodeId node : model.nodes(graph)) {
        enter(node);
        while (!open.empty()) {
            auto& [id, needed] = open.back();
            if (!needed.empty()) {
                const NodeId next = needed.back();
                needed.pop_back();
                enter(next);
                continue;
            }
            states[id] = State::Done;
            result.push_back(id);
            open.pop_back();
        }
    }
    return result;
}

}  // namespace tenscope

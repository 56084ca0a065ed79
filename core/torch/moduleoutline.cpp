#include "core/torch/moduleoutline.h"

#include <algorithm>
#include <unordered_set>

namespace tenscope {

namespace {

using torch::jit::Block;
using torch::jit::Graph;
using torch::jit::Node;
using torch::jit::Value;

using Path = std::vector<std::string>;

// Constants and reads of stored tensors are where they are needed, and belong to nobody.
bool isNeutral(const Node* node)
{
    return node->kind() == c10::prim::Constant || node->kind() == c10::prim::GetAttr;
}

// The attributes that a chain of GetAttr reads, from the graph's first input; empty for other values.
Path attributePath(const Value* value, const Graph& graph)
{
    Path path;
    while (value->node()->kind() == c10::prim::GetAttr) {
        path.push_back(value->node()->s(c10::attr::name));
        value = value->node()->input();
    }
    if (value != graph.inputs().front())
        return {};
    std::reverse(path.begin(), path.end());
    return path;
}

class Outliner {
public:
    explicit Outliner(NodeModules modules) : m_modules(std::move(modules)) {}

    // `graph` is a method of `module`, whose place is `prefix`.
    void outline(Graph& graph, Block* block, const torch::jit::Module& module, const Path& prefix)
    {
        for (Node* node = *block->nodes().begin(); node != block->return_node();) {
            const std::string* child = childOf(node, prefix);
            if (!child || !hasModule(module, *child)) {
                for (Block* inner : node->blocks())
                    outline(graph, inner, module, prefix);
                node = node->next();
                continue;
            }
            const std::vector<Node*> run = runFrom(node, prefix, *child);
            node = run.back()->next();
            move(graph, run, module, prefix, *child);
        }
    }

private:
    // The module inside `prefix` that the node belongs to; null where it belongs to `prefix` itself, or is elsewhere.
    const std::string* childOf(const Node* node, const Path& prefix) const
    {
        const auto found = m_modules.find(node);
        if (isNeutral(node) || found == m_modules.end() || found->second.size() <= prefix.size() ||
            !std::equal(prefix.begin(), prefix.end(), found->second.begin()))
            return nullptr;
        return &found->second[prefix.size()];
    }

    static bool hasModule(const torch::jit::Module& module, const std::string& name)
    {
        return module.hasattr(name) && module.attr(name).isModule();
    }

    std::vector<Node*> runFrom(Node* first, const Path& prefix, const std::string& child) const
    {
        std::vector<Node*> run;
        std::size_t needed = 0;  // up to the last node that is not neutral
        for (Node* node = first; node != node->owningBlock()->return_node(); node = node->next()) {
            const std::string* other = childOf(node, prefix);
            if (!isNeutral(node) && (!other || *other != child))
                break;
            run.push_back(node);
            if (!isNeutral(node))
                needed = run.size();
        }
        run.resize(needed);
        return run;
    }

    void move(Graph& graph, const std::vector<Node*>& run, const torch::jit::Module& module, const Path& prefix, const std::string& child)
    {
        const torch::jit::Module inner = module.attr(child).toModule();
        const auto method = std::make_shared<Graph>();
        method->addInput("self")->setType(inner.type());
        std::vector<Value*> arguments;
        std::unordered_map<Value*, Value*> copies;
        for (Node* node : run) {
            Node* copy = method->createClone(node, [&](Value* value) { return copyOf(value, graph, *method, child, arguments, copies); });
            method->appendNode(copy);
            for (std::size_t i = 0; i < node->outputs().size(); ++i)
                copies[node->outputs()[i]] = copy->outputs()[i];
            takeModules(node, copy);
        }
        const std::vector<Value*> results = usedOutside(run);
        std::vector<Value*> inside;
        for (Value* result : results)
            inside.push_back(copies.at(result));
        torch::jit::WithInsertPoint end(method->block());
        if (inside.size() == 1)
            method->registerOutput(inside.front());
        else if (inside.empty())
            method->registerOutput(method->insertConstant(c10::IValue()));
        else
            method->registerOutput(method->insertNode(method->createTuple(inside))->output());
        const std::string name = addMethod(inner, method);

        torch::jit::WithInsertPoint here(run.front());
        arguments.insert(arguments.begin(), graph.insertGetAttr(graph.inputs().front(), child));
        Node* call = graph.create(c10::prim::CallMethod, arguments, 1);
        call->s_(c10::attr::name, name);
        call->output()->setType(method->outputs().front()->type());
        graph.insertNode(call);
        if (results.size() == 1) {
            results.front()->replaceAllUsesWith(call->output());
        } else if (results.size() > 1) {
            Node* parts = graph.insertNode(graph.createTupleUnpack(call->output()));
            for (std::size_t i = 0; i < results.size(); ++i)
                results[i]->replaceAllUsesWith(parts->outputs()[i]);
        }
        for (auto node = run.rbegin(); node != run.rend(); ++node)
            (*node)->destroy();

        Path path = prefix;
        path.push_back(child);
        outline(*method, method->block(), inner, path);
        dropUnusedReads(*method);
    }

    // What stands in the method for a value of the graph around: constants and the module's own tensors are read there,
    // all else is an argument.
    static Value* copyOf(Value* value, const Graph& graph, Graph& method, const std::string& child, std::vector<Value*>& arguments,
                         std::unordered_map<Value*, Value*>& copies)
    {
        Value*& copy = copies[value];
        if (copy)
            return copy;
        const Path path = attributePath(value, graph);
        if (value->node()->kind() == c10::prim::Constant) {
            copy = method.prependNode(method.createClone(value->node(), [](Value* input) { return input; }))->output();
        } else if (path.size() > 1 && path.front() == child) {
            torch::jit::WithInsertPoint begin(*method.nodes().begin());
            copy = method.inputs().front();
            for (std::size_t i = 1; i < path.size(); ++i)
                copy = method.insertGetAttr(copy, path[i]);
        } else {
            arguments.push_back(value);
            copy = method.addInput()->copyMetadata(value);
        }
        return copy;
    }

    // createClone() keeps the order of nodes and blocks.
    void takeModules(const Node* from, const Node* to)
    {
        if (const auto known = m_modules.find(from); known != m_modules.end()) {
            Path path = known->second;
            m_modules.insert_or_assign(to, std::move(path));
        }
        for (std::size_t i = 0; i < from->blocks().size(); ++i) {
            auto copy = to->blocks()[i]->nodes().begin();
            for (const Node* node : from->blocks()[i]->nodes())
                takeModules(node, *copy++);
        }
    }

    static std::vector<Value*> usedOutside(const std::vector<Node*>& run)
    {
        const std::unordered_set<const Node*> inside(run.begin(), run.end());
        const Block* block = run.front()->owningBlock();
        const auto isOutside = [&](const torch::jit::Use& use) {
            const Node* node = use.user;
            while (node->owningBlock() != block)
                node = node->owningBlock()->owningNode();
            return inside.count(node) == 0;
        };
        std::vector<Value*> values;
        for (Node* node : run)
            for (Value* output : node->outputs())
                if (std::any_of(output->uses().begin(), output->uses().end(), isOutside))
                    values.push_back(output);
        return values;
    }

    static std::string addMethod(const torch::jit::Module& module, const std::shared_ptr<Graph>& graph)
    {
        std::string name = "forward";
        for (int number = 1; module.type()->findMethod(name); ++number)
            name = "forward" + std::to_string(number);
        module.type()->addMethod(
            module.type()->compilation_unit()->create_function(c10::QualifiedName(*module.type()->name(), name), graph));
        return name;
    }

public:
    static void dropUnusedReads(Graph& graph)
    {
        for (auto node = graph.nodes().rbegin(); node != graph.nodes().rend(); ++node)
            if (isNeutral(*node) && !node->hasUses())
                node.destroyCurrent();
    }

private:
    NodeModules m_modules;
};

}  // namespace

void outlineModules(torch::jit::Graph& graph, const torch::jit::Module& root, NodeModules modules)
{
    Outliner(std::move(modules)).outline(graph, graph.block(), root, {});
    Outliner::dropUnusedReads(graph);
}

}  // namespace tenscope

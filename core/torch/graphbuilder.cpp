#include "core/torch/graphbuilder.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_set>

#include "core/torch/archiveinfo.h"
#include "core/torch/assignedattributes.h"
#include "core/torch/attributes.h"
#include "core/torch/buildframe.h"
#include "core/torch/constantfolding.h"
#include "core/torch/failure.h"
#include "core/torch/operatortable.h"
#include "core/torch/statedict.h"
#include "core/torch/uniquenames.h"

namespace tenscope {

namespace {

using torch::jit::Block;
using torch::jit::Node;
using torch::jit::Value;

constexpr std::size_t mostNodes = 4'000'000;
constexpr int deepestCall = 400;
constexpr std::size_t mostUnknownIssues = 100;
constexpr std::size_t largestContainer = 1000;

class Builder {
public:
    Builder(const Script& script, Progress& progress) : m_script(script), m_progress(progress), m_operators(m_built.model) {}

    BuiltModel build()
    {
        Model& model = m_built.model;
        const auto type = m_script.root->type();
        torch::jit::Function* main = type->findMethod("forward");
        std::vector<torch::jit::Function*> methods;
        for (torch::jit::Function* method : type->methods())
            if (torch::jit::tryToGraphFunction(*method))
                methods.push_back(method);
        if (!main) {
            const auto isPublic = [](torch::jit::Function* method) { return method->name().compare(0, 1, "_") != 0; };
            const auto first = std::find_if(methods.begin(), methods.end(), isPublic);
            main = first == methods.end() ? nullptr : *first;
            model.issues.push_back({Severity::Info, main ? "The model has no method forward; its method " + main->name() +
                                                               " is shown instead."
                                                         : "The model has no method that could be shown or run.",
                                    {}});
        }
        model.mainGraph = model.addGraph(main ? main->name() : "forward");
        m_stateDict.emplace(m_script, model);
        m_assigned.emplace(m_script);
        if (main)
            m_built.graph = buildMethod(*main, model.mainGraph);
        for (torch::jit::Function* method : methods) {
            if (method == main)
                continue;
            const GraphId graph = model.addGraph(method->name());
            m_isMain = false;
            buildMethod(*method, graph);
            Function function;
            function.name = method->name();
            function.graph = graph;
            model.functions.push_back(std::move(function));
        }
        m_operators.showElementTypes();
        return std::move(m_built);
    }

private:
    struct Target {
        GraphId graph;
        Block* block = nullptr;
        ScopeId scope;
        int depth = 0;
    };

    std::shared_ptr<torch::jit::Graph> buildMethod(torch::jit::Function& method, GraphId graph)
    {
        Model& model = m_built.model;
        m_graph = std::make_shared<torch::jit::Graph>();
        m_names = {};
        for (const ValueId stored : model.graph(model.mainGraph).initializers)
            m_names.take(model.value(stored).name);
        const auto source = torch::jit::toGraphFunction(method).graph();
        const auto& arguments = method.getSchema().arguments();
        std::vector<Item> items;
        for (std::size_t i = 0; i < source->inputs().size(); ++i) {
            const Value* input = source->inputs()[i];
            Item item;
            item.running = m_graph->addInput()->setType(input->type());
            if (i == 0) {
                item.object = m_script.root.get();
            } else {
                const std::string name = i < arguments.size() ? arguments[i].name() : input->debugName();
                item.value = model.addValue(graph, m_names.unique(name), graphType(input->type()));
                model.graph(graph).inputs.push_back(item.value);
                remember(item);
            }
            items.push_back(std::move(item));
        }
        const std::vector<Item> outputs = inlined(*source, items, {graph, m_graph->block(), {}, 0});
        for (const Item& output : outputs) {
            m_graph->registerOutput(output.running);
            addOutput(graph, materialized(output, {graph, m_graph->block(), {}, 0}));
        }
        dropUnused();
        nameOutputs(graph);
        return m_graph;
    }

    // A tuple that is made for the return is how several outputs are written.
    void addOutput(GraphId graph, ValueId value)
    {
        Model& model = m_built.model;
        const NodeId producer = model.value(value).producer();
        if (!producer || model.op(producer).name != "TupleConstruct" || model.op(producer).domain != "prim" ||
            model.value(value).type.kind != Type::Kind::Tuple || model.node(producer).graph != graph) {
            model.graph(graph).outputs.push_back(value);
            return;
        }
        std::vector<ValueId> members;
        for (const Input& input : model.node(producer).inputs())
            members.push_back(input.value);
        if (model.value(value).uses().empty()) {
            model.removeNode(producer);
            model.removeValue(value);
            m_built.values.erase(value);
        }
        for (const ValueId member : members)
            addOutput(graph, member);
    }

    // "output", "output_1" … instead of numbers that mean nothing.
    void nameOutputs(GraphId graph)
    {
        Model& model = m_built.model;
        const std::vector<ValueId>& outputs = model.graph(graph).outputs;
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            tenscope::Value& value = model.value(outputs[i]);
            if (value.producer() && value.name.find_first_not_of("0123456789._") == std::string::npos)
                value.name = m_names.unique(i == 0 ? "output" : "output_" + std::to_string(i));
        }
    }

    std::vector<Item> inlined(const torch::jit::Graph& source, const std::vector<Item>& arguments, const Target& target)
    {
        Frame frame;
        for (std::size_t i = 0; i < arguments.size(); ++i)
            frame.insert_or_assign(source.inputs()[i], arguments[i]);
        walk(*source.block(), frame, target);
        std::vector<Item> outputs;
        for (const Value* output : source.outputs())
            outputs.push_back(frame.at(output));
        return outputs;
    }

    void walk(const Block& block, Frame& frame, const Target& target)
    {
        for (const Node* node : block.nodes()) {
            if (++m_count > mostNodes)
                throw Failure(Error::read("The model has more than " + std::to_string(mostNodes) +
                                          " operators once its calls are followed; that is too many to be shown."));
            if (m_count % 4096 == 0) {
                if (m_progress.cancelled())
                    throw Failure(Error::cancelled());
                m_progress.report(-1, "Building the graph");
            }
            step(node, frame, target);
        }
    }

    void step(const Node* node, Frame& frame, const Target& target)
    {
        switch (node->kind()) {
        case c10::prim::Constant:
            if (node->output()->type()->kind() == c10::TypeKind::FunctionType)
                return;  // made when a call of it cannot be inlined
            break;
        case c10::prim::GetAttr:
            if (const Item& item = frame.at(node->input()); item.object) {
                readAttribute(node, item, frame, target);
                return;
            }
            break;
        case c10::prim::SetAttr:
            if (const Item item = frame.at(node->input(0)); item.object) {
                const Item value = frame.at(node->input(1));
                Node* running = clone(node, {item.running, value.running}, target);
                const NodeId id = addNode(m_operators.of(*node), {materialized(value, target)}, {}, target);
                describeState(id, *item.object, node->s(c10::attr::name), pathOf(item, node->s(c10::attr::name)));
                m_built.addStep(running, id);
                return;
            }
            break;
        case c10::prim::CallMethod:
        case c10::prim::CallFunction:
            if (inlineCall(node, frame, target))
                return;
            break;
        case c10::prim::If:
            if (const Item& condition = frame.at(node->input()); condition.known && condition.known->isBool()) {
                takeBranch(node, condition.known->toBool() ? 0 : 1, frame, target);
                return;
            }
            break;
        default: break;
        }
        copy(node, frame, target);
    }

    // Of a branch that is decided before the model runs, what runs takes the place of the whole.
    void takeBranch(const Node* node, std::size_t taken, Frame& frame, const Target& target)
    {
        const Block* block = node->blocks()[taken];
        walk(*block, frame, target);
        for (std::size_t i = 0; i < node->outputs().size(); ++i) {
            const Item output = frame.at(block->outputs()[i]);
            frame.insert_or_assign(node->outputs()[i], output);
        }
    }

    bool inlineCall(const Node* node, Frame& frame, const Target& target)
    {
        const bool isMethod = node->kind() == c10::prim::CallMethod;
        std::vector<Item> arguments;
        for (std::size_t i = isMethod ? 0 : 1; i < node->inputs().size(); ++i)
            arguments.push_back(frame.at(node->input(i)));
        c10::ClassTypePtr type;
        if (isMethod)
            type = arguments[0].object ? arguments[0].object->type() : node->input(0)->type()->cast<c10::ClassType>();
        torch::jit::Function* function = calledFunction(node, type);
        auto* own = function ? torch::jit::tryToGraphFunction(*function) : nullptr;
        if (!own || target.depth >= deepestCall || own->graph()->inputs().size() != arguments.size() ||
            own->graph()->outputs().size() != node->outputs().size())
            return false;
        Target inner = target;
        ++inner.depth;
        if (isMethod && arguments[0].object && arguments[0].object->type()->is_module())
            inner.scope = scopeOf(arguments[0].path);
        const std::vector<Item> outputs = inlined(*own->graph(), arguments, inner);
        for (std::size_t i = 0; i < outputs.size(); ++i)
            frame.insert_or_assign(node->outputs()[i], outputs[i]);
        return true;
    }

    ScopeId scopeOf(std::string_view path)
    {
        const auto entry = m_scopes.find(std::string(path));
        if (entry != m_scopes.end())
            return entry->second;
        ScopeId scope;
        std::string_view rest = path;
        while (!rest.empty()) {
            const std::size_t dot = rest.find('.');
            scope = m_built.model.addScope(scope, rest.substr(0, dot));
            rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
        }
        m_scopes.emplace(path, scope);
        return scope;
    }

    void readAttribute(const Node* node, const Item& item, Frame& frame, const Target& target)
    {
        const ScriptObject& object = *item.object;
        const std::string& name = node->s(c10::attr::name);
        Item result;
        result.running = clone(node, {item.running}, target)->output();
        result.path = pathOf(item, name);
        const auto slot = object.type()->findAttributeSlot(name);
        const bool isState = m_assigned->contains(object.type().get(), name) || !slot ||
                             m_script.computed.count({&object, *slot}) != 0;
        const c10::IValue attribute = slot && *slot < object.slots().size() ? object.getSlot(*slot) : c10::IValue();
        if (const auto [weight, bias] = m_stateDict->packed(result.path); weight && !isState) {
            const ValueId without = bias ? bias : addConstant(c10::IValue(), "None", target);
            result.value = newValue(target.graph, node->output());
            addNode(m_operators.prim("TupleConstruct"), {weight, without}, {result.value}, target);
        } else if (!isState && attribute.isObject() && torch::jit::tryToGraphFunction(*anyMethod(attribute)) != nullptr) {
            result.object = &attribute.toObjectRef();
        } else if (const ValueId stored = m_stateDict->find(result.path); stored && !isState) {
            result.value = stored;
        } else if (isState || attribute.isObject()) {
            result.value = newValue(target.graph, node->output());
            const NodeId id = addNode(m_operators.of(*node), {}, {result.value}, target);
            describeState(id, object, name, result.path);
            m_built.addStep(result.running->node(), id);
        } else {
            result.value = addConstant(attribute, name, target, node->output());
            if (isImmutable(attribute))
                result.known = attribute;
            noteUnneeded(result);
        }
        remember(result);
        frame.insert_or_assign(node->output(), std::move(result));
    }

    // What a run begins with is said once for each attribute; what __setstate__ would have to make is not known.
    void describeState(NodeId id, const ScriptObject& object, const std::string& name, const std::string& path)
    {
        setAttribute(id, "name", path);
        const auto slot = object.type()->findAttributeSlot(name);
        if (!slot || *slot >= object.slots().size() || m_script.computed.count({&object, *slot}) != 0 || !m_described.insert(path).second)
            return;
        setAttribute(id, initialState, attributeValue(m_built.model, object.getSlot(*slot), path, m_script.weights.get()));
    }

    // An object of the file's own classes, as opposed to one of LibTorch's: by its methods. An object without methods has
    // nothing to run, and counts as the file's.
    static torch::jit::Function* anyMethod(const c10::IValue& object)
    {
        static torch::jit::GraphFunction none("none", std::make_shared<torch::jit::Graph>(), nullptr);
        const auto& methods = object.toObjectRef().type()->methods();
        return methods.empty() ? &none : methods.front();
    }

    // A constant of the file's attributes: containers are built from their members, as the code would.
    ValueId addConstant(const c10::IValue& constant, const std::string& name, const Target& target, const Value* source = nullptr)
    {
        Model& model = m_built.model;
        std::vector<ValueId> members;
        const char* construct = nullptr;
        if (constant.isTuple() && constant.toTupleRef().elements().size() <= largestContainer) {
            construct = "TupleConstruct";
            for (const c10::IValue& member : constant.toTupleRef().elements())
                members.push_back(addConstant(member, name, target));
        }
        const Type type = graphType(source ? source->type() : constant.type());
        const ValueId value = model.addValue(target.graph, m_names.unique(name), type);
        if (construct) {
            m_unneeded.push_back({addNode(m_operators.prim(construct), members, {value}, target), nullptr});
            return value;
        }
        const NodeId id = addNode(m_operators.prim("Constant"), {}, {value}, target);
        m_unneeded.push_back({id, nullptr});
        if (!constant.isNone())
            setAttribute(id, "value", attributeValue(model, constant, name, m_script.weights.get()));
        return value;
    }

    // Any other node: as it is, its bodies as subgraphs.
    void copy(const Node* node, Frame& frame, const Target& target)
    {
        Model& model = m_built.model;
        std::vector<Value*> running;
        std::vector<ValueId> inputs;
        std::vector<std::optional<c10::IValue>> known;
        std::vector<c10::TypePtr> types;
        for (const Value* input : node->inputs()) {
            auto item = frame.find(input);
            if (item == frame.end()) {  // a function, of a call that cannot be inlined
                copy(input->node(), frame, target);
                item = frame.find(input);
            }
            running.push_back(item->second.running);
            if (item->second.object) {
                item->second.value = materialized(item->second, target);
                item->second.object = nullptr;
            }
            inputs.push_back(item->second.value);
            known.push_back(item->second.known);
            types.push_back(item->second.running->type());
        }
        const auto results = evaluated(*node, known, types);
        Node* copied = clone(node, running, target);
        std::vector<ValueId> outputs;
        for (std::size_t i = 0; i < node->outputs().size(); ++i) {
            Item item;
            item.value = newValue(target.graph, node->outputs()[i]);
            item.running = copied->outputs()[i];
            outputs.push_back(item.value);
            if (results && isImmutable((*results)[i]))
                item.known = (*results)[i];
            remember(item);
            frame.insert_or_assign(node->outputs()[i], std::move(item));
        }
        const OperatorId op = m_operators.of(*node);
        const NodeId id = addNode(op, inputs, outputs, target);
        m_built.addStep(copied, id);
        if (results)
            m_unneeded.push_back({id, copied});
        if (!model.op(op).isKnown)
            reportUnknown(op, id);
        copyAttributes(node, id, target);
        for (std::size_t i = 0; i < node->blocks().size(); ++i) {
            const char* role = node->kind() == c10::prim::If ? (i == 0 ? "then_branch" : "else_branch") : "body";
            copyBlock(*node->blocks()[i], copied->addBlock(), role, id, frame, target);
        }
    }

    void noteUnneeded(const Item& item)
    {
        m_unneeded.push_back({m_built.model.value(item.value).producer(), item.running->node()});
    }

    // Takes out what only the decided branches needed: constants, and what was computed from them.
    void dropUnused()
    {
        Model& model = m_built.model;
        std::unordered_set<ValueId> outputs;
        for (std::size_t i = 0; i < model.graphCount(); ++i)
            for (const ValueId output : model.graph(GraphId(i)).outputs)
                outputs.insert(output);
        for (auto entry = m_unneeded.rbegin(); entry != m_unneeded.rend(); ++entry) {
            const auto& [id, running] = *entry;
            const tenscope::Node& node = model.node(id);
            const auto isUsed = [&](ValueId value) { return !model.value(value).uses().empty() || outputs.count(value) != 0; };
            if (!node.isAlive() || std::any_of(node.outputs().begin(), node.outputs().end(), isUsed))
                continue;
            const std::vector<ValueId> dropped = node.outputs();
            model.removeNode(id);
            for (const ValueId value : dropped) {
                model.removeValue(value);
                m_built.values.erase(value);
            }
            if (running && !running->hasUses()) {
                m_built.steps.erase(running);
                running->destroy();
            }
        }
        m_unneeded.clear();
    }

    void copyBlock(const Block& source, Block* block, const char* role, NodeId owner, Frame& frame, const Target& target)
    {
        Model& model = m_built.model;
        Target inner = target;
        inner.graph = model.addGraph(role, owner, role);
        inner.block = block;
        for (const Value* input : source.inputs()) {
            Item item;
            item.running = block->addInput()->setType(input->type());
            item.value = newValue(inner.graph, input);
            model.graph(inner.graph).inputs.push_back(item.value);
            remember(item);
            frame.insert_or_assign(input, std::move(item));
        }
        walk(source, frame, inner);
        for (const Value* output : source.outputs()) {
            const Item item = frame.at(output);
            block->registerOutput(item.running);
            const ValueId value = materialized(item, inner);
            model.graph(inner.graph).outputs.push_back(value);
        }
        setAttribute(owner, role, inner.graph);
    }

    void copyAttributes(const Node* node, NodeId id, const Target& target)
    {
        if (node->kind() == c10::prim::Constant) {
            const auto value = torch::jit::toIValue(node->output());
            if (value && !value->isNone())
                setAttribute(id, "value",
                             attributeValue(m_built.model, *value, m_built.model.value(m_built.model.node(id).outputs()[0]).name,
                                            m_script.weights.get()));
            return;
        }
        for (const c10::Symbol name : node->attributeNames()) {
            const std::string key = name.toUnqualString();
            switch (node->kindOf(name)) {
            case torch::jit::AttributeKind::s: setAttribute(id, key, node->s(name)); break;
            case torch::jit::AttributeKind::i: setAttribute(id, key, node->i(name)); break;
            case torch::jit::AttributeKind::f: setAttribute(id, key, node->f(name)); break;
            case torch::jit::AttributeKind::is: setAttribute(id, key, node->is(name)); break;
            case torch::jit::AttributeKind::fs: setAttribute(id, key, node->fs(name)); break;
            case torch::jit::AttributeKind::ss: setAttribute(id, key, node->ss(name)); break;
            case torch::jit::AttributeKind::g: copySubgraph(*node->g(name), key, id, target); break;
            default: setAttribute(id, key, OpaqueText{torch::jit::toString(node->kindOf(name))}); break;
            }
        }
    }

    // The body of a fork: it runs on its own, so that it has a graph that is no block of this one.
    void copySubgraph(const torch::jit::Graph& source, const std::string& key, NodeId owner, const Target& target)
    {
        const bool wasMain = std::exchange(m_isMain, false);
        torch::jit::Graph scratch;
        Model& model = m_built.model;
        Target inner = target;
        inner.graph = model.addGraph(key, owner, key);
        inner.block = scratch.block();
        const auto graph = std::exchange(m_graph, std::shared_ptr<torch::jit::Graph>(&scratch, [](torch::jit::Graph*) {}));
        std::vector<Item> inputs;
        for (const Value* input : source.inputs()) {
            Item item;
            item.running = scratch.addInput()->setType(input->type());
            item.value = newValue(inner.graph, input);
            model.graph(inner.graph).inputs.push_back(item.value);
            inputs.push_back(std::move(item));
        }
        for (const Item& output : inlined(source, inputs, inner)) {
            const ValueId value = materialized(output, inner);
            model.graph(inner.graph).outputs.push_back(value);
        }
        m_graph = graph;
        m_isMain = wasMain;
        setAttribute(owner, key, inner.graph);
    }

    // The object as a value, for whatever takes it as one.
    ValueId materialized(const Item& item, const Target& target)
    {
        if (!item.object)
            return item.value;
        Model& model = m_built.model;
        const ValueId value = model.addValue(target.graph, m_names.unique(item.path.empty() ? "self" : item.path), graphType(item.object->type()));
        const NodeId id = addNode(m_operators.prim("GetAttr"), {}, {value}, target);
        setAttribute(id, "name", item.path);
        return value;
    }

    // Not Node::createClone(): that looks for a free debug name each time, which is quadratic.
    Node* clone(const Node* node, const std::vector<Value*>& inputs, const Target& target)
    {
        Node* copy = m_graph->create(node->kind(), node->outputs().size());
        copy->copyAttributes(*node);
        copy->setSourceRange(node->sourceRange());
        for (Value* input : inputs)
            copy->addInput(input);
        for (std::size_t i = 0; i < node->outputs().size(); ++i)
            copy->outputs()[i]->setType(node->outputs()[i]->type());
        target.block->appendNode(copy);
        return copy;
    }

    NodeId addNode(OperatorId op, const std::vector<ValueId>& inputs, const std::vector<ValueId>& outputs, const Target& target)
    {
        const NodeId id = m_built.model.addNode(target.graph, op, inputs, outputs);
        m_built.model.node(id).scope = target.scope;
        return id;
    }

    template <class T>
    void setAttribute(NodeId id, std::string name, T value)
    {
        Attribute attribute;
        attribute.name = std::move(name);
        attribute.value = std::move(value);
        m_built.model.node(id).attributes.push_back(std::move(attribute));
    }

    ValueId newValue(GraphId graph, const Value* source)
    {
        return m_built.model.addValue(graph, m_names.unique(source->debugName()), graphType(source->type()));
    }

    void remember(const Item& item)
    {
        if (m_isMain && item.value && item.running)
            m_built.values.emplace(item.value, item.running);
    }

    void reportUnknown(OperatorId op, NodeId id)
    {
        if (++m_unknown > mostUnknownIssues)
            return;
        const Operator& unknown = m_built.model.op(op);
        m_built.model.issues.push_back({Severity::Warning,
                                        unknown.domain + "::" + unknown.name + " is not part of LibTorch " TORCH_VERSION
                                                                               ": the model can be shown, but not run here.",
                                        id});
    }

    const Script& m_script;
    Progress& m_progress;
    BuiltModel m_built;
    OperatorTable m_operators;
    std::optional<StateDict> m_stateDict;
    std::optional<AssignedAttributes> m_assigned;
    std::set<std::string> m_described;  // attributes that the code assigns
    std::shared_ptr<torch::jit::Graph> m_graph;
    UniqueNames m_names;
    std::unordered_map<std::string, ScopeId> m_scopes;
    std::vector<std::pair<NodeId, Node*>> m_unneeded;  // unless something uses them: constants, and what follows from them
    std::size_t m_count = 0;
    std::size_t m_unknown = 0;
    bool m_isMain = true;  // whether what is built can be run, so that its counterparts are worth keeping
};

}  // namespace

BuiltModel buildModel(const Script& script, const Archive& archive, Progress& progress)
{
    BuiltModel built = Builder(script, progress).build();
    built.model.files.push_back(archive.file());
    describeArchive(built.model, archive);
    return built;
}

}  // namespace tenscope

#include "core/torch/scriptmodule.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/torch/atengraph.h"
#include "core/torch/attributes.h"
#include "core/torch/constants.h"
#include "core/torch/failure.h"
#include "core/torch/moduleoutline.h"
#include "core/torch/moduletree.h"

namespace tenscope {

namespace {

using torch::jit::Value;

// Running means and variances are no parameters, although nothing in an ONNX file tells them from those. One use is enough: exporters
// store equal tensors once, and LibTorch refuses statistics that want a gradient.
bool isRunningStatistic(const Model& model, ValueId value)
{
    constexpr std::uint32_t mean = 3, variance = 4;
    const auto& uses = model.value(value).uses();
    return std::any_of(uses.begin(), uses.end(), [&](const Use& use) {
        return model.op(use.node).name == "batch_norm" && (use.input == mean || use.input == variance);
    });
}

using StatePlaces = std::map<std::string, ModuleTree::Place>;

// What the code assigns, with what a run begins with; where `stored` has a place for it, it is there.
StatePlaces addStateTo(ModuleTree& tree, const Model& model, StoredTensors& tensors, const StatePlaces& stored)
{
    StatePlaces places;
    for (const auto& [path, id] : stateAttributes(model)) {
        if (const auto known = stored.find(path); known != stored.end()) {
            places.emplace(path, known->second);
            continue;
        }
        const tenscope::Node& node = model.node(id);
        const Attribute* initial = node.attribute(initialState);
        if (!initial)
            throw Failure(Error::run("What the model begins with in '" + path + "' is known to its own code only."));
        const ValueId value = node.outputs().empty() ? node.inputs().front().value : node.outputs().front();
        const auto* tensor = std::get_if<TensorId>(&initial->value);
        places.emplace(path, tree.addAttribute(path, torchType(model.value(value).type),
                                               tensor ? c10::IValue(tensors.tensor(*tensor)) : constantValue(initial->value)));
    }
    return places;
}

// The value of a module on the way to an attribute, read once and where the graph is being built: at its beginning.
class ModuleValues {
public:
    Value* find(torch::jit::Graph& graph, const std::vector<std::string>& names)
    {
        Value* module = graph.inputs().front();
        std::string path;
        for (const std::string& name : names) {
            path += name + '.';
            Value*& known = m_known[path];
            if (!known)
                known = graph.insertGetAttr(module, name);
            module = known;
        }
        return module;
    }

private:
    std::map<std::string, Value*> m_known;  // by the names on the way there
};

class ModuleBuilder {
public:
    ModuleBuilder(const Model& model, StoredTensors& tensors) : m_model(model), m_tensors(tensors) {}

    torch::jit::Module build()
    {
        addStored();
        addState();
        const auto places = addModules();
        const auto unit = std::make_shared<torch::jit::CompilationUnit>();
        torch::jit::Module module = m_tree.build(unit, classNames());
        const StoredValueMaker stored = [this](torch::jit::Graph& graph, TensorId id) { return storedValue(graph, id); };
        const StateFinder state = [this](torch::jit::Graph& graph, const std::string& path) { return stateAttribute(graph, path); };
        const AtenGraph built = buildAtenGraph(m_model, stored, module.type(), state);
        nameValues(built);
        // Reads and assignments of attributes stay in their order, all in one method.
        if (m_state.empty())
            outlineModules(*built.graph, module, modulesOf(built, places));
        const c10::QualifiedName name(*module.type()->name(), "forward");
        torch::jit::Function* forward = unit->create_function(name, built.graph);
        forward->setSchema(schema(*built.graph));
        module.type()->addMethod(forward);
        return module;
    }

private:
    void addStored()
    {
        for (const ValueId id : m_model.graph(m_model.mainGraph).initializers) {
            const tenscope::Value& value = m_model.value(id);
            at::Tensor tensor = m_tensors.tensor(value.tensor).detach();
            const bool isReal = tensor.is_floating_point() || tensor.is_complex();
            const bool isParameter = value.isParameter && isReal && !isRunningStatistic(m_model, id);
            if (isParameter)
                tensor.set_requires_grad(true);
            m_places.emplace(value.tensor, m_tree.add(value.name, std::move(tensor), isParameter));
        }
    }

    void addState()
    {
        StatePlaces stored;  // a buffer that the code assigns is there already
        for (const ValueId id : m_model.graph(m_model.mainGraph).initializers)
            stored.emplace(m_model.value(id).name, m_places.at(m_model.value(id).tensor));
        m_state = addStateTo(m_tree, m_model, m_tensors, stored);
    }

    StateAttribute stateAttribute(torch::jit::Graph& graph, const std::string& path)
    {
        const ModuleTree::Place& place = m_state.at(path);
        return {m_modules.find(graph, place.modules), place.attribute};
    }

    using ModulePlaces = std::unordered_map<ScopeId, std::vector<std::string>>;

    // Those that nodes belong to.
    ModulePlaces addModules()
    {
        ModulePlaces places;
        for (std::size_t i = 0; i < m_model.nodeCount(); ++i) {
            const tenscope::Node& node = m_model.node(NodeId(i));
            if (node.isAlive() && node.scope && places.count(node.scope) == 0)
                places.emplace(node.scope, m_tree.addModule(m_model.path(node.scope)));
        }
        return places;
    }

    NodeModules modulesOf(const AtenGraph& built, const ModulePlaces& places) const
    {
        NodeModules modules;
        for (const auto& [id, range] : built.nodes) {
            const auto place = places.find(m_model.node(id).scope);
            if (place == places.end())
                continue;
            for (const torch::jit::Node* node = range.first;; node = node->next()) {
                modules.emplace(node, place->second);
                if (node == range.last)
                    break;
            }
        }
        return modules;
    }

    std::unordered_map<std::string, std::string> classNames() const
    {
        std::unordered_map<std::string, std::string> names{{"", "Model"}};
        for (std::size_t i = 0; i < m_model.scopeCount(); ++i)
            if (const Scope& scope = m_model.scope(ScopeId(i)); !scope.className.empty())
                names.emplace(m_model.path(ScopeId(i)), scope.className);
        return names;
    }

    // Modules are read once, at the beginning, where all that is stored is asked for.
    Value* storedValue(torch::jit::Graph& graph, TensorId id)
    {
        const auto place = m_places.find(id);
        if (place == m_places.end())
            return graph.insertConstant(m_tensors.tensor(id));
        return graph.insertGetAttr(m_modules.find(graph, place->second.modules), place->second.attribute);
    }

    // Names that say something stay readable in the code that is written.
    void nameValues(const AtenGraph& built) const
    {
        for (std::size_t i = 0; i < m_model.valueCount(); ++i) {
            const tenscope::Value& value = m_model.value(ValueId(i));
            const auto made = built.values.find(ValueId(i));
            if (made == built.values.end() || !value.isAlive() || value.tensor ||
                value.name.find_first_not_of("0123456789.") == std::string::npos)
                continue;
            made->second->setDebugName(identifier(value.name));
        }
    }

    c10::FunctionSchema schema(const torch::jit::Graph& graph) const
    {
        std::vector<c10::Argument> arguments{c10::Argument("self", graph.inputs()[0]->type())};
        std::set<std::string> taken{"self"};
        const std::vector<ValueId>& inputs = m_model.graph(m_model.mainGraph).inputs;
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            const std::string base = identifier(m_model.value(inputs[i]).name);
            std::string name = base;
            for (int number = 1; !taken.insert(name).second; ++number)
                name = base + '_' + std::to_string(number);
            const c10::TypePtr& type = graph.inputs()[i + 1]->type();
            const bool isOptional = type->kind() == c10::TypeKind::OptionalType;
            arguments.emplace_back(name, type, c10::nullopt, isOptional ? c10::optional<c10::IValue>(c10::IValue()) : c10::nullopt);
        }
        // Arguments with a default come last in code; where one does not, none has any.
        bool hasDefault = false, isInOrder = true;
        for (const c10::Argument& argument : arguments) {
            isInOrder = isInOrder && (!hasDefault || argument.default_value());
            hasDefault = hasDefault || argument.default_value();
        }
        if (!isInOrder)
            for (c10::Argument& argument : arguments)
                argument = c10::Argument(argument.name(), argument.type());
        return {"forward", "", std::move(arguments), {c10::Argument("", graph.outputs().front()->type())}};
    }

    const Model& m_model;
    StoredTensors& m_tensors;
    ModuleTree m_tree;
    std::unordered_map<TensorId, ModuleTree::Place> m_places;
    StatePlaces m_state;
    ModuleValues m_modules;
};

}  // namespace

torch::jit::Module scriptModule(const Model& model, StoredTensors& tensors)
{
    return ModuleBuilder(model, tensors).build();
}

std::optional<StatefulGraph> statefulGraph(const Model& model, StoredTensors& tensors, const StoredValueMaker& stored)
{
    ModuleTree tree;
    const StatePlaces places = addStateTo(tree, model, tensors, {});
    if (places.empty())
        return std::nullopt;
    const auto unit = std::make_shared<torch::jit::CompilationUnit>();
    StatefulGraph result{tree.build(unit, {}), {}};
    ModuleValues modules;
    const StateFinder state = [&](torch::jit::Graph& graph, const std::string& path) {
        const ModuleTree::Place& place = places.at(path);
        return StateAttribute{modules.find(graph, place.modules), place.attribute};
    };
    result.graph = buildAtenGraph(model, stored, result.state.type(), state);
    return result;
}

}  // namespace tenscope

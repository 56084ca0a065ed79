#include "core/torch/atengraph.h"

#include <torch/csrc/jit/frontend/schema_matching.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/graph/text.h"
#include "core/torch/attributes.h"
#include "core/torch/constants.h"
#include "core/torch/failure.h"
#include "core/torch/tensors.h"

namespace tenscope {

namespace {

using torch::jit::Block;
using torch::jit::Node;
using torch::jit::Value;

class Builder {
public:
    Builder(const Model& model, const StoredValueMaker& stored) : m_model(model), m_stored(stored) {}

    AtenGraph build(const c10::TypePtr& self, const StateFinder& state)
    {
        m_built.graph = std::make_shared<torch::jit::Graph>();
        torch::jit::Graph& graph = *m_built.graph;
        if (self)
            graph.addInput("self")->setType(self);
        const tenscope::Graph& main = m_model.graph(m_model.mainGraph);
        for (const ValueId input : main.inputs)
            m_built.values[input] = graph.addInput()->setType(torchType(m_model.value(input).type));
        torch::jit::WithInsertPoint guard(graph.block());
        for (const ValueId value : main.initializers)
            if (!m_model.value(value).uses().empty() || isOutput(main, value))
                m_built.values[value] = m_stored(graph, m_model.value(value).tensor);
        if (state)
            for (const auto& [path, node] : stateAttributes(m_model))
                m_state.emplace(path, state(graph, path));
        fill(m_model.mainGraph, graph.block());
        std::vector<Value*> outputs;
        for (const ValueId output : main.outputs)
            outputs.push_back(valueOf(output));
        if (outputs.size() == 1)
            graph.registerOutput(outputs.front());
        else
            graph.registerOutput(graph.insertNode(graph.createTuple(outputs))->output());
        return std::move(m_built);
    }

private:
    static bool isOutput(const tenscope::Graph& graph, ValueId value)
    {
        return std::find(graph.outputs.begin(), graph.outputs.end(), value) != graph.outputs.end();
    }

    Value* valueOf(ValueId id)
    {
        const auto known = m_built.values.find(id);
        if (known == m_built.values.end())
            throw Failure(Error::run("The model cannot be run: '" + (id ? m_model.value(id).name : std::string()) +
                                     "' is used before it is computed."));
        return known->second;
    }

    // The insertion point is the end of the block.
    void fill(GraphId id, Block* block)
    {
        for (const NodeId node : m_model.nodes(id)) {
            const Node* before = block->nodes().end()->prev();
            try {
                make(node);
            } catch (const Failure&) {
                throw;
            } catch (const std::exception& exception) {
                throw Failure(Error::run("LibTorch cannot run " + qualifiedName(m_model, node) + " (" + displayName(m_model, node) +
                                         "): " + essence(exception) + "."));
            }
            const Node* last = block->nodes().end()->prev();
            if (last != before)
                m_built.nodes[node] = {before->next(), last};
        }
    }

    void make(NodeId id)
    {
        const tenscope::Node& node = m_model.node(id);
        const Operator& op = m_model.op(id);
        if (!op.isKnown)
            throw Failure(Error::run(qualifiedName(m_model, id) + " cannot be run here."));
        if (op.domain == "prim" && makePrim(id, node, op))
            return;
        std::vector<Value*> arguments;
        for (const Input& input : node.inputs())
            arguments.push_back(valueOf(input.value));
        const Node* made = call(c10::Symbol::fromQualString(op.domain + "::" + op.name), arguments);
        if (made->outputs().size() < node.outputs().size())
            throw Failure(Error::run(qualifiedName(m_model, id) + " gives another number of results than expected."));
        for (std::size_t i = 0; i < node.outputs().size(); ++i)
            m_built.values[node.outputs()[i]] = const_cast<Value*>(made->outputs()[i]);
    }

    // The arguments in the order of the schema, as code would give them: some have to be named.
    struct Arguments {
        std::vector<std::string> names;  // empty for those without
        std::vector<const c10::FunctionSchema*> schemas;
    };

    // The overloads that so many arguments can be given to, by the names that these then need.
    static std::vector<Arguments> overloads(c10::Symbol symbol, std::size_t count)
    {
        std::vector<Arguments> groups;
        for (const auto& candidate : torch::jit::getAllOperatorsFor(symbol)) {
            const c10::FunctionSchema& schema = candidate->schema();
            if (count > schema.arguments().size() && !schema.is_vararg())
                continue;
            std::vector<std::string> names(count);
            for (std::size_t i = 0; i < std::min(count, schema.arguments().size()); ++i)
                if (schema.arguments()[i].kwarg_only())
                    names[i] = schema.arguments()[i].name();
            const auto known =
                std::find_if(groups.begin(), groups.end(), [&](const Arguments& group) { return group.names == names; });
            if (known == groups.end())
                groups.push_back({std::move(names), {&schema}});
            else
                known->schemas.push_back(&schema);
        }
        return groups;
    }

    // The first overload that takes the arguments as they are, else the first that takes them with implicit conversions.
    const Node* call(c10::Symbol symbol, const std::vector<Value*>& arguments)
    {
        for (const Arguments& group : overloads(symbol, arguments.size())) {
            std::vector<torch::jit::NamedValue> plain, named;
            for (std::size_t i = 0; i < arguments.size(); ++i) {
                if (group.names[i].empty())
                    plain.emplace_back(arguments[i]);
                else
                    named.emplace_back(group.names[i], arguments[i]);
            }
            try {
                const auto matched =
                    torch::jit::matchSchemas(group.schemas, torch::jit::SourceRange(), graph(), plain, named).second;
                Node* made = graph().insertNode(graph().create(symbol, matched.inputs, 0));
                for (const c10::TypePtr& type : matched.return_types)
                    made->addOutput()->setType(type);
                return made;
            } catch (const torch::jit::ErrorReport&) {
                // Not these.
            }
        }
        std::string types;
        for (const Value* argument : arguments)
            types += (types.empty() ? "" : ", ") + argument->type()->repr_str();
        throw Failure(Error::run("LibTorch " TORCH_VERSION " has no " + std::string(symbol.toQualString()) + " for (" + types + ")."));
    }

    bool makePrim(NodeId id, const tenscope::Node& node, const Operator& op)
    {
        const auto inputs = [&] {
            std::vector<Value*> values;
            for (const Input& input : node.inputs())
                values.push_back(valueOf(input.value));
            return values;
        };
        const auto set = [&](const Node* made) {
            for (std::size_t i = 0; i < node.outputs().size(); ++i)
                m_built.values[node.outputs()[i]] = const_cast<Value*>(made->outputs()[i]);
        };
        const auto outputType = [&](std::size_t i) { return m_model.value(node.outputs()[i]).type; };
        if (op.name == "Constant") {
            m_built.values[node.outputs().front()] = constant(node);
        } else if (op.name == "ListConstruct") {
            const c10::TypePtr type = torchType(outputType(0));
            const auto* list = type->castRaw<c10::ListType>();
            set(graph().insertNode(graph().createList(list ? list->getElementType() : c10::TensorType::get(), inputs())));
        } else if (op.name == "TupleConstruct") {
            set(graph().insertNode(graph().createTuple(inputs())));
        } else if (op.name == "ListUnpack") {
            set(graph().insertNode(graph().createListUnpack(inputs().front(), node.outputs().size())));
        } else if (op.name == "TupleUnpack") {
            set(graph().insertNode(graph().createTupleUnpack(inputs().front())));
        } else if (op.name == "TupleIndex") {
            set(graph().insertNode(graph().createTupleIndex(inputs()[0], inputs()[1], memberType(inputs()[0], inputs()[1]))));
        } else if (op.name == "DictConstruct") {
            makeDictionary(node, inputs());
        } else if (op.name == "CreateObject") {
            m_objects[node.outputs().front()] = {insertionBlock(), {}};
        } else if (op.name == "Enter" || op.name == "Exit") {
            // What __enter__ and __exit__ do has been inlined.
            if (!node.outputs().empty())
                m_built.values[node.outputs().front()] = graph().insertConstant(c10::IValue());
        } else if (const auto object = localObject(node, op); object != m_objects.end()) {
            useLocalObject(id, node, object->second);
        } else if (op.name == "GetAttr" || op.name == "SetAttr") {
            const StateAttribute& attribute = stateOf(id, node);
            if (op.name == "GetAttr") {
                m_built.values[node.outputs().front()] = graph().insertGetAttr(attribute.object, attribute.name);
            } else {
                Node* made = graph().create(c10::prim::SetAttr, {attribute.object, inputs().front()}, 0);
                made->s_(c10::attr::name, attribute.name);
                graph().insertNode(made);
            }
        } else if (op.name == "Print") {
            graph().insertNode(graph().create(c10::prim::Print, inputs(), 0));
        } else if (op.name == "If" || op.name == "Loop") {
            makeBlocks(id, node, op.name == "If");
        } else if (op.name == "tolist" || op.name == "unchecked_unwrap_optional" || op.name == "unchecked_cast" ||
                   op.name == "Uninitialized") {
            Node* made = graph().create(c10::Symbol::fromQualString("prim::" + op.name), inputs(), node.outputs().size());
            for (std::size_t i = 0; i < node.outputs().size(); ++i)
                made->outputs()[i]->setType(torchType(outputType(i)));
            set(graph().insertNode(made));
        } else {
            return false;
        }
        return true;
    }

    // An object that the code makes for itself, as `with torch.no_grad()` does: its attributes are values of the block that it is made in.
    struct LocalObject {
        const Block* block = nullptr;
        std::unordered_map<std::string, Value*> attributes;
    };
    using LocalObjects = std::unordered_map<ValueId, LocalObject>;

    LocalObjects::iterator localObject(const tenscope::Node& node, const Operator& op)
    {
        const std::size_t others = op.name == "GetAttr" ? 0 : op.name == "SetAttr" ? 1 : node.inputs().size();
        return node.inputs().size() > others ? m_objects.find(node.inputs().front().value) : m_objects.end();
    }

    void useLocalObject(NodeId id, const tenscope::Node& node, LocalObject& object)
    {
        const Attribute* attribute = node.attribute("name");
        const auto* name = attribute ? std::get_if<std::string>(&attribute->value) : nullptr;
        const auto refuse = [&] { throw Failure(Error::run(qualifiedName(m_model, id) + " on an object of the model's own classes cannot be run here.")); };
        // What another block assigns is not what all that follows would read.
        if (!name || insertionBlock() != object.block)
            refuse();
        if (node.outputs().empty()) {
            object.attributes[*name] = valueOf(node.inputs()[1].value);
            return;
        }
        const auto known = object.attributes.find(*name);
        if (known == object.attributes.end())
            refuse();
        m_built.values[node.outputs().front()] = known->second;
    }

    const Block* insertionBlock() { return graph().insertPoint()->owningBlock(); }

    const StateAttribute& stateOf(NodeId id, const tenscope::Node& node) const
    {
        const Attribute* path = node.attribute("name");
        const auto* text = path ? std::get_if<std::string>(&path->value) : nullptr;
        const auto known = text ? m_state.find(*text) : m_state.end();
        if (known == m_state.end())
            throw Failure(Error::run(qualifiedName(m_model, id) + " cannot be run here: it is about an attribute that the model assigns."));
        return known->second;
    }

    void makeBlocks(NodeId id, const tenscope::Node& node, bool isIf)
    {
        std::vector<Value*> inputs;
        for (const Input& input : node.inputs())
            inputs.push_back(valueOf(input.value));
        Node* made = graph().insertNode(
            graph().create(isIf ? c10::prim::If : c10::prim::Loop, inputs, node.outputs().size()));
        for (const GraphId bodyId : m_model.bodies(id)) {
            const tenscope::Graph& body = m_model.graph(bodyId);
            Block* block = made->addBlock();
            for (std::size_t i = 0; i < body.inputs.size(); ++i) {
                // A loop's body takes the number of the round and what is carried.
                const Type& ours = m_model.value(body.inputs[i]).type;
                const bool isCarried = !isIf && i > 0 && i + 1 < inputs.size() && ours.kind != Type::Kind::Optional;
                m_built.values[body.inputs[i]] =
                    block->addInput()->setType(isCarried ? c10::unshapedType(inputs[i + 1]->type()) : torchType(ours));
            }
            torch::jit::WithInsertPoint guard(block);
            fill(bodyId, block);
            for (const ValueId output : body.outputs)
                block->registerOutput(valueOf(output));
        }
        for (std::size_t i = 0; i < node.outputs().size(); ++i) {
            const Block* first = made->blocks().front();
            const c10::TypePtr known = first->outputs()[isIf ? i : i + 1]->type();
            const Type& ours = m_model.value(node.outputs()[i]).type;
            const bool isOptional = ours.kind == Type::Kind::Optional || known->kind() == c10::TypeKind::NoneType;
            made->outputs()[i]->setType(isOptional ? torchType(ours) : c10::unshapedType(known));
            m_built.values[node.outputs()[i]] = made->outputs()[i];
        }
    }

    // The type of the member of a tuple that a constant index means; a tensor where that is not known.
    static c10::TypePtr memberType(const Value* tuple, Value* index)
    {
        const auto number = torch::jit::toIValue(index);
        const auto* type = tuple->type()->castRaw<c10::TupleType>();
        if (!type || !number || !number->isInt())
            return c10::TensorType::get();
        const auto count = std::int64_t(type->elements().size());
        const std::int64_t at = number->toInt() + (number->toInt() < 0 ? count : 0);
        return at >= 0 && at < count ? type->elements()[std::size_t(at)] : c10::TypePtr(c10::TensorType::get());
    }

    // The inputs are key, value, key, value …
    void makeDictionary(const tenscope::Node& node, const std::vector<Value*>& inputs)
    {
        std::vector<Value*> keys, values;
        for (std::size_t i = 0; i + 1 < inputs.size(); i += 2) {
            keys.push_back(inputs[i]);
            values.push_back(inputs[i + 1]);
        }
        const c10::TypePtr type = torchType(m_model.value(node.outputs().front()).type);
        const auto* map = type->castRaw<c10::DictType>();
        if (!map)
            throw Failure(Error::run("A dictionary of an unknown type cannot be made."));
        const auto* made = graph().insertNode(graph().createDict(map->getKeyType(), map->getValueType(), keys, values));
        m_built.values[node.outputs().front()] = const_cast<Value*>(made->output());
    }

    Value* constant(const tenscope::Node& node)
    {
        const Attribute* attribute = node.attribute("value");
        const Type& type = m_model.value(node.outputs().front()).type;
        if (!attribute || std::holds_alternative<std::monostate>(attribute->value)) {
            Value* none = graph().insertConstant(c10::IValue());
            return type.kind == Type::Kind::Optional ? none->setType(torchType(type)) : none;
        }
        if (const auto* tensor = std::get_if<TensorId>(&attribute->value))
            return m_stored(graph(), *tensor);
        if (const auto* tensors = std::get_if<std::vector<TensorId>>(&attribute->value)) {
            std::vector<Value*> members;
            for (const TensorId tensor : *tensors)
                members.push_back(m_stored(graph(), tensor));
            return graph().insertNode(graph().createList(c10::TensorType::get(), members))->output();
        }
        if (const auto* text = std::get_if<std::string>(&attribute->value); text && type.kind == Type::Kind::Device)
            return graph().insertConstant(c10::Device(*text));
        return graph().insertConstant(constantValue(attribute->value));
    }

    torch::jit::Graph& graph() { return *m_built.graph; }

    const Model& m_model;
    const StoredValueMaker& m_stored;
    std::unordered_map<std::string, StateAttribute> m_state;  // by path
    LocalObjects m_objects;
    AtenGraph m_built;
};

}  // namespace

c10::TypePtr torchType(const Type& type)
{
    const auto argument = [&](std::size_t i) -> c10::TypePtr {
        return i < type.arguments.size() ? torchType(type.arguments[i]) : c10::TypePtr(c10::TensorType::get());
    };
    switch (type.kind) {
    case Type::Kind::Int: return c10::IntType::get();
    case Type::Kind::Float: return c10::FloatType::get();
    case Type::Kind::Bool: return c10::BoolType::get();
    case Type::Kind::String: return c10::StringType::get();
    case Type::Kind::Complex: return c10::ComplexType::get();
    case Type::Kind::None: return c10::NoneType::get();
    case Type::Kind::Device: return c10::DeviceObjType::get();
    case Type::Kind::Sequence: return c10::ListType::create(argument(0));
    case Type::Kind::Optional: return c10::OptionalType::create(argument(0));
    case Type::Kind::Map: return c10::DictType::create(argument(0), argument(1));
    case Type::Kind::Tuple: {
        std::vector<c10::TypePtr> members;
        for (const Type& member : type.arguments)
            members.push_back(torchType(member));
        return c10::TupleType::create(std::move(members));
    }
    default: return c10::TensorType::get();
    }
}

AtenGraph buildAtenGraph(const Model& model, const StoredValueMaker& stored, const c10::TypePtr& self, const StateFinder& state)
{
    return Builder(model, stored).build(self, state);
}

std::map<std::string, NodeId> stateAttributes(const Model& model)
{
    std::map<std::string, NodeId> result;
    for (std::size_t i = 0; i < model.nodeCount(); ++i) {
        const tenscope::Node& node = model.node(NodeId(i));
        if (!node.isAlive() || model.op(NodeId(i)).domain != "prim" ||
            (model.op(NodeId(i)).name != "GetAttr" && model.op(NodeId(i)).name != "SetAttr"))
            continue;
        if (node.inputs().size() > (node.outputs().empty() ? 1u : 0u))
            continue;  // of an object that the code makes
        const Attribute* path = node.attribute("name");
        const auto* text = path ? std::get_if<std::string>(&path->value) : nullptr;
        if (!text)
            continue;
        const auto [entry, isNew] = result.emplace(*text, NodeId(i));
        if (!isNew && node.attribute(initialState))
            entry->second = NodeId(i);
    }
    return result;
}

}  // namespace tenscope

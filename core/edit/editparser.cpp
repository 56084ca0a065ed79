#include "core/edit/editparser.h"

#include <nlohmann/json.hpp>

#include <algorithm>

#include "core/edit/apply.h"
#include "core/edit/editrecorder.h"
#include "core/edit/float16.h"
#include "core/edit/fragment.h"
#include "core/edit/recipes.h"
#include "core/edit/tensorrecipes.h"

namespace tenscope {

namespace {

constexpr int deepest = 64;

Edit made(Result<Edit> edit)
{
    if (!edit)
        throw ScriptFault{edit.error().message};
    return std::move(*edit);
}

}  // namespace

bool EditParser::has(const char* key) const
{
    return m_json->contains(key) && !(*m_json)[key].is_null();
}

const Json& EditParser::at(const char* key) const
{
    if (!m_json->contains(key))
        throw ScriptFault{std::string("\"") + key + "\" is missing"};
    return (*m_json)[key];
}

std::string EditParser::text(const char* key) const
{
    if (!at(key).is_string())
        throw ScriptFault{std::string("\"") + key + "\" is a text"};
    return at(key).get<std::string>();
}

std::string EditParser::textOr(const char* key, std::string fallback) const
{
    return has(key) ? text(key) : fallback;
}

std::int64_t EditParser::integer(const Json& json, const char* what) const
{
    if (!json.is_number_integer())
        throw ScriptFault{std::string("\"") + what + "\" is a whole number"};
    return json.get<std::int64_t>();
}

std::size_t EditParser::count(const char* key) const
{
    const std::int64_t number = integer(at(key), key);
    if (number < 0 || number > 0xffffffff)
        throw ScriptFault{std::string("\"") + key + "\" counts from 0"};
    return std::size_t(number);
}

std::optional<std::size_t> EditParser::position() const
{
    return has("position") ? std::optional(count("position")) : std::nullopt;
}

// By name: in the graph that the edit names, else in the model's own, else anywhere, where it must be the only one.
template <class Id, class Named>
Id EditParser::find(const std::string& name, const char* what, std::size_t size, Named named) const
{
    std::vector<Id> found;
    for (std::size_t i = 0; i < size; ++i) {
        const auto& object = named(Id(i));
        if (object.isAlive() && object.name == name)
            found.push_back(Id(i));
    }
    const GraphId wanted = has("graph") ? graph() : m_model.mainGraph;
    std::vector<Id> there = found;
    std::erase_if(there, [&](Id id) { return named(id).graph != wanted; });
    if (!there.empty() || has("graph"))
        found = there;
    if (found.empty())
        throw ScriptFault{std::string("there is no ") + what + " \"" + name + '"'};
    if (found.size() > 1)
        throw ScriptFault{"there are " + std::to_string(found.size()) + " of the name \"" + name + "\"; say in which \"graph\", or use its id"};
    return found.front();
}

NodeId EditParser::node(const Json& json) const
{
    if (json.is_object() && json.contains("output")) {
        const ValueId output = value(json["output"]);
        if (!m_model.value(output).producer())
            throw ScriptFault{"no node computes \"" + m_model.value(output).name + '"'};
        return m_model.value(output).producer();
    }
    if (json.is_string())
        return find<NodeId>(json.get<std::string>(), "node", m_model.nodeCount(), [&](NodeId id) -> const Node& { return m_model.node(id); });
    const std::int64_t number = integer(json, "node");
    if (number < 0 || std::uint64_t(number) >= m_model.nodeCount())
        throw ScriptFault{"there is no node number " + std::to_string(number)};
    return NodeId(std::size_t(number));
}

ValueId EditParser::value(const Json& json) const
{
    if (json.is_string())
        return find<ValueId>(json.get<std::string>(), "value", m_model.valueCount(), [&](ValueId id) -> const Value& { return m_model.value(id); });
    const std::int64_t number = integer(json, "value");
    if (number < 0 || std::uint64_t(number) >= m_model.valueCount())
        throw ScriptFault{"there is no value number " + std::to_string(number)};
    return ValueId(std::size_t(number));
}

ValueId EditParser::optionalValue(const Json& json) const
{
    return json.is_null() ? ValueId() : value(json);
}

GraphId EditParser::graph() const
{
    return has("graph") ? graph(at("graph")) : m_model.mainGraph;
}

GraphId EditParser::graph(const Json& json) const
{
    if (json.is_object() && json.contains("function") && json["function"].is_string()) {
        const std::string name = json["function"].get<std::string>();
        for (const Function& function : m_model.functions)
            if (function.name == name && (!json.contains("domain") || json["domain"] == function.domain))
                return function.graph;
        throw ScriptFault{"there is no function \"" + name + '"'};
    }
    if (json.is_object() && json.contains("node") && json.contains("attribute") && json["attribute"].is_string()) {
        // The node's own name is looked up everywhere: its graph is what is being asked for.
        const Json inner = {{"node", json["node"]}};
        EditParser parser(m_model, m_load);
        parser.m_json = &inner;
        const NodeId owner = parser.node("node");
        const std::string name = json["attribute"].get<std::string>();
        const Attribute* attribute = m_model.node(owner).attribute(name);
        if (attribute)
            if (const auto* body = std::get_if<GraphId>(&attribute->value))
                return *body;
        const std::int64_t index = json.contains("index") ? integer(json["index"], "index") : 0;
        if (attribute)
            if (const auto* bodies = std::get_if<std::vector<GraphId>>(&attribute->value); bodies && index >= 0 && std::uint64_t(index) < bodies->size())
                return (*bodies)[std::size_t(index)];
        throw ScriptFault{"the node has no body \"" + name + '"'};
    }
    const std::int64_t number = integer(json, "graph");
    if (number < 0 || std::uint64_t(number) >= m_model.graphCount())
        throw ScriptFault{"there is no graph number " + std::to_string(number)};
    return GraphId(std::size_t(number));
}

TensorId EditParser::tensor() const
{
    if (has("tensor")) {
        const std::size_t number = count("tensor");
        if (number >= m_model.tensorCount())
            throw ScriptFault{"there is no tensor number " + std::to_string(number)};
        return TensorId(number);
    }
    if (has("value")) {
        const ValueId id = value("value");
        if (!m_model.value(id).tensor)
            throw ScriptFault{"\"" + m_model.value(id).name + "\" is not a stored tensor"};
        return m_model.value(id).tensor;
    }
    const Attribute* attribute = m_model.node(node("node")).attribute(text("attribute"));
    const auto* held = attribute ? std::get_if<TensorId>(&attribute->value) : nullptr;
    if (!held)
        throw ScriptFault{"the node has no tensor \"" + text("attribute") + '"'};
    return *held;
}

Place EditParser::place() const
{
    if (has("node"))
        return node("node");
    if (has("tensor"))
        return tensor();
    if (has("of_value"))
        return value("of_value");
    if (has("graph"))
        return graph();
    return {};
}

NewValue EditParser::newValue(const Json& json) const
{
    if (json.is_null())
        return {};
    if (json.is_string())
        return {json.get<std::string>(), {}};
    if (!json.is_object() || !json.contains("name") || !json["name"].is_string())
        throw ScriptFault{"a new value is a name, or an object with \"name\" and \"type\""};
    return {json["name"].get<std::string>(), json.contains("type") ? typeFromJson(json["type"]) : Type()};
}

Operator EditParser::op() const
{
    const std::string domain = textOr("domain", "");
    return {domain == "ai.onnx" ? "" : domain, text("op"), textOr("overload", ""), {}, {}};
}

std::size_t EditParser::portPosition(const std::vector<ValueId>& ports) const
{
    if (has("position"))
        return count("position");
    const ValueId wanted = value("value");
    const auto found = std::find(ports.begin(), ports.end(), wanted);
    if (found == ports.end())
        throw ScriptFault{"\"" + m_model.value(wanted).name + "\" is not among them"};
    return std::size_t(found - ports.begin());
}

AddNode EditParser::parseAddNode()
{
    AddNode add;
    add.graph = graph();
    add.op = op();
    add.name = textOr("name", "");
    if (has("scope")) {
        const std::size_t scope = count("scope");
        if (scope >= m_model.scopeCount())
            throw ScriptFault{"there is no module number " + std::to_string(scope)};
        add.scope = ScopeId(scope);
    }
    if (has("inputs"))
        for (const Json& input : at("inputs"))
            add.inputs.push_back(optionalValue(input));
    if (has("outputs"))
        for (const Json& output : at("outputs"))
            add.outputs.push_back(newValue(output));
    if (has("attributes")) {
        const Json& attributes = at("attributes");
        if (attributes.is_object()) {
            for (const auto& [name, json] : attributes.items())
                add.attributes.push_back(attributeFromJson(m_model, name, "", json, nullptr, m_load));
        } else {
            for (const Json& attribute : attributes) {
                if (!attribute.is_object() || !attribute.contains("name") || !attribute["name"].is_string() || !attribute.contains("value"))
                    throw ScriptFault{"an attribute has \"name\", \"type\" and \"value\""};
                const bool isTyped = attribute.contains("type") && attribute["type"].is_string();
                add.attributes.push_back(attributeFromJson(m_model, attribute["name"].get<std::string>(),
                                                           isTyped ? attribute["type"].get<std::string>() : "", attribute["value"], nullptr, m_load));
            }
        }
    }
    if (has("before"))
        add.before = node("before");
    return add;
}

Edit EditParser::parseNodeEdit(const std::string& kind)
{
    if (kind == "add_node")
        return parseAddNode();
    const NodeId id = node("node");
    if (kind == "rename_node")
        return RenameNode{id, text("name")};
    if (kind == "remove_node") {
        if (has("bypass") && at("bypass") == true)
            return made(bypassNode(m_model, id));
        return RemoveNode{id};
    }
    if (kind == "move_node")
        return MoveNode{id, has("before") ? node("before") : NodeId()};
    if (kind == "set_operator")
        return SetOperator{id, op()};
    if (kind == "set_input")
        return SetInput{id, std::uint32_t(count("input")), optionalValue(at("value"))};
    if (kind == "set_inputs") {
        SetInputs set{id, {}};
        for (const Json& value : at("values"))
            set.values.push_back(optionalValue(value));
        return set;
    }
    if (kind == "add_node_output")
        return AddNodeOutput{id, {textOr("name", ""), has("type") ? typeFromJson(at("type")) : Type()}};
    if (kind == "remove_node_output")
        return RemoveLastNodeOutput{id};
    if (kind == "remove_attribute")
        return RemoveAttribute{id, text("name")};
    if (kind == "add_body")
        return AddBody{id, text("attribute"), textOr("name", ""), has("in_list") && at("in_list") == true};
    const std::string name = text("name");
    const Attribute* present = id.index() < m_model.nodeCount() ? m_model.node(id).attribute(name) : nullptr;
    return SetAttribute{id, attributeFromJson(m_model, name, textOr("type", ""), at("value"), present ? &present->value : nullptr, m_load),
                        position()};
}

Edit EditParser::parseGraphEdit(const std::string& kind)
{
    if (kind == "rename_value")
        return RenameValue{value("value"), text("name")};
    if (kind == "set_value_type")
        return SetValueType{value("value"), typeFromJson(at("type"))};
    if (kind == "remove_stored_tensor")
        return RemoveStoredTensor{value("value")};
    if (kind == "replace_tensor")
        return ReplaceTensor{tensor(), tensorFromJson(m_model, at("content"), m_load)};
    if (kind == "rename_tensor")
        return RenameTensor{tensor(), text("name")};
    const GraphId id = graph();
    if (!id)
        throw ScriptFault{"the model has no graph"};
    if (kind == "rename_graph")
        return RenameGraph{id, text("name")};
    if (kind == "add_stored_tensor")
        return AddStoredTensor{id, text("name"), tensorFromJson(m_model, at("tensor"), m_load), has("parameter") && at("parameter") == true};
    if (kind == "add_graph_input") {
        if (has("value"))
            return AddGraphInput{id, {}, value("value"), position()};
        return AddGraphInput{id, {text("name"), has("type") ? typeFromJson(at("type")) : Type()}, {}, position()};
    }
    if (kind == "remove_graph_input")
        return RemoveGraphInput{id, portPosition(m_model.graph(id).inputs)};
    if (kind == "add_graph_output")
        return AddGraphOutput{id, value("value"), position()};
    if (kind == "remove_graph_output")
        return RemoveGraphOutput{id, portPosition(m_model.graph(id).outputs)};
    return SetGraphOutput{id, count("position"), value("value")};
}

Edit EditParser::parseTextEdit(const std::string& kind)
{
    if (kind == "set_doc_string")
        return SetDocString{place(), text("text")};
    if (kind == "set_model_info")
        return SetModelInfo{has("ir_version") ? integer(at("ir_version"), "ir_version") : m_model.irVersion, textOr("domain", m_model.domain),
                            has("model_version") ? integer(at("model_version"), "model_version") : m_model.modelVersion};
    if (kind == "set_opset") {
        const std::string domain = textOr("domain", "");
        return SetOpset{domain == "ai.onnx" ? "" : domain,
                        has("version") ? std::optional(integer(at("version"), "version")) : std::nullopt, has("graph") ? graph() : GraphId()};
    }
    const Place where = place();
    MetadataEntries entries;
    if (has("entries")) {
        for (const Json& entry : at("entries")) {
            if (!entry.is_array() || entry.size() != 2 || !entry[0].is_string() || !entry[1].is_string())
                throw ScriptFault{"\"entries\" is a list of [\"key\", \"value\"]"};
            entries.emplace_back(entry[0].get<std::string>(), entry[1].get<std::string>());
        }
        return SetMetadata{where, std::move(entries)};
    }
    entries = metadataAt(m_model, where);
    const std::string key = text("key");
    const auto found = std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.first == key; });
    if (!has("value")) {
        if (found != entries.end())
            entries.erase(found);
    } else if (found != entries.end()) {
        found->second = text("value");
    } else {
        entries.emplace_back(key, text("value"));
    }
    return SetMetadata{where, std::move(entries)};
}

Edit EditParser::parseRecipe(const std::string& kind)
{
    if (kind == "replace_uses")
        return made(replaceUses(m_model, value("value"), value("by")));
    if (kind == "remove_identities")
        return made(removeIdentities(m_model));
    if (kind == "remove_dead_nodes")
        return made(removeDeadNodes(m_model));
    if (kind == "remove_unused_tensors")
        return made(removeUnusedTensors(m_model));
    if (kind == "set_batch") {
        const Json& to = at("to");
        if (to.is_string())
            return made(setBatch(m_model, {-1, to.get<std::string>()}));
        const std::int64_t size = integer(to, "to");
        if (size < 0)
            throw ScriptFault{"a batch has no negative size"};
        return made(setBatch(m_model, {size, {}}));
    }
    if (kind == "to_float16")
        return made(toFloat16(m_model));
    std::vector<NodeId> nodes;
    for (const Json& one : at("nodes"))
        nodes.push_back(node(one));
    if (kind == "extract")
        return made(extract(m_model, nodes));
    if (nodes.empty())
        throw ScriptFault{"there are no nodes to duplicate"};
    InsertOptions options;
    options.isSameModel = true;
    return made(insertNodes(m_model, m_model.node(nodes.front()).graph, m_model, nodes, options));
}

Edit EditParser::parseTensorRecipe(const std::string& kind)
{
    if (kind == "share_tensor")
        return made(shareTensor(m_model, value("with"), value("value")));
    if (kind == "unshare_tensor")
        return made(unshareTensor(m_model, node("node"), std::uint32_t(count("input"))));
    const TensorId id = tensor();
    if (id.index() >= m_model.tensorCount())
        throw ScriptFault{"there is no such tensor"};
    if (kind == "cast_tensor") {
        const auto to = elementTypeFromName(text("to"));
        if (!to)
            throw ScriptFault{"there is no element type \"" + text("to") + '"'};
        return made(castTensor(m_model, id, *to));
    }
    const char* const key = kind == "fill_tensor" ? "with" : "to";
    if (!at(key).is_number())
        throw ScriptFault{'"' + std::string(key) + "\" is a number"};
    const double number = at(key).get<double>();
    return made(kind == "fill_tensor" ? fillTensor(m_model, id, number) : setElement(m_model, id, count("element"), number));
}

Edit EditParser::parseMerge()
{
    if (!m_loadModel)
        throw ScriptFault{"no other models can be read here"};
    const Result<Model> from = m_loadModel(text("model"));
    if (!from)
        throw ScriptFault{from.error().message};
    std::map<ValueId, ValueId> joined;
    if (has("joined")) {
        const TensorLoader none;
        const Json nowhere = Json::object();  // "graph" is said of this model
        EditParser theirs(*from, none);
        theirs.m_json = &nowhere;
        for (const auto& [input, output] : at("joined").items()) {
            const ValueId read = theirs.value(Json(input)), made = value(output);
            const std::vector<ValueId>& inputs = from->graph(from->mainGraph).inputs;
            if (std::find(inputs.begin(), inputs.end(), read) == inputs.end())
                throw ScriptFault{'"' + input + "\" is no input of the model that is merged"};
            joined.emplace(read, made);
        }
    }
    return made(mergeModel(m_model, *from, joined, textOr("prefix", "")));
}

// Later edits may name what earlier ones made.
Edit EditParser::parseMacro(int depth)
{
    if (!at("edits").is_array())
        throw ScriptFault{"\"edits\" is a list"};
    EditRecorder recorder(m_model);
    for (const Json& json : at("edits")) {
        Edit edit = EditParser(recorder.model(), m_load, m_loadModel).parse(json, depth + 1);
        if (auto added = recorder.add(std::move(edit)); !added)
            throw ScriptFault{added.error().message};
    }
    Edit macro = recorder.take();
    std::get<Macro>(macro).title = textOr("title", "");
    return macro;
}

Edit EditParser::parse(const Json& json, int depth)
{
    if (!json.is_object() || !json.contains("edit") || !json["edit"].is_string())
        throw ScriptFault{"an edit is an object with \"edit\": its kind"};
    if (depth > deepest)
        throw ScriptFault{"macros are nested too deep"};
    m_json = &json;
    const std::string kind = json["edit"].get<std::string>();
    const auto isOneOf = [&](std::initializer_list<const char*> kinds) {
        return std::any_of(kinds.begin(), kinds.end(), [&](const char* one) { return kind == one; });
    };
    if (isOneOf({"add_node", "rename_node", "remove_node", "move_node", "set_operator", "set_input", "set_inputs", "add_node_output",
                 "remove_node_output", "set_attribute", "remove_attribute", "add_body"}))
        return parseNodeEdit(kind);
    if (isOneOf({"rename_value", "set_value_type", "rename_graph", "add_graph_input", "remove_graph_input", "add_graph_output",
                 "remove_graph_output", "set_graph_output", "add_stored_tensor", "remove_stored_tensor", "replace_tensor", "rename_tensor"}))
        return parseGraphEdit(kind);
    if (isOneOf({"set_metadata", "set_doc_string", "set_model_info", "set_opset"}))
        return parseTextEdit(kind);
    if (isOneOf({"replace_uses", "remove_identities", "remove_dead_nodes", "remove_unused_tensors", "set_batch", "extract", "duplicate",
                 "to_float16"}))
        return parseRecipe(kind);
    if (isOneOf({"cast_tensor", "fill_tensor", "set_element", "share_tensor", "unshare_tensor"}))
        return parseTensorRecipe(kind);
    if (kind == "merge")
        return parseMerge();
    if (kind == "macro")
        return parseMacro(depth);
    throw ScriptFault{"there is no kind of edit \"" + kind + '"'};
}

}  // namespace tenscope

#include "core/edit/editscript.h"

#include <nlohmann/json.hpp>

#include <exception>

#include "core/edit/apply.h"
#include "core/edit/editjson.h"
#include "core/edit/editparser.h"

namespace tenscope {

namespace {

Json placeToJson(const Place& place)
{
    Json json = Json::object();
    if (const auto* node = std::get_if<NodeId>(&place))
        json["node"] = node->index();
    else if (const auto* value = std::get_if<ValueId>(&place))
        json["of_value"] = value->index();
    else if (const auto* tensor = std::get_if<TensorId>(&place))
        json["tensor"] = tensor->index();
    else if (const auto* graph = std::get_if<GraphId>(&place))
        json["graph"] = graph->index();
    return json;
}

Json idOrNull(ValueId id)
{
    return id ? Json(id.index()) : Json();
}

Json newValueToJson(const NewValue& value)
{
    return {{"name", value.name}, {"type", typeToJson(value.type)}};
}

void putOperator(Json& json, const Operator& op)
{
    json["op"] = op.name;
    if (!op.domain.empty())
        json["domain"] = op.domain;
    if (!op.overload.empty())
        json["overload"] = op.overload;
}

void putPosition(Json& json, const std::optional<std::size_t>& position)
{
    if (position)
        json["position"] = *position;
}

class EditPrinter {
public:
    explicit EditPrinter(const Model& model) : m_model(model) {}

    Json print(const Edit& edit)
    {
        m_json = {{"edit", kind(edit)}};
        std::visit([this](const auto& one) { put(one); }, edit);
        return std::move(m_json);
    }

private:
    void put(const RenameNode& edit)
    {
        m_json["node"] = edit.node.index();
        m_json["name"] = edit.name;
    }
    void put(const AddNode& edit)
    {
        m_json["graph"] = edit.graph.index();
        putOperator(m_json, edit.op);
        m_json["name"] = edit.name;
        if (edit.scope)
            m_json["scope"] = edit.scope.index();
        m_json["inputs"] = Json::array();
        for (const ValueId input : edit.inputs)
            m_json["inputs"].push_back(idOrNull(input));
        m_json["outputs"] = Json::array();
        for (const NewValue& output : edit.outputs)
            m_json["outputs"].push_back(newValueToJson(output));
        m_json["attributes"] = Json::array();
        for (const NewAttribute& attribute : edit.attributes)
            m_json["attributes"].push_back(attributeToJson(m_model, attribute));
        if (edit.before)
            m_json["before"] = edit.before.index();
    }
    void put(const RemoveNode& edit) { m_json["node"] = edit.node.index(); }
    void put(const MoveNode& edit)
    {
        m_json["node"] = edit.node.index();
        if (edit.before)
            m_json["before"] = edit.before.index();
    }
    void put(const SetOperator& edit)
    {
        m_json["node"] = edit.node.index();
        putOperator(m_json, edit.op);
    }
    void put(const SetInput& edit)
    {
        m_json["node"] = edit.node.index();
        m_json["input"] = edit.input;
        m_json["value"] = idOrNull(edit.value);
    }
    void put(const SetInputs& edit)
    {
        m_json["node"] = edit.node.index();
        m_json["values"] = Json::array();
        for (const ValueId value : edit.values)
            m_json["values"].push_back(idOrNull(value));
    }
    void put(const AddNodeOutput& edit)
    {
        m_json["node"] = edit.node.index();
        m_json["name"] = edit.value.name;
        m_json["type"] = typeToJson(edit.value.type);
    }
    void put(const RemoveLastNodeOutput& edit) { m_json["node"] = edit.node.index(); }
    void put(const SetAttribute& edit)
    {
        m_json["node"] = edit.node.index();
        m_json.update(attributeToJson(m_model, edit.attribute));
        putPosition(m_json, edit.position);
    }
    void put(const RemoveAttribute& edit)
    {
        m_json["node"] = edit.node.index();
        m_json["name"] = edit.name;
    }
    void put(const AddBody& edit)
    {
        m_json["node"] = edit.node.index();
        m_json["attribute"] = edit.attribute;
        m_json["name"] = edit.name;
        m_json["in_list"] = edit.isInList;
    }
    void put(const RenameValue& edit)
    {
        m_json["value"] = edit.value.index();
        m_json["name"] = edit.name;
    }
    void put(const SetValueType& edit)
    {
        m_json["value"] = edit.value.index();
        m_json["type"] = typeToJson(edit.type);
    }
    void put(const RenameGraph& edit)
    {
        m_json["graph"] = edit.graph.index();
        m_json["name"] = edit.name;
    }
    void put(const AddGraphInput& edit)
    {
        m_json["graph"] = edit.graph.index();
        if (edit.value)
            m_json["value"] = edit.value.index();
        else
            m_json.update(newValueToJson(edit.newValue));
        putPosition(m_json, edit.position);
    }
    void put(const RemoveGraphInput& edit)
    {
        m_json["graph"] = edit.graph.index();
        m_json["position"] = edit.position;
    }
    void put(const AddGraphOutput& edit)
    {
        m_json["graph"] = edit.graph.index();
        m_json["value"] = edit.value.index();
        putPosition(m_json, edit.position);
    }
    void put(const RemoveGraphOutput& edit)
    {
        m_json["graph"] = edit.graph.index();
        m_json["position"] = edit.position;
    }
    void put(const SetGraphOutput& edit)
    {
        m_json["graph"] = edit.graph.index();
        m_json["position"] = edit.position;
        m_json["value"] = edit.value.index();
    }
    void put(const AddStoredTensor& edit)
    {
        m_json["graph"] = edit.graph.index();
        m_json["name"] = edit.name;
        m_json["tensor"] = tensorToJson(edit.tensor);
        m_json["parameter"] = edit.isParameter;
    }
    void put(const RemoveStoredTensor& edit) { m_json["value"] = edit.value.index(); }
    void put(const ReplaceTensor& edit)
    {
        m_json["tensor"] = edit.tensor.index();
        m_json["content"] = tensorToJson(edit.content);
    }
    void put(const RenameTensor& edit)
    {
        m_json["tensor"] = edit.tensor.index();
        m_json["name"] = edit.name;
    }
    void put(const SetMetadata& edit)
    {
        m_json.update(placeToJson(edit.place));
        m_json["entries"] = Json::array();
        for (const auto& [key, value] : edit.entries)
            m_json["entries"].push_back(Json::array({key, value}));
    }
    void put(const SetDocString& edit)
    {
        m_json.update(placeToJson(edit.place));
        m_json["text"] = edit.text;
    }
    void put(const SetModelInfo& edit)
    {
        m_json["ir_version"] = edit.irVersion;
        m_json["domain"] = edit.domain;
        m_json["model_version"] = edit.modelVersion;
    }
    void put(const SetOpset& edit)
    {
        m_json["domain"] = edit.domain;
        m_json["version"] = edit.version ? Json(*edit.version) : Json();
        if (edit.function)
            m_json["graph"] = edit.function.index();
    }
    void put(const Macro& edit)
    {
        Json json = std::move(m_json);
        json["title"] = edit.title;
        json["edits"] = Json::array();
        for (const Edit& one : edit.edits)
            json["edits"].push_back(print(one));
        m_json = std::move(json);
    }
    template <class Inverse>
    void put(const Inverse&)
    {
        throw ScriptFault{"what only undoes another edit cannot be written down"};
    }

    const Model& m_model;
    Json m_json;
};

Json parsed(std::string_view text)
{
    Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded())
        throw ScriptFault{"this is not JSON"};
    return json;
}

Error usage(const std::string& why)
{
    return Error::usage(why);
}

}  // namespace

Result<Edit> parseEdit(const Model& model, std::string_view text, const TensorLoader& load)
{
    try {
        return EditParser(model, load).parse(parsed(text));
    } catch (const ScriptFault& fault) {
        return fail(usage(fault.why));
    } catch (const std::exception& exception) {
        return fail(usage(exception.what()));
    }
}

Result<ScriptRun> runScript(Model& model, std::string_view text, const TensorLoader& load, const ModelLoader& loadModel)
{
    std::vector<Edit> inverses;
    const Model::Mark mark = model.mark();
    const auto takeBack = [&] {
        for (auto inverse = inverses.rbegin(); inverse != inverses.rend(); ++inverse)
            (void)applyEdit(model, *inverse);
        model.shrinkTo(mark);
    };
    std::string where;
    try {
        const Json script = parsed(text);
        if (script.is_object() && script.contains("tenscope_edits") && script["tenscope_edits"] != 1)
            throw ScriptFault{"this script is for a newer version of Tenscope"};
        if (!script.is_array() && !(script.is_object() && script.contains("edits") && script["edits"].is_array()))
            throw ScriptFault{"a script is a list of edits, or an object with the list \"edits\""};
        std::size_t number = 0;
        for (const Json& json : script.is_array() ? script : script["edits"]) {
            where = "edit " + std::to_string(++number);
            if (json.is_object() && json.contains("edit") && json["edit"].is_string())
                where += " (" + json["edit"].get<std::string>() + ')';
            where += ": ";
            Result<Edit> inverse = applyEdit(model, EditParser(model, load, loadModel).parse(json));
            if (!inverse)
                throw ScriptFault{inverse.error().message};
            inverses.push_back(std::move(*inverse));
        }
        ScriptRun run;
        run.edits = number;
        run.inverse = Macro{{std::make_move_iterator(inverses.rbegin()), std::make_move_iterator(inverses.rend())}, {}};
        return run;
    } catch (const ScriptFault& fault) {
        takeBack();
        return fail(usage(where + fault.why));
    } catch (const std::exception& exception) {
        takeBack();
        return fail(usage(where + exception.what()));
    }
}

Result<std::string> toJson(const Model& model, const Edit& edit)
{
    try {
        // Names may be any bytes; what is not UTF-8 is replaced, and the file's own bytes stay in the file.
        return EditPrinter(model).print(edit).dump(-1, ' ', false, Json::error_handler_t::replace);
    } catch (const ScriptFault& fault) {
        return fail(usage(fault.why));
    } catch (const std::exception& exception) {
        return fail(usage(exception.what()));
    }
}

}  // namespace tenscope

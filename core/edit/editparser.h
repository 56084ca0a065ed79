#pragma once

#include "core/edit/editjson.h"

namespace tenscope {

// One edit out of a script, its names looked up in the model as it stands. Throws ScriptFault.
class EditParser {
public:
    EditParser(const Model& model, const TensorLoader& load, const ModelLoader& loadModel = {})
        : m_model(model), m_load(load), m_loadModel(loadModel)
    {
    }

    Edit parse(const Json& json) { return parse(json, 0); }

private:
    Edit parse(const Json& json, int depth);
    Edit parseNodeEdit(const std::string& kind);
    Edit parseGraphEdit(const std::string& kind);
    Edit parseTextEdit(const std::string& kind);
    Edit parseRecipe(const std::string& kind);
    Edit parseTensorRecipe(const std::string& kind);
    Edit parseMerge();
    Edit parseMacro(int depth);
    AddNode parseAddNode();

    bool has(const char* key) const;
    const Json& at(const char* key) const;  // throws where it is missing
    std::string text(const char* key) const;
    std::string textOr(const char* key, std::string fallback) const;
    std::int64_t integer(const Json& json, const char* what) const;
    std::size_t count(const char* key) const;
    std::optional<std::size_t> position() const;

    NodeId node(const Json& json) const;
    NodeId node(const char* key) const { return node(at(key)); }
    ValueId value(const Json& json) const;
    ValueId value(const char* key) const { return value(at(key)); }
    ValueId optionalValue(const Json& json) const;
    GraphId graph() const;  // the member "graph", or the model's own
    GraphId graph(const Json& json) const;
    TensorId tensor() const;
    Place place() const;
    NewValue newValue(const Json& json) const;
    Operator op() const;
    std::size_t portPosition(const std::vector<ValueId>& ports) const;
    template <class Id, class Named>
    Id find(const std::string& name, const char* what, std::size_t count, Named named) const;

    const Model& m_model;
    const TensorLoader& m_load;
    ModelLoader m_loadModel;
    const Json* m_json = nullptr;
};

}  // namespace tenscope

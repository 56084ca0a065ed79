#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

#include "core/edit/editscript.h"

// The parts of core/edit/editscript: JSON for types, tensors and attribute values, and names for ids. For .cpp files only.
namespace tenscope {

// Object members stay in their order: people read the journal, and attributes have one.
using Json = nlohmann::ordered_json;

// A sentence about one member, thrown inside the parser and caught at its boundary.
struct ScriptFault {
    std::string why;
};

Json typeToJson(const Type& type);
Type typeFromJson(const Json& json);

// Data that lies in a file is named by its place; other data is written out.
Json tensorToJson(const Tensor& tensor);
Tensor tensorFromJson(const Model& model, const Json& json, const TensorLoader& load);

// {"name", "type", "value"}; tensors of the model are named by their ids, new ones are written out.
Json attributeToJson(const Model& model, const NewAttribute& attribute);
// `json` is the value, `type` may be empty; `present` (or null) is what the attribute holds now.
NewAttribute attributeFromJson(const Model& model, const std::string& name, const std::string& type, const Json& json,
                               const AttributeValue* present, const TensorLoader& load);

}  // namespace tenscope

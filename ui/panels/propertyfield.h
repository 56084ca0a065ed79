#pragma once

#include <QString>
#include <QStringList>
#include <string>
#include <variant>
#include <vector>

#include "core/edit/edit.h"

namespace tenscope {

// What a line of the properties changes when people type into it.
struct NodeNameField { NodeId node; };
// `kind` is an empty value of the attribute's kind, for attributes that not all nodes have yet.
struct AttributeField { std::vector<NodeId> nodes; std::string name; AttributeValue kind; bool isFloat32 = false; };
struct ValueNameField { ValueId value; };
struct ValueElementField { ValueId value; };
struct ValueShapeField { ValueId value; };
struct TensorNameField { TensorId tensor; };
struct DocStringField { Place place; };
struct MetadataField { Place place; std::string key; };
struct OpsetField { std::string domain; };
struct ModelInfoField { enum Which { IrVersion, Domain, ModelVersion } which; };

using PropertyField = std::variant<std::monostate, NodeNameField, AttributeField, ValueNameField, ValueElementField, ValueShapeField,
                                   TensorNameField, DocStringField, MetadataField, OpsetField, ModelInfoField>;

// The edit that gives the field what was typed; an empty Macro where that is what it is already. Fails (ErrorKind::Usage) with
// a sentence for people.
Result<Edit> fieldEdit(const Model& model, const PropertyField& field, const QString& typed);
// The edit that takes away what the field is of: an attribute, an entry of the metadata, an imported opset. Fails where that
// cannot be.
Result<Edit> fieldRemoval(const Model& model, const PropertyField& field);
bool isRemovable(const PropertyField& field);
// For the list of changes: "Set kernel_shape of Conv_0".
QString fieldTitle(const Model& model, const PropertyField& field);
// What may be typed where that is one of a few; empty elsewhere.
QStringList fieldChoices(const Model& model, const PropertyField& field);
// What can be typed there, for a tooltip and an empty editor.
QString fieldHint(const Model& model, const PropertyField& field);

}  // namespace tenscope

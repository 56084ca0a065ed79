#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QString>
#include <vector>

#include "core/graph/issue.h"
#include "core/graph/model.h"

namespace tenscope {

// Parts of models as the subcommands print them.

// Where an issue is: the node's, value's, tensor's or graph's name; empty for the model as a whole.
QString where(const Model& model, const Place& place);
QString severityName(Severity severity);
QJsonArray toJson(const Model& model, const std::vector<Issue>& issues);
// Lines for people: severity, text, place.
QString toText(const Model& model, const std::vector<Issue>& issues);

// "float32" of tensors whose element type is known, else the type as it is written ("int", "sequence(float32)", "tensor").
QString dtype(const Type& type);
// [1, "N", 224, 224]; "?" for dimensions that are not known; null where not even the rank is. Scalars have [].
QJsonValue shapeJson(const Type& type);
QString plainShape(const Type& type);
QJsonArray shapeJson(const std::vector<std::int64_t>& shape);
QString plainShape(const std::vector<std::int64_t>& shape);

// Names and types of graph inputs or outputs, as `info` prints them: [{name, dtype, shape}].
QJsonArray valuesJson(const Model& model, const std::vector<ValueId>& values);

}  // namespace tenscope

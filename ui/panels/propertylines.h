#pragma once

#include "core/graph/model.h"
#include "ui/panels/property.h"

// What the builders of property sheets share: lines, and texts about parts of a model.
namespace tenscope::propertylines {

inline constexpr std::size_t wholeText = 100000;  // bytes of one text on copy
inline constexpr std::size_t shownText = 160;     // bytes of one text in its line
inline constexpr int deepestPlumbing = 12;

// Translated in the context of the panel; n for plurals.
QString tr(const char* source, int n = -1);

Property section(const QString& title, std::vector<Property> lines);
Property line(const QString& key, const QString& value, PropertyTarget target = {});
Property note(const QString& sentence);
// The line, with what typing into it changes.
Property editable(const Model& model, Property line, PropertyField field);
// Adds the line unless there are too many already: false then, and the last one says how many are left out.
bool append(std::vector<Property>& lines, Property property, std::size_t total);
// Sections without lines are left out.
void addSection(PropertySheet& sheet, const QString& title, std::vector<Property> lines);

// "Conv · /conv1/Conv".
QString nodeTitle(const Model& model, NodeId node);
QString nameOf(const Model& model, ValueId value);
// "N×64×56×56 float32".
QString typeOf(const Model& model, ValueId value);
QString tensorType(const Tensor& tensor);
// Type, size and place in the file; or why the data is missing.
QString storageOf(const Model& model, const Tensor& tensor);

// One line for each node that reads the value, plumbing between them looked through, and for each graph it leaves by.
void addConsumerLines(const Model& model, ValueId value, Property& property);

}  // namespace tenscope::propertylines

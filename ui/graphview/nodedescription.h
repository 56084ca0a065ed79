#pragma once

#include <QString>
#include <span>

#include "core/graph/model.h"
#include "ui/diagram/diagram.h"

namespace tenscope {

// A node as plain text, for the clipboard: operator, name, arguments, inputs and outputs with types, one a line.
QString nodeAsText(const Model& model, NodeId id);
// "name: type", with the shape of what it stores.
QString valueAsText(const Model& model, ValueId id);
// What a box stands for, for the clipboard.
QString boxAsText(const Model& model, const DiagramBox& box);

// The same in rich text for a tooltip; names are escaped. Long lists are cut.
QString nodeToolTip(const Model& model, NodeId id);
// The module of a box: what it is, and what flows in and out.
QString moduleToolTip(const Model& model, const Diagram& diagram, Diagram::Index box);
// One value, or the list of those that are bundled.
QString valuesToolTip(const Model& model, std::span<const ValueId> values);
QString valueToolTip(const Model& model, ValueId id);

// One sentence for screen readers: "Conv conv2, 1 input, 1 output".
QString spokenBox(const Model& model, const DiagramBox& box);

}  // namespace tenscope

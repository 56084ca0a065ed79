#pragma once

#include <QString>
#include <optional>
#include <variant>
#include <vector>

#include "core/graph/id.h"
#include "core/graph/operatorfamily.h"
#include "ui/panels/propertyfield.h"

namespace tenscope {

// Where a line of the properties leads when it is clicked.
using PropertyTarget = std::variant<std::monostate, NodeId, ValueId, TensorId, GraphId, ScopeId>;

// One line of the properties panel: a name, what it is, and what is below it.
struct Property {
    enum class Style {
        Section,  // a heading; its lines are its children
        Plain,
        Default,  // not in the file: what the operator assumes
        Note,     // one text over both columns, wrapped
    };

    QString key;
    QString value;
    QString full;     // all of it, for copying and the tooltip; empty: `value` is all
    QString toolTip;  // what the operator's documentation says of it
    Style style = Style::Plain;
    PropertyTarget target;
    PropertyField field;      // what typing into the value changes; monostate: it cannot be edited
    QStringList choices;      // what can be typed there, where it is one of a few
    QString hint;             // what can be typed there
    bool isExpanded = true;
    std::vector<Property> children;

    bool isLink() const { return target.index() != 0; }
    bool isEditable() const { return field.index() != 0; }
};

// What the panel shows of one selection.
struct PropertySheet {
    QString title;          // "Conv · /layer1/layer1.0/conv2/Conv"
    QString subtitle;       // the module's path, dimmed
    ScopeId subtitleScope;  // where a click on it leads
    QString documentation;  // Markdown; empty: none
    std::optional<OperatorFamily> family;
    std::vector<Property> sections;
};

}  // namespace tenscope

#pragma once

#include <string>
#include <variant>

#include "core/graph/id.h"

namespace tenscope {

enum class Severity { Info, Warning, Error };

using Place = std::variant<std::monostate, NodeId, ValueId, TensorId, GraphId>;

// Something that is wrong or remarkable in the user's model. `text` is a sentence for people; `place` is where to jump.
struct Issue {
    Severity severity = Severity::Warning;
    std::string text;
    Place place;
};

}  // namespace tenscope

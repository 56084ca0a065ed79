#pragma once

#include <variant>

#include "core/graph/id.h"

namespace tenscope {

// What happened to a document. Handlers visit the variant, so that a new kind of change cannot be forgotten in silence.
struct SelectionChanged {};
struct CurrentGraphChanged {};  // entered or left a subgraph or function
struct RevealRequested { NodeId node; };  // bring it into view: search, issues, outline, links
struct RevealValueRequested { ValueId value; };
struct RunChanged {};           // lastRun() is another
struct ModelChanged {};         // model() is another

using Change = std::variant<SelectionChanged, CurrentGraphChanged, RevealRequested, RevealValueRequested, RunChanged, ModelChanged>;

}  // namespace tenscope

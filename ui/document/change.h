#pragma once

#include <variant>

#include "core/edit/touched.h"
#include "core/graph/id.h"

namespace tenscope {

// What happened to a document. Handlers visit the variant, so that a new kind of change cannot be forgotten in silence.
struct SelectionChanged {};
struct CurrentGraphChanged {};  // entered or left a subgraph or function
struct RevealRequested { NodeId node; };  // bring it into view: search, issues, outline, links
struct RevealValueRequested { ValueId value; };
struct RevealScopeRequested { ScopeId scope; };
struct RunChanged {};           // lastRun() is another
struct ModelChanged { Touched touched; };  // model() is another: an edit, undo or redo. Ids mean what they meant before.
struct TypesChanged {};         // inferred types of model() are others, or inferenceIssues(); model() is another snapshot
struct SavedChanged {};         // path(), isEdited() or what can be undone is another

using Change = std::variant<SelectionChanged, CurrentGraphChanged, RevealRequested, RevealValueRequested, RevealScopeRequested,
                            RunChanged, ModelChanged, TypesChanged, SavedChanged>;

}  // namespace tenscope

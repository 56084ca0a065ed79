#pragma once

#include <optional>

#include "core/base/result.h"
#include "core/edit/connection.h"
#include "core/edit/newnode.h"
#include "core/edit/touched.h"

namespace tenscope {

class Document;

// What people do to a diagram by dragging: operators from the palette, ends of edges. Each is one step of the document's undo
// stack, and fails with the sentence that an edit gave, leaving the document as it was. A node that was added is selected.

// Into the shown graph. It reads what is selected: the selected value, or the first output of each selected node.
Result<Touched> addAtSelection(Document& document, const OperatorName& op);
// Into the shown graph, connected to nothing.
Result<Touched> addLoose(Document& document, const OperatorName& op);
Result<Touched> insertOnEdge(Document& document, const Destination& destination, const OperatorName& op);
Result<Touched> replaceNode(Document& document, NodeId node, const OperatorName& op);

Result<Touched> connectTo(Document& document, ValueId value, const Destination& destination);
// Takes the end of an edge to another place; nothing: away from where it was.
Result<Touched> moveEnd(Document& document, const Destination& from, const std::optional<Destination>& to);

}  // namespace tenscope

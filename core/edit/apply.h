#pragma once

#include "core/edit/edit.h"

namespace tenscope {

// Carries out the edit and gives back its inverse; applying that gives the edit that does it again, with the same ids.
// Refused (ErrorKind::Usage, one sentence) is what names something that is not there, what would break the model's
// invariants, a name that is taken, a connection to a value that cannot be seen from there, or one that closes a circle.
// Then the model is exactly what it was. What is merely wrong is let through: checks (core/analysis) tell people of it.
//
// (Not "apply": std::apply would be found for a variant as well.)
//
// Costs what the edit touches, with these exceptions: RenameValue, ReplaceTensor and whatever adds a name look at all names
// once, and a new connection at all that is computed from its node.
Result<Edit> applyEdit(Model& model, const Edit& edit);

// Why the value cannot be connected to an input of the node, as a sentence; empty where it can. What a window shows while
// people drag an edge.
std::string whyNotConnect(const Model& model, NodeId node, ValueId value);

// Whether nodes of `graph` can read values of `definedIn`: it is the same graph, or one around it.
bool isVisible(const Model& model, GraphId graph, GraphId definedIn);

// Whether a living value that can be seen together with values of `graph` has the name already. `except` is not counted.
bool isNameTaken(const Model& model, GraphId graph, std::string_view name, ValueId except = {});

// A name like `wanted` that is not taken: itself, or with "_1", "_2" … behind it.
std::string freeName(const Model& model, GraphId graph, const std::string& wanted);

// The entries that SetMetadata would replace; empty where there are none.
MetadataEntries metadataAt(const Model& model, const Place& place);

// Whether the value is an output of any graph.
bool isGraphOutput(const Model& model, ValueId value);

}  // namespace tenscope

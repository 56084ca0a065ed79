#pragma once

#include "core/base/result.h"
#include "core/edit/touched.h"

namespace tenscope {

class Document;
class NodeMimeData;

// What people do to the selection of a document. Each is one step of its undo stack, and fails with the sentence that an edit
// gave, leaving the document as it was; an empty selection fails as well.

enum class Removal {
    Plain,   // what read the nodes then reads names that nothing defines, which checks point out
    Bypass,  // what read them reads their first inputs
};

// Nodes; or, where a graph's input or output is selected, that port.
Result<Touched> removeSelection(Document& document, Removal removal);

// Copies the selected nodes beside themselves, reading what they read, and selects the copies.
Result<Touched> duplicateSelection(Document& document);

// Into the shown graph, and selects what came. Nodes of the same document read what they read, where that still is there.
// Those of another one bring the tensors that they read; their other inputs are left open.
Result<Touched> paste(Document& document, const NodeMimeData& copied);

// The selected value, or the current node's outputs that are none yet.
Result<Touched> makeOutputs(Document& document);

// Leaves nothing of the model but the selected nodes (core/edit/recipes.h, extract()).
Result<Touched> keepSelectionOnly(Document& document);

}  // namespace tenscope

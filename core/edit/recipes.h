#pragma once

#include <span>

#include "core/edit/edit.h"

// Bigger edits, made of the small ones for a model as it is. They fail (ErrorKind::Usage) with a sentence where they cannot
// be done; an empty Macro says that there was nothing to do.
namespace tenscope {

// Deletes the node and connects what read its first output to its first input. An output of the model keeps its name.
Result<Edit> bypassNode(const Model& model, NodeId node);

// Bypasses all of them, in one Macro.
Result<Edit> bypassNodes(const Model& model, std::span<const NodeId> nodes);

// Everything that reads `from`, outputs of graphs included, reads `to`.
Result<Edit> replaceUses(const Model& model, ValueId from, ValueId to);

// Bypasses all Identity nodes, where names of the model's inputs and outputs let it.
Result<Edit> removeIdentities(const Model& model);

// Deletes nodes whose results nothing reads, in all graphs. ONNX only: TorchScript's operators may act in place.
Result<Edit> removeDeadNodes(const Model& model);

// Deletes stored tensors that nothing reads and that are not inputs.
Result<Edit> removeUnusedTensors(const Model& model);

// Gives the batch another size: the first dimension of the model's inputs, from number to symbol or back. Outputs and all
// values that say the old size follow: a symbol's by its name, a number's where it stands first; the first dimension of
// values in between becomes unknown then, since the same number may mean something else there. Where a Reshape's constant
// shape begins with the old number, it is told to keep the dimension.
Result<Edit> setBatch(const Model& model, const Dimension& batch);

// Leaves nothing of the model's own graph but these nodes: what they read becomes inputs, what was read from them, outputs.
// Constants that they read come along, with the nodes that compute those.
Result<Edit> extract(const Model& model, std::span<const NodeId> nodes);

}  // namespace tenscope

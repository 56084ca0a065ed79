#pragma once

#include <string>

#include "core/base/result.h"
#include "core/graph/model.h"

namespace tenscope {

// A graph in Graphviz' language, written by cgraph: a box an operator, an ellipse an input or output, an edge a value with its
// type as label, modules as clusters. Constants and what only packs and unpacks is looked through, as in the diagram; bodies of
// If and Loop are clusters of the boxes that hold them. Fails (ErrorKind::Write) where memory ends.
Result<std::string> dotText(const Model& model, GraphId graph);

}  // namespace tenscope

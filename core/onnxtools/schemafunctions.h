#pragma once

#include <cstdint>
#include <memory>

#include "core/graph/model.h"

namespace tenscope {

// The body of an operator that ONNX's schemas define by simpler operators, as a model with one function; null where there
// is none. Attributes are filled in, those of the schema's defaults too. Some bodies depend on the types of the node's
// inputs, as far as the model says them.
std::shared_ptr<const Model> schemaFunction(const Model& model, NodeId node, std::int64_t opset);

}  // namespace tenscope

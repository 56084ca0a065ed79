#pragma once

#include <string>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/graph/model.h"

namespace tenscope {

// An ONNX-dialect model as a message without the data of large tensors: what the ONNX library needs to check a model and to
// infer types. Types of values in between are left out, so that what is inferred is not held against what was so before an
// edit. Fails (ErrorKind::Write) as writeOnnx() does.
Result<std::string> onnxSkeleton(const Model& model, Progress& progress);

// Names a graph of the model by the nodes around it: "" for the model's own; of a body, the graph around it with the first
// output of the node and the attribute. Bodies of functions have none.
std::string bodyPath(const std::string& around, const std::string& firstOutput, const std::string& attribute);

}  // namespace tenscope

#pragma once

#include <memory>

#include "core/base/mappedfile.h"
#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/graph/model.h"

namespace tenscope {

// Reads an ONNX model of any IR version and opset without copying its tensors: they become slices of `file`, or of the
// files of external data beside it. The files stay mapped as long as the model or a copy of it lives.
//
// Refused (ErrorKind::Read, one sentence with the byte offset) is only what cannot be parsed: truncated or damaged files,
// files without a graph, and subgraphs nested deeper than any model's. What is wrong with a model that can be parsed is
// told by Model::issues: data that is missing or lies outside the model's folder leaves MissingData in its tensor. What
// can be seen in the model itself (undefined names, order, cycles, types) is left to check() in core/analysis.
//
// Names are resolved as ONNX does: a body sees the values of the graphs around it. A name that nothing defines becomes a
// value without a producer in the graph that uses it. Every node, attribute, tensor, graph and function knows the bytes
// of its message in the file (`origin`: the message without its tag and length).
Result<Model> readOnnx(std::shared_ptr<const MappedFile> file, Progress& progress);

}  // namespace tenscope

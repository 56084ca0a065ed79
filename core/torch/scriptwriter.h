#pragma once

#include <filesystem>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/convert/onnxtoaten.h"
#include "core/graph/model.h"
#include "core/worker/scriptexport.h"

namespace tenscope {

// Writes a model of either dialect as TorchScript; one of ONNX's is converted first (core/convert). Where nodes have no
// counterpart nothing is written, and they are listed.
//
// The target is untouched until all is written, on the disk, and read back: the file that takes its place opens, takes as
// many inputs, and holds every tensor as it should be. Weights go from file to file. Nothing from the model is run.
//
// Fails with ErrorKind::Write where the disk does not take it or TorchScript cannot hold the graph, naming the node.
Result<ScriptExport> writeTorchScript(Model model, const SchemaFunctions& schemaFunctions, const std::filesystem::path& target,
                                      Progress& progress);

}  // namespace tenscope

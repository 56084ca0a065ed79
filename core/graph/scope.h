#pragma once

#include <string>

#include "core/graph/id.h"

namespace tenscope {

// A module: TorchScript's own hierarchy, or the path that an exporter wrote into ONNX's node names.
struct Scope {
    ScopeId parent;         // invalid: directly in the model
    std::string name;       // the last part of the path: "conv1", "0"
    std::string className;  // "Bottleneck"; empty where the file does not say
};

}  // namespace tenscope

#pragma once

#include <string>
#include <vector>

#include "core/graph/type.h"

namespace tenscope {

// What the ONNX library says of a model (core/onnxtools/typeinference.h), by names: ids stay in the window's process.
struct InferredTypes {
    struct Entry {
        std::string graph;  // bodyPath() of core/formats/onnx/onnxskeleton.h
        std::string name;   // of the value
        Type type;
    };
    std::vector<Entry> values;
    std::vector<std::string> problems;  // sentences: of inference, and of the checker
};

}  // namespace tenscope

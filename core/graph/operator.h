#pragma once

#include <string>
#include <vector>

namespace tenscope {

// What the nodes of one kind have in common. A model holds each of its operators once (OperatorId).
// Dialects differ in the domain: "" is ai.onnx, "ai.onnx.ml", "com.microsoft" … are ONNX's; "aten", "prim",
// "quantized", "torchvision" … are TorchScript's namespaces.
struct Operator {
    std::string domain;
    std::string name;      // "Conv", "_convolution"
    std::string overload;  // TorchScript: "Tensor" of aten::add.Tensor; ONNX functions: their overload; mostly empty

    // Names of the formal parameters, from the operator's schema; the last one repeats where the operator is variadic.
    // Empty where no schema is known.
    std::vector<std::string> inputNames;
    std::vector<std::string> outputNames;
    bool isVariadic = false;

    // Whether a schema for it was found where the file was read; false: it can be shown but not run here.
    bool isKnown = true;
    bool isDeprecated = false;  // withdrawn in the opset that the file imports
};

}  // namespace tenscope

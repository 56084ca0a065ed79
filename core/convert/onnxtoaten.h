#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/graph/model.h"

namespace tenscope {

// A node that could not be converted, and why, as a sentence for people without the place.
struct UnconvertedNode {
    NodeId node;
    std::string why;
};

// An ONNX model in the ATen dialect, and what became of what.
struct AtenModel {
    Model model;
    std::vector<NodeId> sources;                   // by the index of an ATen node: the ONNX node it was written for
    std::unordered_map<ValueId, ValueId> values;   // ONNX value of the main graph and its bodies → the ATen value that holds it
    std::unordered_map<ValueId, ElementType> elements;  // of ONNX values that are held as another type: heldAs()
    std::vector<Type> inputTypes, outputTypes;     // ONNX's, of the main graph's inputs and outputs
    std::vector<UnconvertedNode> unconverted;      // they stay as nodes of a domain of their own ("onnx"), isKnown false
};

// Gives the body of an operator that ONNX's schemas define by simpler ones, as a model with one function; null where
// there is none. `node` is the node in `model` that calls it, since some bodies depend on its inputs and attributes.
using SchemaFunctions = std::function<std::shared_ptr<const Model>(const Model& model, NodeId node, std::int64_t opset)>;

// Converts by the tables of core/convert/fromonnx. The ATen graph takes the inputs that a run must be given, in their
// order; stored tensors are shared, not copied. Shapes stay dynamic: what is fixed in the file is used, nothing else is.
// What cannot be converted is listed, and is no failure. O(nodes after inlining of functions).
// Fails with ErrorKind::Run where there is no graph or functions call themselves without end, and when cancelled.
Result<AtenModel> convertToAten(const Model& onnx, const SchemaFunctions& schemaFunctions, Progress& progress);

}  // namespace tenscope

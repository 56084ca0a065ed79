#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/graph/model.h"

namespace tenscope::samples {

// A float32 tensor of pseudo-random numbers around zero, the same every time.
Tensor randomTensor(std::string name, std::vector<std::int64_t> shape, unsigned seed);
Tensor floatTensor(std::string name, std::vector<std::int64_t> shape, const std::vector<float>& values);

// An ONNX model by hand: x → stem.Conv → stem.Relu → layer.0 (Conv, Relu) → layer.1 (Conv) → If with two bodies, and one
// weight that both convolutions of `layer` read.
struct Sample {
    std::shared_ptr<Model> model;
    NodeId stemConv, stemRelu, firstConv, firstRelu, secondConv, branch, thenNode;
    ValueId input, output;
    TensorId stemWeight, stemBias, shared;
};
Sample convolutions();

// `nodes` Relus one after the other in `modules` modules.
std::shared_ptr<Model> chain(std::size_t nodes, std::size_t modules);

}  // namespace tenscope::samples

#pragma once

#include <vector>

#include "core/torch/libtorch.h"
#include "core/worker/run.h"

namespace tenscope {

// The request's tensors as the arguments that the graph takes after self: tensors, or what the type asks for: a number from
// a tensor of one element, a list of numbers from a vector, one tensor as a list of it. Arguments that were not given are
// the schema's defaults, or None. Throws Failure (ErrorKind::Run) that names the input.
std::vector<c10::IValue> arguments(const torch::jit::Graph& graph, const c10::FunctionSchema& schema,
                                   const std::vector<Tensor>& inputs, c10::Device device);

// A part of a result, with what tells it from its neighbours: "[0]", "['loss']"; empty for the whole.
struct ResultPart {
    std::string suffix;
    c10::IValue value;
    ValueId id;  // of the value in our graph; mostly invalid
};

// The members of tuples and of tuples in them; the value itself where it is no tuple.
std::vector<c10::IValue> withoutTuples(const c10::IValue& value);

// Tuples, lists and dictionaries taken apart, however deep; at most `most` parts.
std::vector<ResultPart> flattened(const c10::IValue& value, std::size_t most = 10'000);

}  // namespace tenscope

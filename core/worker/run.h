#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/analysis/statistics.h"
#include "core/graph/id.h"
#include "core/graph/tensor.h"

namespace tenscope {

// A device that the worker's LibTorch can compute on.
struct Device {
    std::string name;         // "cpu", "cuda:0": what RunRequest::device takes
    std::string description;  // "CPU, 8 threads, OpenBLAS (OpenMP)", "NVIDIA A100"
};

// What the worker says of itself once it is up.
struct WorkerInfo {
    std::string libtorchVersion;
    std::string blas;         // what libblas is in use; a sentence for people in `warnings` where it is the slow reference one
    std::vector<Device> devices;
    std::string noCudaReason; // why the list holds no CUDA device; empty where it does
    std::vector<std::string> warnings;
};

// What a value is taken to be instead of what the model computes: "what if this activation were zero". A tensor without
// dimensions fills the value; any other has the value's own shape. Elements are converted to the value's type.
struct Override {
    ValueId value;  // an output of a node
    Tensor tensor;
};

// One sample inference. Inputs are given by the index of the main graph's inputs; each is a whole tensor (OwnedBytes or a
// FileSlice of any file).
struct RunRequest {
    std::vector<Tensor> inputs;
    std::map<std::size_t, std::vector<Tensor>> lists;  // inputs that are lists of tensors, by their index
    std::vector<Override> overrides;  // of the values that they name each time they are computed
    std::string device = "cpu";
    int threads = 0;    // 0: as many as there are cores
    int repeats = 1;    // timed runs
    int warmUps = 0;    // runs before them that are not timed
    bool trace = false; // statistics and time of every node, in an extra run of its own
    int histogramBins = 64;
};

// One output of one node (or of the model) as it was computed. `statistics` is empty for what is no tensor.
struct ValueRun {
    ValueId value;
    std::string name;
    ElementType element = ElementType::Undefined;
    std::vector<std::int64_t> shape;
    TensorStatistics statistics;
    bool isTensor = false;
    std::string text;  // of scalars, strings, lists: the value as text
};

struct NodeRun {
    NodeId node;
    double milliseconds = 0;    // summed over all executions of the node in this run
    std::uint64_t executions = 0;  // more than one inside loops; 0: a branch that was not taken
    std::vector<ValueRun> outputs;  // of the last execution
};

struct RunOutcome {
    std::string device;
    int threads = 0;
    std::vector<double> milliseconds;  // one a repeat
    std::vector<ValueRun> outputs;     // tuples and lists flattened; named as the model names them, else "output_0" …
    std::vector<Tensor> outputTensors; // parallel to outputs; OwnedBytes, or slices of a file the worker wrote and unlinked
    std::vector<NodeRun> nodes;        // with trace, in order of first execution
    std::uint64_t peakBytes = 0;       // resident set of the worker
};

}  // namespace tenscope

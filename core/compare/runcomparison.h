#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "core/compare/comparison.h"
#include "core/compare/valuedifference.h"

namespace tenscope {

// What a group computed on both sides.
struct GroupValues {
    std::uint32_t group = 0;
    ValueId a, b;
    ValueDifference difference;
};

struct RunComparison {
    std::vector<GroupValues> values;  // in order of computation; groups that no value could be compared of are not among them
    // Index into `values`: where the error begins, if it is beyond the tolerance anywhere.
    std::optional<std::size_t> firstDivergence;
    double outputsMaxAbs = 0;
};

// Gives the tensor that a value had in a run.
using ValueSource = std::function<Result<Tensor>(ValueId)>;

// Compares what the matched groups of a comparison computed, two tensors at a time, so that no more than these are held. What
// a run did not compute (a branch that was not taken) is left out. Values are apart where their largest difference is beyond
// absolute + relative · the largest magnitude in them: noise grows with what is summed, not with each element.
//
// The first divergence is not simply the first value beyond the tolerance: a small fault is drowned by tolerance and grows
// later. It is where, up to there, the error jumped most against all before it.
// Error::cancelled() after progress.cancel().
Result<RunComparison> compareRuns(const Comparison& comparison, const ValueSource& a, const ValueSource& b, const Tolerance& tolerance,
                                  Progress& progress);

// "Outputs differ by 0.41, first at /layer1/conv2/Conv." or "Outputs are equal to 2e-6."
std::string summary(const RunComparison& run, const Comparison& comparison, const Model& b);

}  // namespace tenscope

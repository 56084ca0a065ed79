#pragma once

#include <vector>

#include "core/base/progress.h"
#include "core/graph/issue.h"

namespace tenscope {

class Model;

// What can be seen to be wrong with the model's structure, without looking at numbers: values that nothing defines, names
// defined twice, nodes before what they read, cycles, operators that nobody knows or that are deprecated, domains without
// an opset, missing data, initializers that contradict their declaration or that nothing uses, a graph without nodes or
// outputs. Model::issues (what reading found) is not repeated. Works on edited models as on fresh ones. O(model).
//
// Many findings of one kind are summed up after the first hundred. Cancelled: what was found so far.
std::vector<Issue> check(const Model& model, Progress& progress);

}  // namespace tenscope

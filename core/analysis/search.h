#pragma once

#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/graph/model.h"

namespace tenscope {

// A node that a search found, and what about it matched, for people: "kernel_shape 3, 3", "tensor conv1.weight".
struct SearchHit {
    NodeId node;
    std::string matched;
};

// Finds nodes by name, module path, operator, the names of what they read and make (tensors, graph inputs), and attributes
// with their values. Letters match in either case; all words of the query must match, each anywhere. A word can be bound to
// one place: "op:conv", "name:layer1", "tensor:weight", "attr:group=2". Plumbing (core/graph/literal.h) is left out unless
// its name is asked for with "name:".
//
// Hits come graph by graph in order of execution, the main graph first. O(text of the model).
Result<std::vector<SearchHit>> search(const Model& model, const std::string& query, Progress& progress);

}  // namespace tenscope

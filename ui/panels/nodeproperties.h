#pragma once

#include "core/graph/model.h"
#include "core/worker/run.h"
#include "ui/panels/property.h"

namespace tenscope {

// What there is to say about one living node: attributes and constant inputs with the operator's documentation, what it
// reads and who makes it, its stored tensors, what it makes and who reads that. `run` may be null; `whole` as for
// propertiesOf().
PropertySheet nodeProperties(const Model& model, NodeId id, const RunOutcome* run, bool whole);

// The attributes that nodes of one operator have in common, each to be set on all of them; empty where the operators differ.
std::vector<Property> commonAttributeLines(const Model& model, const std::vector<NodeId>& nodes);

}  // namespace tenscope

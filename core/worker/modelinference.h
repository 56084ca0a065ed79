#pragma once

#include <utility>
#include <vector>

#include "core/base/progress.h"
#include "core/graph/model.h"
#include "core/worker/workerclient.h"

namespace tenscope {

struct ModelInference {
    std::vector<std::pair<ValueId, Type>> types;  // of values that nodes make
    std::vector<Issue> issues;                    // nodes whose types cannot be
};

// What the worker's ONNX library infers of an ONNX-dialect model. Fails as the worker does, and where ONNX cannot say the
// model at all.
Result<ModelInference> inferTypes(const Model& model, WorkerClient& worker, Progress& progress);

// The inference of a model's skeleton with the names of graphs, values and nodes looked up in the model.
ModelInference located(const Model& model, const InferredTypes& inferred);

// Whether the model has values in between of which nobody says the type.
bool lacksTypes(const Model& model);

// Gives values without a stated type the one that was inferred.
void setInferredTypes(Model& model, const std::vector<std::pair<ValueId, Type>>& types);

}  // namespace tenscope

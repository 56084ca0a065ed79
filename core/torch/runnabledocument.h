#pragma once

#include <functional>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/graph/model.h"
#include "core/worker/run.h"

namespace tenscope {

// Who wants to hear of a run while it goes on.
struct RunObserver {
    // Called on the running thread, in a traced run: for a node outside of loops as soon as it was executed, for a node in
    // a loop at the end of the run. May be empty.
    std::function<void(const NodeRun&)> onNode;
};

// A model that LibTorch can run, whatever format it came from.
//
// Not thread-safe: one thread opens, runs and asks; any thread may cancel the Progress it gave.
class RunnableDocument {
public:
    virtual ~RunnableDocument() = default;

    virtual const Model& model() const = 0;

    // Runs the model's main graph on the request's inputs. Every run starts from the state that the file holds: what a run
    // writes into the model is forgotten. Fails with ErrorKind::Run on a wrong input, an operator that LibTorch lacks, a
    // device that is not there, and on whatever the model itself throws; stops within 100 ms of progress.cancel(), or at
    // the end of the operator that computes just then.
    virtual Result<RunOutcome> run(const RunRequest& request, const RunObserver& observer, Progress& progress) = 0;

    // The whole tensor that `value` had in the last traced run (inside loops: in the last execution). Activations beyond a
    // byte budget are not kept; they are computed again from the same inputs.
    // Fails with ErrorKind::Run where there was no traced run, the value was not computed in it or is no tensor.
    virtual Result<Tensor> activation(ValueId value, Progress& progress) = 0;
};

}  // namespace tenscope

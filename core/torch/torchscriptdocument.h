#pragma once

#include <filesystem>
#include <functional>
#include <memory>

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

// A TorchScript file as LibTorch sees it, and its graph as everybody else does.
//
// Opening reads the archive without running any code from it (no __setstate__, no initializers): only run() and
// activation() do. Weights stay in the file, which is mapped.
//
// Not thread-safe: one thread opens, runs and asks; any thread may cancel the Progress it gave.
class TorchScriptDocument {
public:
    // Fails with ErrorKind::Read, in one sentence, on what is missing, damaged or no TorchScript archive.
    static Result<std::unique_ptr<TorchScriptDocument>> open(const std::filesystem::path& path, Progress& progress);

    ~TorchScriptDocument();
    TorchScriptDocument(const TorchScriptDocument&) = delete;
    TorchScriptDocument& operator=(const TorchScriptDocument&) = delete;

    const Model& model() const;

    // Runs the model's forward on the request's inputs. Every run starts from the state that the file holds: what a run
    // writes into the module is forgotten. Fails with ErrorKind::Run on a wrong input, an operator that LibTorch lacks, a
    // device that is not there, and on whatever the model itself throws; stops within 100 ms of progress.cancel(), or at
    // the end of the operator that computes just then.
    Result<RunOutcome> run(const RunRequest& request, const RunObserver& observer, Progress& progress);

    // The whole tensor that `value` had in the last traced run (inside loops: in the last execution). Activations beyond a
    // byte budget are not kept; they are computed again from the same inputs.
    // Fails with ErrorKind::Run where there was no traced run, the value was not computed in it or is no tensor.
    Result<Tensor> activation(ValueId value, Progress& progress);

private:
    struct Private;
    explicit TorchScriptDocument(std::unique_ptr<Private> d);

    std::unique_ptr<Private> d;
};

// Does what the first opening in a process would otherwise pay for: LibTorch reads the schemas of its operators when they
// are first asked for. Takes some 50 ms; for a worker that has nothing to do yet.
void warmUpTorch();

// What this process can compute with: LibTorch's version, the BLAS in use, the devices, and why there is no CUDA.
WorkerInfo workerInfo();

}  // namespace tenscope

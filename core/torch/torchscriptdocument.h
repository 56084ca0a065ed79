#pragma once

#include <filesystem>
#include <memory>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/graph/model.h"
#include "core/torch/runnabledocument.h"
#include "core/worker/run.h"

namespace tenscope {

// A TorchScript file as LibTorch sees it, and its graph as everybody else does.
//
// Opening reads the archive without running any code from it (no __setstate__, no initializers): only run() and
// activation() do. Weights stay in the file, which is mapped.
class TorchScriptDocument : public RunnableDocument {
public:
    // Fails with ErrorKind::Read, in one sentence, on what is missing, damaged or no TorchScript archive.
    static Result<std::unique_ptr<TorchScriptDocument>> open(const std::filesystem::path& path, Progress& progress);

    ~TorchScriptDocument() override;
    TorchScriptDocument(const TorchScriptDocument&) = delete;
    TorchScriptDocument& operator=(const TorchScriptDocument&) = delete;

    const Model& model() const override;
    Result<RunOutcome> run(const RunRequest& request, const RunObserver& observer, Progress& progress) override;
    Result<Tensor> activation(ValueId value, Progress& progress) override;

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

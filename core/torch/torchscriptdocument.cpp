#include "core/torch/torchscriptdocument.h"

namespace tenscope {

struct TorchScriptDocument::Private {
    Model model;
};

TorchScriptDocument::TorchScriptDocument(std::unique_ptr<Private> p) : d(std::move(p)) {}
TorchScriptDocument::~TorchScriptDocument() = default;

Result<std::unique_ptr<TorchScriptDocument>> TorchScriptDocument::open(const std::filesystem::path& path, Progress&)
{
    return fail(Error::read(path.string() + " cannot be read yet."));
}

const Model& TorchScriptDocument::model() const
{
    return d->model;
}

Result<RunOutcome> TorchScriptDocument::run(const RunRequest&, const RunObserver&, Progress&)
{
    return fail(Error::run("The model cannot be run yet."));
}

Result<Tensor> TorchScriptDocument::activation(ValueId, Progress&)
{
    return fail(Error::run("There was no traced run."));
}

WorkerInfo workerInfo()
{
    return {};
}

}  // namespace tenscope

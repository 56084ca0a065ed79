#include "core/torch/onnxdocument.h"

#include "core/torch/failure.h"
#include "core/torch/onnxsubject.h"
#include "core/torch/runner.h"

namespace tenscope {

namespace {

// A model that is of ATen's operators already: every node and value stands for itself.
AtenModel asItIs(const Model& model)
{
    AtenModel result;
    result.model = model;
    for (std::size_t i = 0; i < model.nodeCount(); ++i)
        result.sources.emplace_back(i);
    for (std::size_t i = 0; i < model.valueCount(); ++i)
        if (model.value(ValueId(i)).isAlive())
            result.values.emplace(ValueId(i), ValueId(i));
    return result;
}

}  // namespace

struct OnnxDocument::Private {
    BuiltModel built;
    std::unique_ptr<OnnxSubject> subject;
    std::unique_ptr<Runner> runner;
};

OnnxDocument::OnnxDocument(std::unique_ptr<Private> p) : d(std::move(p)) {}
OnnxDocument::~OnnxDocument() = default;

Result<std::unique_ptr<OnnxDocument>> OnnxDocument::create(Model model, const SchemaFunctions& schemaFunctions, Progress& progress)
{
    auto converted = model.format == Format::Onnx ? convertToAten(model, schemaFunctions, progress) : asItIs(model);
    if (!converted)
        return fail(converted.error());
    auto d = std::make_unique<Private>();
    d->built.model = std::move(model);
    auto subject = guarded("The model cannot be run", [&] {
        return std::make_unique<OnnxSubject>(std::move(*converted), d->built);
    });
    if (!subject)
        return fail(subject.error());
    d->subject = std::move(*subject);
    d->runner = std::make_unique<Runner>(*d->subject, d->built);
    return std::unique_ptr<OnnxDocument>(new OnnxDocument(std::move(d)));
}

const Model& OnnxDocument::model() const
{
    return d->built.model;
}

Result<RunOutcome> OnnxDocument::run(const RunRequest& request, const RunObserver& observer, Progress& progress)
{
    return guarded("The model could not be run", [&] { return d->runner->run(request, observer, progress); });
}

Result<Tensor> OnnxDocument::activation(ValueId value, Progress& progress)
{
    return guarded("The value could not be computed", [&] { return d->runner->activation(value, progress); });
}

}  // namespace tenscope

#pragma once

#include <memory>

#include "core/convert/onnxtoaten.h"
#include "core/torch/runnabledocument.h"

namespace tenscope {

// An ONNX model, as it is open in the window, edits included, ready to be run by LibTorch: converted to ATen's operators
// and built. Weights stay in their files where LibTorch can use them there.
class OnnxDocument : public RunnableDocument {
public:
    // Fails (ErrorKind::Run) where LibTorch cannot run it: a node that cannot be converted is named, with the reason.
    static Result<std::unique_ptr<OnnxDocument>> create(Model model, const SchemaFunctions& schemaFunctions, Progress& progress);

    ~OnnxDocument() override;
    OnnxDocument(const OnnxDocument&) = delete;
    OnnxDocument& operator=(const OnnxDocument&) = delete;

    const Model& model() const override;
    Result<RunOutcome> run(const RunRequest& request, const RunObserver& observer, Progress& progress) override;
    Result<Tensor> activation(ValueId value, Progress& progress) override;

private:
    struct Private;
    explicit OnnxDocument(std::unique_ptr<Private> d);

    std::unique_ptr<Private> d;
};

}  // namespace tenscope

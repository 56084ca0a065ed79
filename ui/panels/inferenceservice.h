#pragma once

#include <QString>
#include <functional>
#include <memory>
#include <optional>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/worker/run.h"

namespace tenscope {

class Document;
class Model;

// Who runs models for the panels: the worker process, as the window holds it. Whoever implements it calls
// InferencePanel::serviceChanged() when isReady(), status() or info() are others.
class InferenceService {
public:
    virtual ~InferenceService() = default;

    // GUI thread. Whether run() would begin at once.
    virtual bool isReady() const = 0;
    // GUI thread. One sentence for people: why it is not ready, or what it runs on.
    virtual QString status() const = 0;
    // GUI thread. Nothing until the worker has said what it has.
    virtual std::optional<WorkerInfo> info() const = 0;
    // GUI thread. Ends the worker and starts another; does not wait.
    virtual void restart() = 0;

    // Off the GUI thread, where a document is nothing but a name: its members must not be touched. Both block until they
    // are done, or until progress is cancelled.
    //
    // `model` is the document's as it is now. onNode is called on the calling thread, for the nodes of a traced run as they
    // are done.
    virtual Result<RunOutcome> run(const Document* document, std::shared_ptr<const Model> model, const RunRequest& request,
                                   const std::function<void(const NodeRun&)>& onNode, Progress& progress) = 0;
    // The whole tensor that a value had in the document's last traced run.
    virtual Result<Tensor> activation(const Document* document, ValueId value, Progress& progress) = 0;
};

}  // namespace tenscope

#pragma once

#include <QString>
#include <memory>

#include "core/base/result.h"
#include "core/worker/modelloader.h"

namespace tenscope {

// The model that a subcommand works on, and the worker that has read it, if it took one.
class ModelFile {
public:
    // Fails as loadModel() does.
    static Result<ModelFile> open(const QString& path, Progress& progress);
    static Result<ModelFile> open(const QString& path);

    const Model& model() const { return *m_loaded.model; }
    WorkerHandle handle() const { return m_loaded.handle; }
    // Null where the model was read in this process and nobody has run it.
    WorkerClient* worker() const { return m_worker.get(); }

    // Sees to it that handle() and worker() can run the model. Fails with ErrorKind::Run where they cannot.
    Result<void> makeRunnable(Progress& progress);

private:
    ModelFile() = default;

    std::unique_ptr<WorkerClient> m_worker;
    LoadedModel m_loaded;
};

}  // namespace tenscope

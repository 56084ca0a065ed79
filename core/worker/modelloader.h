#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/graph/model.h"
#include "core/worker/workerclient.h"

namespace tenscope {

// A model, whoever has read it.
struct LoadedModel {
    std::shared_ptr<const Model> model;
    // The worker's name for it, by which it can be run; None for formats that this process has read. Who holds it closes
    // it (WorkerClient::close()).
    WorkerHandle handle = WorkerHandle::None;
};

// Gives the worker to those who turn out to need one; null: there is none. Called at most once, on the calling thread.
using WorkerSource = std::function<WorkerClient*()>;

// Reads a file of any format that can be read, in this process or in the worker, by its content. ONNX never waits for the
// worker. Fails (ErrorKind::Read) in one sentence with the path, also for what nobody reads yet and where there is no
// worker; ErrorKind::Worker where that died of it; Error::cancelled() after progress.cancel().
Result<LoadedModel> loadModel(const std::filesystem::path& path, const WorkerSource& worker, Progress& progress);
Result<LoadedModel> loadModel(const std::filesystem::path& path, WorkerClient* worker, Progress& progress);

}  // namespace tenscope

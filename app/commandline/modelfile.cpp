#include "app/commandline/modelfile.h"

#include <QFile>

#include "core/worker/workerclient.h"

namespace tenscope {

Result<ModelFile> ModelFile::open(const QString& path)
{
    Progress progress;
    return open(path, progress);
}

Result<ModelFile> ModelFile::open(const QString& path, Progress& progress)
{
    ModelFile file;
    auto loaded = loadModel(
        QFile::encodeName(path).toStdString(),
        [&]() -> WorkerClient* {
            if (WorkerClient::find().empty())
                return nullptr;
            file.m_worker = std::make_unique<WorkerClient>();
            return file.m_worker.get();
        },
        progress);
    if (!loaded)
        return fail(loaded.error());
    file.m_loaded = std::move(*loaded);
    return file;
}

Result<void> ModelFile::makeRunnable(Progress& progress)
{
    if (m_loaded.handle != WorkerHandle::None)
        return {};
    if (!model().mainGraph || model().format != Format::Onnx)
        return fail(Error::run("The file holds no graph that could run."));
    if (WorkerClient::find().empty())
        return fail(Error::run("Models are run by tenscope-worker, which is not part of this installation."));
    m_worker = std::make_unique<WorkerClient>();
    const auto handle = m_worker->openModel(m_loaded.model, progress);
    if (!handle)
        return fail(handle.error());
    m_loaded.handle = *handle;
    return {};
}

}  // namespace tenscope

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

}  // namespace tenscope

#include "core/worker/modelloader.h"

#include "core/formats/formats.h"

namespace tenscope {

Result<LoadedModel> loadModel(const std::filesystem::path& path, const WorkerSource& worker, Progress& progress)
{
    auto file = MappedFile::open(path);
    if (!file)
        return fail(file.error());
    const auto format = recognize(**file);
    if (!format)
        return fail(format.error());

    if (format->reader != Reader::Worker) {
        auto model = read(std::move(*file), progress);
        if (!model)
            return fail(model.error());
        return LoadedModel{std::make_shared<const Model>(std::move(*model)), WorkerHandle::None};
    }

    WorkerClient* client = worker();
    if (!client)
        return fail(Error::read(path.string() + " is read by tenscope-worker, which is not part of this installation"));
    auto document = client->openTorchScript(path, progress);
    if (!document)
        return fail(document.error());
    return LoadedModel{std::make_shared<const Model>(std::move(document->model)), document->handle};
}

Result<LoadedModel> loadModel(const std::filesystem::path& path, WorkerClient* worker, Progress& progress)
{
    return loadModel(path, [worker] { return worker; }, progress);
}

}  // namespace tenscope

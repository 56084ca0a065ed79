#include "tests/bench/histogramspeed.h"

#include <filesystem>
#include <thread>

#include "core/analysis/statistics.h"
#include "core/worker/modelloader.h"
#include "tests/bench/samples.h"

namespace tenscope {

Result<double> histogramSpeed(const QString& path)
{
    constexpr int bins = 64;
    Progress progress;
    const Result<LoadedModel> loaded = loadModel(std::filesystem::path(path.toStdU16String()), static_cast<WorkerClient*>(nullptr), progress);
    if (!loaded)
        return fail(loaded.error());
    const Model& model = *loaded->model;
    double bytes = 0;
    const Stopwatch since;
    for (std::size_t i = 0; i < model.tensorCount(); ++i) {
        const Tensor& tensor = model.tensor(TensorId(std::uint32_t(i)));
        if (tensor.element == ElementType::String)
            continue;
        const auto found = statistics(model, tensor, bins, progress, int(std::thread::hardware_concurrency()));
        if (!found)
            return fail(found.error());
        bytes += double(tensor.storedBytes());
    }
    return bytes / 1e6 / since.elapsed();
}

}  // namespace tenscope

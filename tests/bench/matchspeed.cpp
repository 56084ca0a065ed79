#include "tests/bench/matchspeed.h"

#include <filesystem>

#include "core/compare/comparison.h"
#include "core/worker/modelloader.h"
#include "tests/bench/samples.h"

namespace tenscope {

Result<QJsonObject> matchSpeed(const QString& a, const QString& b)
{
    WorkerClient worker;
    Progress progress;
    const auto first = loadModel(std::filesystem::path(a.toStdU16String()), &worker, progress);
    const auto second = loadModel(std::filesystem::path(b.toStdU16String()), &worker, progress);
    if (!first || !second)
        return fail((first ? second : first).error());
    const Stopwatch since;
    const auto comparison = compare(*first->model, *second->model, {}, progress);
    const double time = since.elapsed();
    if (!comparison)
        return fail(comparison.error());
    return QJsonObject{{"match_ms", rounded(time)},
                       {"nodes_a", qint64(comparison->nodesA)},
                       {"nodes_b", qint64(comparison->nodesB)},
                       {"groups", qint64(comparison->groups.size())},
                       {"matched_groups", qint64(comparison->matchedGroups())}};
}

}  // namespace tenscope

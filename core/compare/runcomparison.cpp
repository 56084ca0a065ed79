#include "core/compare/runcomparison.h"

#include <algorithm>

#include "core/graph/model.h"
#include "core/graph/text.h"

namespace tenscope {

namespace {

constexpr double noise = 3e-7;  // of 32-bit floats, some roundings deep: errors below are no jump

std::optional<std::size_t> divergence(const std::vector<GroupValues>& values, const Tolerance& tolerance)
{
    const auto isBeyond = [&](const GroupValues& one) {
        return one.difference.maxAbs > tolerance.absolute + tolerance.relative * one.difference.scale;
    };
    const auto beyond = std::find_if(values.begin(), values.end(), isBeyond);
    if (beyond == values.end())
        return std::nullopt;
    std::size_t best = std::size_t(beyond - values.begin());
    double largest = noise, bestJump = 0;
    for (std::size_t i = 0; i <= std::size_t(beyond - values.begin()); ++i) {
        const double error = values[i].difference.relative();
        if (error / largest > bestJump) {
            bestJump = error / largest;
            best = i;
        }
        largest = std::max(largest, error);
    }
    return best;
}

}  // namespace

Result<RunComparison> compareRuns(const Comparison& comparison, const ValueSource& a, const ValueSource& b, const Tolerance& tolerance,
                                  Progress& progress)
{
    RunComparison result;
    for (std::uint32_t i = 0; i < comparison.groups.size(); ++i) {
        const MatchGroup& group = comparison.groups[i];
        progress.report(double(i) / double(comparison.groups.size()), "Comparing values");
        if (!group.outputA || !group.outputB)
            continue;
        const auto left = a(group.outputA);
        const auto right = left ? b(group.outputB) : left;
        if (progress.cancelled())
            return fail(Error::cancelled());
        if (!right)
            continue;
        auto difference = compareValues(*left, *right);
        if (difference)
            result.values.push_back({i, group.outputA, group.outputB, std::move(*difference)});
    }
    result.firstDivergence = divergence(result.values, tolerance);
    return result;
}

std::string summary(const RunComparison& run, const Comparison& comparison, const Model& b)
{
    if (run.values.empty())
        return "No values could be compared.";
    const std::string apart = shortestFloat(float(run.outputsMaxAbs));
    if (!run.firstDivergence)
        return run.outputsMaxAbs == 0 ? "Outputs are equal." : "Outputs are equal to " + apart + '.';
    const MatchGroup& group = comparison.groups[run.values[*run.firstDivergence].group];
    return "Outputs differ by " + apart + ", first at " + displayName(b, group.mainB) + '.';
}

}  // namespace tenscope

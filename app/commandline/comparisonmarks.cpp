#include "app/commandline/comparisonmarks.h"

#include <QCoreApplication>
#include <algorithm>

namespace tenscope {

namespace {

constexpr double visible = 1e-5;  // of a value's magnitude: an error behind the first divergence that is worth a mark

QString number(double value)
{
    return QString::number(value, 'g', 2);
}

}  // namespace

DiagramState::Mark groupMark(const Comparison& comparison, std::uint32_t index, const RunComparison* run)
{
    const MatchGroup& group = comparison.groups[index];
    if (group.a.empty() || group.b.empty())
        return {MatchMark::OnlyHere, QCoreApplication::translate("Comparison", "only here")};
    if (group.state == MatchGroup::State::Changed) {
        const auto worst = std::max_element(comparison.weights.begin(), comparison.weights.end(), [&](const WeightPair& l, const WeightPair& r) {
            const auto size = [&](const WeightPair& pair) { return pair.group == index && !pair.isEqual ? pair.maxAbs : -1; };
            return size(l) < size(r);
        });
        if (worst != comparison.weights.end() && worst->group == index && !worst->isEqual)
            return {MatchMark::WeightDiffers, QStringLiteral("max |\u0394w| ") + number(worst->maxAbs)};
        for (const Difference& difference : comparison.differences)
            if (difference.group == index)
                return {MatchMark::WeightDiffers, QString::fromStdString(difference.a + " \u2192 " + difference.b)};
    }
    if (run && run->firstDivergence)
        for (std::size_t i = *run->firstDivergence; i < run->values.size(); ++i)
            if (run->values[i].group == index && run->values[i].difference.relative() > visible)
                return {MatchMark::ActivationDiffers, QStringLiteral("max |\u0394| ") + number(run->values[i].difference.maxAbs)};
    return {MatchMark::Matched, {}};
}

std::map<NodeId, DiagramState::Mark> comparisonMarks(const Comparison& comparison, bool isB, const RunComparison* run)
{
    std::map<NodeId, DiagramState::Mark> marks;
    for (std::uint32_t i = 0; i < comparison.groups.size(); ++i) {
        const MatchGroup& group = comparison.groups[i];
        const DiagramState::Mark mark = groupMark(comparison, i, run);
        for (const NodeId node : isB ? group.b : group.a)
            marks.emplace(node, node == (isB ? group.mainB : group.mainA) ? mark : DiagramState::Mark{mark.mark, {}});
    }
    return marks;
}

}  // namespace tenscope

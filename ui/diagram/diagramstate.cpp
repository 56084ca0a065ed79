#include "ui/diagram/diagramstate.h"

#include <QStringList>

#include <algorithm>
#include <cmath>


namespace tenscope {

QString durationText(double milliseconds)
{
    const QString space(u'\u202f');
    const auto digits = [](double number) { return QString::number(number, 'f', number < 9.995 ? 2 : number < 99.95 ? 1 : 0); };
    if (milliseconds >= 999.5)
        return digits(milliseconds / 1000) + space + QStringLiteral("s");
    if (milliseconds >= 0.00995)
        return digits(milliseconds) + space + QStringLiteral("ms");
    return digits(milliseconds * 1000) + space + QStringLiteral("\u00b5s");
}

namespace {

QString shareText(std::uint64_t part, std::uint64_t whole)
{
    const double percent = 100.0 * double(part) / double(whole);
    const QString number = percent < 1 ? QStringLiteral("<\u2009" "1") : QString::number(std::lround(percent));
    return number + QStringLiteral("\u202f%");
}

QString factText(const NodeRun& node)
{
    QStringList parts;
    for (const ValueRun& output : node.outputs) {
        const TensorStatistics& s = output.statistics;
        if (!output.isTensor || s.elements == 0)
            continue;
        if (s.nan > 0)
            parts << QStringLiteral("%1 NaN").arg(s.nan);
        if (s.inf > 0)
            parts << QStringLiteral("%1 Inf").arg(s.inf);
        if (parts.isEmpty() && s.zeros > 0)
            parts << shareText(s.zeros, s.elements) + QStringLiteral(" zeros");
        break;
    }
    parts << durationText(node.milliseconds);
    if (node.executions > 1)
        parts << QStringLiteral("\u00d7%1").arg(node.executions);
    return parts.join(QStringLiteral(" \u00b7 "));
}

}  // namespace

std::vector<float> smallBars(const Histogram& histogram)
{
    constexpr std::size_t most = 32;
    const std::size_t bins = histogram.counts.size();
    if (bins == 0)
        return {};
    std::vector<double> sums(std::min(bins, most), 0);
    for (std::size_t i = 0; i < bins; ++i)
        sums[i * sums.size() / bins] += double(histogram.counts[i]);
    const double highest = *std::max_element(sums.begin(), sums.end());
    std::vector<float> bars;
    for (const double sum : sums)
        bars.push_back(highest > 0 ? float(sum / highest) : 0.0f);
    return bars;
}

std::vector<DiagramState::RunFact> runFacts(const Diagram& diagram, const RunOutcome& run)
{
    std::vector<DiagramState::RunFact> facts(diagram.boxes().size());
    std::vector<double> times(diagram.boxes().size(), -1);
    for (const NodeRun& node : run.nodes) {
        const auto box = diagram.visibleBoxOf(node.node);
        if (!box)
            continue;
        if (diagram.boxes()[*box].node) {
            times[*box] = node.milliseconds;
            facts[*box].text = node.executions == 0 ? QString() : factText(node);
        } else {
            times[*box] = std::max(times[*box], 0.0) + node.milliseconds;
            facts[*box].text = durationText(times[*box]);
        }
    }
    const double slowest = times.empty() ? 0 : *std::max_element(times.begin(), times.end());
    for (std::size_t i = 0; i < facts.size(); ++i)
        if (times[i] >= 0)
            facts[i].heat = slowest > 0 ? float(times[i] / slowest) : 0.0f;
    return facts;
}

}  // namespace tenscope

#include <QFileInfo>
#include <QJsonArray>
#include <limits>
#include <optional>

#include "app/commandline/commandparser.h"
#include "app/commandline/commands.h"
#include "app/commandline/diffreport.h"
#include "app/commandline/diffrun.h"
#include "app/commandline/exitcode.h"
#include "app/commandline/modelfile.h"
#include "app/commandline/output.h"
#include "core/compare/comparison.h"
#include "core/graph/text.h"

namespace tenscope {

namespace {

// Lines of the answer for people; the whole is in the JSON object.
constexpr int mostLines = 60;

QJsonArray ids(const std::vector<NodeId>& nodes)
{
    QJsonArray result;
    for (const NodeId node : nodes)
        result += qint64(node.index());
    return result;
}

QJsonObject toJson(const Comparison& comparison, const Model& a, const Model& b)
{
    QJsonArray matched, onlyA, onlyB, weights, differences;
    for (std::size_t i = 0; i < comparison.groups.size(); ++i) {
        const MatchGroup& group = comparison.groups[i];
        const auto alone = [&](const Model& model, const std::vector<NodeId>& nodes, NodeId main) {
            return QJsonObject{{"ids", ids(nodes)},
                               {"op", text(qualifiedName(model, main))},
                               {"name", text(displayName(model, main))},
                               {"scope", text(model.path(model.node(main).scope))}};
        };
        if (group.b.empty()) {
            onlyA += alone(a, group.a, group.mainA);
        } else if (group.a.empty()) {
            onlyB += alone(b, group.b, group.mainB);
        } else {
            QJsonArray evidence;
            for (const EvidenceWeight& one : group.evidence)
                evidence += QJsonObject{{"kind", text(name(one.evidence))}, {"weight", one.weight}};
            matched += QJsonObject{{"a", ids(group.a)},
                                   {"b", ids(group.b)},
                                   {"op_a", text(group.opA)},
                                   {"op_b", text(group.opB)},
                                   {"name_a", text(displayName(a, group.mainA))},
                                   {"name_b", text(displayName(b, group.mainB))},
                                   {"scope_a", text(a.path(a.node(group.mainA).scope))},
                                   {"scope_b", text(b.path(b.node(group.mainB).scope))},
                                   {"changed", group.state == MatchGroup::State::Changed},
                                   {"evidence", evidence}};
        }
    }
    for (const WeightPair& pair : comparison.weights)
        weights += QJsonObject{{"a", text(pair.a)},
                               {"b", text(pair.b)},
                               {"max_abs", jsonNumber(pair.maxAbs)},
                               {"mean_abs", jsonNumber(pair.meanAbs)},
                               {"max_rel", jsonNumber(pair.maxRel)},
                               {"cosine", jsonNumber(pair.cosine)},
                               {"worst", qint64(pair.worst)},
                               {"how", text(pair.how)},
                               {"why", text(pair.why)},
                               {"equal", pair.isEqual}};
    for (const Difference& difference : comparison.differences) {
        QJsonObject object{{"kind", text(name(difference.kind))}, {"what", text(difference.what)}, {"a", text(difference.a)}, {"b", text(difference.b)}};
        if (difference.group != Difference::noGroup) {
            const MatchGroup& group = comparison.groups[difference.group];
            object["ids_a"] = ids(group.a);
            object["ids_b"] = ids(group.b);
        }
        differences += object;
    }
    return {{"nodes_a", qint64(comparison.nodesA)},
            {"nodes_b", qint64(comparison.nodesB)},
            {"groups", qint64(comparison.groups.size())},
            {"matched", matched},
            {"only_a", onlyA},
            {"only_b", onlyB},
            {"weights", weights},
            {"differences", differences},
            {"equal", !comparison.isDifferent()},
            {"summary", text(summary(comparison))}};
}

void addRun(QJsonObject& object, const RunComparison& run, const Comparison& comparison, const Model& a, const Model& b)
{
    QJsonArray activations;
    const auto toObject = [&](const GroupValues& one) {
        const MatchGroup& group = comparison.groups[one.group];
        return QJsonObject{{"a", text(a.value(one.a).name)},
                           {"b", text(b.value(one.b).name)},
                           {"ids_a", ids(group.a)},
                           {"ids_b", ids(group.b)},
                           {"name_a", text(displayName(a, group.mainA))},
                           {"name_b", text(displayName(b, group.mainB))},
                           {"max_abs", jsonNumber(one.difference.maxAbs)},
                           {"mean_abs", jsonNumber(one.difference.meanAbs)},
                           {"max_rel", jsonNumber(one.difference.maxRel)},
                           {"scale", jsonNumber(one.difference.scale)},
                           {"cosine", jsonNumber(one.difference.cosine)},
                           {"worst", qint64(one.difference.worst)},
                           {"layout", text(one.difference.layout)}};
    };
    for (const GroupValues& one : run.values)
        activations += toObject(one);
    object["activations"] = activations;
    object["first_divergence"] = run.firstDivergence ? QJsonValue(toObject(run.values[*run.firstDivergence])) : QJsonValue();
    object["outputs_max_abs"] = jsonNumber(run.outputsMaxAbs);
    object["summary"] = object["summary"].toString() + ' ' + text(summary(run, comparison, b));
}

QString toText(const Comparison& comparison, const Model& a, const Model& b, const RunComparison* run)
{
    QString result = text(summary(comparison)) + (run ? ' ' + text(summary(*run, comparison, b)) : QString()) + '\n';
    TextTable table({"difference", "where", "what", "first", "second"});
    int lines = 0;
    for (const Difference& difference : comparison.differences) {
        if (++lines > mostLines)
            break;
        QString where;
        if (difference.group != Difference::noGroup) {
            const MatchGroup& group = comparison.groups[difference.group];
            where = text(group.mainB ? displayName(b, group.mainB) : displayName(a, group.mainA));
        }
        table.add({text(name(difference.kind)), where, text(difference.what), text(difference.a), text(difference.b)});
    }
    if (!table.isEmpty())
        result += '\n' + table.toString("  ");
    if (lines > mostLines)
        result += QString("  and %1 more: --json gives all\n").arg(comparison.differences.size() - mostLines);
    return result;
}

}  // namespace

int runDiff(const QStringList& arguments)
{
    CommandParser parser("diff", "Matches two models of any formats by what they compute, and says where they differ.", {"A", "B"});
    parser.addOption("run", "Also runs both on the same inputs, and compares what matched operators compute");
    parser.addOption("input", "What an input holds, as for tenscope run; NAME is of either model", "NAME=SPEC");
    parser.addOption("shape", "An input's shape", "NAME=1x3x224x224");
    parser.addOption("seed", "Of the random inputs (0)", "N");
    parser.addOption("threads", "Threads to compute with (all cores)", "N");
    parser.addOption("rtol", "Numbers may differ by so much of their size (1e-4)", "R");
    parser.addOption("atol", "Numbers may differ by so much (1e-6)", "A");
    parser.addOption("report", "Also writes a page with both diagrams and all tables", "OUT.html");
    if (const auto code = parser.process(arguments))
        return *code;
    CompareOptions options;
    const auto relative = parser.number("rtol", 0, options.weights.relative), absolute = parser.number("atol", 0, options.weights.absolute);
    if (!relative || !absolute)
        return report((relative ? absolute : relative).error());
    options.weights = {*relative, *absolute};
    const auto seed = parser.integer("seed", 0, std::numeric_limits<qint64>::max(), 0), threads = parser.integer("threads", 1, 4096, 0);
    if (!seed || !threads)
        return report((seed ? threads : seed).error());
    auto a = ModelFile::open(parser.argument(0));
    if (!a)
        return report(a.error());
    auto b = ModelFile::open(parser.argument(1));
    if (!b)
        return report(b.error());

    Progress progress;
    const auto comparison = compare(a->model(), b->model(), options, progress);
    if (!comparison)
        return report(comparison.error());
    std::optional<RunComparison> run;
    if (parser.isSet("run")) {
        auto done = diffRun(*a, *b, *comparison, {parser.values("input"), parser.values("shape"), std::uint64_t(*seed), int(*threads), options.weights},
                            progress);
        if (!done)
            return report(done.error(), false);
        run = std::move(*done);
    }
    const RunComparison* ran = run ? &*run : nullptr;
    if (parser.isSet("report")) {
        const DiffSide first{QFileInfo(parser.argument(0)).fileName(), a->model()}, second{QFileInfo(parser.argument(1)).fileName(), b->model()};
        if (const auto written = writeDiffReport(parser.value("report"), first, second, *comparison, ran, progress); !written)
            return report(written.error());
    }
    if (parser.isJson()) {
        QJsonObject object = toJson(*comparison, a->model(), b->model());
        if (ran)
            addRun(object, *ran, *comparison, a->model(), b->model());
        print(object);
    } else {
        print(toText(*comparison, a->model(), b->model(), ran));
    }
    return finish(comparison->isDifferent() || (ran && ran->firstDivergence) ? ExitFinding : ExitDone);
}

}  // namespace tenscope

#include <QJsonArray>

#include "app/commandline/commandparser.h"
#include "app/commandline/commands.h"
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

QString toText(const Comparison& comparison, const Model& a, const Model& b)
{
    QString result = text(summary(comparison)) + '\n';
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
    parser.addOption("rtol", "Weights may differ by so much of their value (1e-4)", "R");
    parser.addOption("atol", "Weights may differ by so much (1e-6)", "A");
    if (const auto code = parser.process(arguments))
        return *code;
    CompareOptions options;
    const auto relative = parser.number("rtol", 0, options.weights.relative), absolute = parser.number("atol", 0, options.weights.absolute);
    if (!relative || !absolute)
        return report((relative ? absolute : relative).error());
    options.weights = {*relative, *absolute};
    const auto a = ModelFile::open(parser.argument(0));
    if (!a)
        return report(a.error());
    const auto b = ModelFile::open(parser.argument(1));
    if (!b)
        return report(b.error());

    Progress progress;
    const auto comparison = compare(a->model(), b->model(), options, progress);
    if (!comparison)
        return report(comparison.error());
    if (parser.isJson())
        print(toJson(*comparison, a->model(), b->model()));
    else
        print(toText(*comparison, a->model(), b->model()));
    return finish(comparison->isDifferent() ? ExitFinding : ExitDone);
}

}  // namespace tenscope

#include <QFileInfo>
#include <algorithm>

#include "app/commandline/commandparser.h"
#include "app/commandline/commands.h"
#include "app/commandline/describe.h"
#include "app/commandline/exitcode.h"
#include "app/commandline/modelfile.h"
#include "app/commandline/output.h"
#include "core/analysis/checks.h"
#include "core/analysis/modelsummary.h"
#include "core/formats/formats.h"
#include "core/graph/text.h"

namespace tenscope {

namespace {

QJsonObject toJson(const Model& model, const ModelSummary& summary, const std::vector<Issue>& issues, const QString& path)
{
    QJsonObject opsets, ops, metadata;
    for (const auto& [domain, version] : model.opsets)
        opsets[text(domain)] = qint64(version);
    for (const auto& [op, count] : summary.ops)
        ops[text(op)] = qint64(count);
    for (const auto& [key, value] : model.metadata)
        metadata[text(key)] = text(value);

    QJsonObject object{
        {"file", path},
        {"file_bytes", QFileInfo(path).size()},
        {"format", text(name(model.format))},
        {"producer", text(model.producer)},
        {"opsets", opsets},
        {"nodes", qint64(summary.nodes)},
        {"ops", ops},
        {"subgraphs", qint64(summary.bodies)},
        {"functions", qint64(summary.functions)},
        {"parameters", qint64(summary.parameters)},
        {"parameter_bytes", qint64(summary.parameterBytes)},
        {"tensors", qint64(summary.tensors)},
        {"scopes", qint64(summary.scopes)},
        {"metadata", metadata},
        {"issues", toJson(model, issues)},
        {"inputs", valuesJson(model, requiredInputs(model))},
        {"outputs", QJsonArray()},
    };
    if (model.mainGraph)
        object["outputs"] = valuesJson(model, model.graph(model.mainGraph).outputs);
    if (model.format == Format::Onnx)
        object["ir_version"] = qint64(model.irVersion);
    if (!model.docString.empty())
        object["doc"] = text(model.docString);
    return object;
}

QString valuesText(const Model& model, const char* title, const std::vector<ValueId>& values)
{
    TextTable table({"", "", ""});
    for (const ValueId id : values)
        if (id)
            table.add({text(model.value(id).name), dtype(model.value(id).type), plainShape(model.value(id).type)});
    return table.isEmpty() ? QString() : QString("\n%1\n").arg(title) + table.toString("  ", false);
}

QString formatText(const Model& model)
{
    const std::string_view title = formatInfo(model.format).title;
    QStringList details;
    if (model.format == Format::Onnx)
        details += QString("IR %1").arg(model.irVersion);
    for (const auto& [domain, version] : model.opsets)
        details += domain.empty() ? QString("opset %1").arg(version) : QString("%1 %2").arg(text(domain)).arg(version);
    return text(title) + (details.isEmpty() ? QString() : " (" + details.join(", ") + ')');
}

QString toText(const Model& model, const ModelSummary& summary, const std::vector<Issue>& issues, const QString& path)
{
    QString result = path + '\n';
    TextTable facts({"", ""});
    facts.add({"format", formatText(model)});
    facts.add({"size", text(byteCount(std::uint64_t(QFileInfo(path).size())))});
    if (!model.producer.empty())
        facts.add({"producer", text(model.producer)});
    QString nodes = grouped(summary.nodes);
    if (summary.bodies > 0)
        nodes += QString(", %1 subgraphs").arg(grouped(summary.bodies));
    if (summary.functions > 0)
        nodes += QString(", %1 functions").arg(grouped(summary.functions));
    facts.add({"nodes", nodes});
    facts.add({"modules", grouped(summary.scopes)});
    facts.add({"parameters", QString("%1 in %2 tensors, %3")
                                 .arg(grouped(summary.parameters), grouped(summary.tensors), text(byteCount(summary.parameterBytes)))});
    for (const auto& [key, value] : model.metadata)
        facts.add({text(key), text(value).section('\n', 0, 0).left(120)});
    result += facts.toString("  ", false);

    result += valuesText(model, "Inputs", requiredInputs(model));
    if (model.mainGraph)
        result += valuesText(model, "Outputs", model.graph(model.mainGraph).outputs);

    std::vector<std::pair<std::string, std::uint64_t>> ops(summary.ops.begin(), summary.ops.end());
    std::stable_sort(ops.begin(), ops.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    TextTable operators({"", ">"});
    for (const auto& [op, count] : ops)
        operators.add({text(op), grouped(count)});
    if (!operators.isEmpty())
        result += "\nOperators\n" + operators.toString("  ", false);
    if (!issues.empty())
        result += "\nIssues\n" + tenscope::toText(model, issues);
    return result;
}

}  // namespace

int runInfo(const QStringList& arguments)
{
    CommandParser parser("info", "Says what the file is and holds.", {"FILE"});
    if (const auto code = parser.process(arguments))
        return *code;
    const auto file = ModelFile::open(parser.argument(0));
    if (!file)
        return report(file.error());
    const Model& model = file->model();
    const ModelSummary summary = summarize(model);
    Progress progress;
    std::vector<Issue> issues = model.issues;
    for (Issue& issue : check(model, progress))
        issues.push_back(std::move(issue));
    if (parser.isJson())
        print(toJson(model, summary, issues, parser.argument(0)));
    else
        print(toText(model, summary, issues, parser.argument(0)));
    return finish(ExitDone);
}

}  // namespace tenscope

#include <unistd.h>

#include <QRegularExpression>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>

#include "app/commandline/commandparser.h"
#include "app/commandline/commands.h"
#include "app/commandline/describe.h"
#include "app/commandline/exitcode.h"
#include "app/commandline/modelfile.h"
#include "app/commandline/output.h"
#include "app/commandline/runinputs.h"
#include "core/analysis/npy.h"
#include "core/analysis/topclasses.h"
#include "core/formats/formats.h"
#include "core/graph/text.h"
#include "core/worker/workerclient.h"

namespace tenscope {

namespace {

constexpr int warmUps = 3;

// The time in the middle, and a quarter of the times below and above.
struct Spread {
    double median = 0, low = 0, high = 0;
};

Spread spreadOf(std::vector<double> times)
{
    if (times.empty())
        return {};
    std::sort(times.begin(), times.end());
    const auto at = [&](double share) { return times[std::size_t(share * double(times.size() - 1) + 0.5)]; };
    return {at(0.5), at(0.25), at(0.75)};
}

QJsonObject toJson(const ValueRun& value, bool withNan)
{
    QJsonObject object{{"dtype", text(name(value.element))},
                       {"shape", shapeJson(value.shape)},
                       {"min", jsonNumber(value.statistics.min)},
                       {"max", jsonNumber(value.statistics.max)},
                       {"mean", jsonNumber(value.statistics.mean)}};
    if (!value.isTensor)  // a number, a string, None
        object = {{"dtype", QJsonValue::Null}, {"text", text(value.text)}};
    else if (withNan)
        object["nan"] = qint64(value.statistics.nan);
    return object;
}

// Of one output: the best classes of each item of the batch, with their names; empty where it is no classification of as many classes.
using Ranking = std::vector<std::vector<RankedClass>>;

Result<std::vector<Ranking>> rankings(const Model& model, const RunOutcome& outcome, const std::vector<std::string>& labels)
{
    constexpr std::size_t best = 5, mostItems = 64;
    std::vector<Ranking> result(outcome.outputs.size());
    Progress progress;
    for (std::size_t i = 0; i < outcome.outputs.size() && !labels.empty(); ++i) {
        if (!outcome.outputs[i].isTensor || !isClassification(outcome.outputTensors[i], labels.size()))
            continue;
        auto ranking = topClasses(model, outcome.outputTensors[i], best, mostItems, progress);
        if (!ranking)
            return fail(ranking.error());
        result[i] = std::move(*ranking);
    }
    if (!labels.empty() && std::all_of(result.begin(), result.end(), [](const Ranking& ranking) { return ranking.empty(); }))
        return fail(Error::usage("--labels names " + std::to_string(labels.size()) + " classes, and no output of the model has as many values"));
    return result;
}

QJsonArray toJson(const Ranking& ranking, const std::vector<std::string>& labels)
{
    QJsonArray items;
    for (const auto& item : ranking) {
        QJsonArray classes;
        for (const RankedClass& entry : item)
            classes += QJsonObject{{"class", qint64(entry.index)}, {"label", text(labels[entry.index])}, {"value", jsonNumber(entry.value)}};
        items += classes;
    }
    return items;
}

QJsonObject toJson(const Model& model, const RunOutcome& outcome, const WorkerInfo& info, bool withTrace,
                   const std::vector<Ranking>& top, const std::vector<std::string>& labels)
{
    QJsonArray outputs, times, nodes, warnings;
    for (std::size_t i = 0; i < outcome.outputs.size(); ++i) {
        QJsonObject object = toJson(outcome.outputs[i], true);
        object["name"] = text(outcome.outputs[i].name);
        if (!top[i].empty())
            object["top"] = toJson(top[i], labels);
        outputs += object;
    }
    for (const double time : outcome.milliseconds)
        times += time;
    for (const std::string& warning : info.warnings)
        warnings += text(warning);
    const Spread spread = spreadOf(outcome.milliseconds);
    QJsonObject object{{"device", text(outcome.device)},
                       {"threads", outcome.threads},
                       {"outputs", outputs},
                       {"times_ms", times},
                       {"median_ms", spread.median},
                       {"quartiles_ms", QJsonArray{spread.low, spread.high}},
                       {"peak_bytes", qint64(outcome.peakBytes)},
                       {"libtorch", text(info.libtorchVersion)},
                       {"blas", text(info.blas)},
                       {"warnings", warnings}};
    if (!withTrace)
        return object;
    for (const NodeRun& run : outcome.nodes) {
        QJsonArray values;
        for (const ValueRun& value : run.outputs)
            values += toJson(value, true);
        nodes += QJsonObject{{"id", qint64(run.node.index())},
                             {"op", text(qualifiedName(model, run.node))},
                             {"name", text(displayName(model, run.node))},
                             {"scope", text(model.path(model.node(run.node).scope))},
                             {"time_ms", run.milliseconds},
                             {"executions", qint64(run.executions)},
                             {"outputs", values}};
    }
    object["nodes"] = nodes;
    return object;
}

QString milliseconds(double time)
{
    return QString::number(time, 'f', time < 10 ? 3 : 1);
}

QString toText(const Model& model, const RunOutcome& outcome, bool withTrace, const std::vector<Ranking>& top,
               const std::vector<std::string>& labels)
{
    TextTable outputs({"output", "type", "shape", ">min", ">max", ">mean"});
    for (const ValueRun& value : outcome.outputs) {
        if (value.isTensor)
            outputs.add({text(value.name), text(name(value.element)), plainShape(value.shape), shortNumber(value.statistics.min),
                         shortNumber(value.statistics.max), shortNumber(value.statistics.mean)});
        else
            outputs.add({text(value.name), text(value.text), "", "", "", ""});
    }
    QString result = outputs.toString();
    for (std::size_t i = 0; i < top.size(); ++i) {
        for (std::size_t item = 0; item < top[i].size(); ++item) {
            TextTable classes({top[i].size() > 1 ? text(outcome.outputs[i].name) + QString("[%1]").arg(item) : text(outcome.outputs[i].name),
                               ">class", ">value"});
            for (const RankedClass& entry : top[i][item])
                classes.add({text(labels[entry.index]), QString::number(entry.index), shortNumber(entry.value)});
            result += '\n' + classes.toString();
        }
    }

    const Spread spread = spreadOf(outcome.milliseconds);
    if (!outcome.milliseconds.empty())
        result += QString("\n%1, %2 threads: %3 ms").arg(text(outcome.device)).arg(outcome.threads).arg(milliseconds(spread.median));
    if (outcome.milliseconds.size() > 1)
        result += QString(" (median of %1; half of them from %2 to %3)")
                      .arg(outcome.milliseconds.size())
                      .arg(milliseconds(spread.low), milliseconds(spread.high));
    result += '\n';
    if (!withTrace)
        return result;

    TextTable nodes({">ms", "operator", "name", "module", "output"});
    for (const NodeRun& run : outcome.nodes) {
        const ValueRun* first = run.outputs.empty() ? nullptr : &run.outputs.front();
        const QString output = !first                ? QString()
                               : first->isTensor     ? text(name(first->element)) + ' ' + plainShape(first->shape)
                                                     : text(first->text);
        nodes.add({milliseconds(run.milliseconds), text(qualifiedName(model, run.node)), text(displayName(model, run.node)),
                   text(model.path(model.node(run.node).scope)), output});
    }
    return result + '\n' + nodes.toString();
}

// Progress on a terminal's standard error, wiped away at the end; silent elsewhere.
class ConsoleProgress {
public:
    ConsoleProgress()
        : m_isTerminal(::isatty(STDERR_FILENO)), m_progress([this](double fraction, const std::string& what) {
              if (m_isTerminal)
                  std::fprintf(stderr, "\r\x1b[K%s%s", what.c_str(),
                               fraction < 0 ? "" : QString(" %1%").arg(int(fraction * 100)).toUtf8().constData());
          })
    {
    }
    ~ConsoleProgress()
    {
        if (m_isTerminal)
            std::fputs("\r\x1b[K", stderr);
    }
    Progress& progress() { return m_progress; }

private:
    bool m_isTerminal;
    Progress m_progress;
};

// One NAME.npy an output. Names hold slashes and repeat; files must not.
Result<void> writeOutputs(const Model& model, const RunOutcome& outcome, const std::filesystem::path& folder)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        return fail(Error::write(folder.string() + " cannot be made (" + error.message() + ")"));
    std::set<std::string> taken;
    Progress progress;
    for (std::size_t i = 0; i < outcome.outputs.size() && i < outcome.outputTensors.size(); ++i) {
        if (!outcome.outputs[i].isTensor)
            continue;
        std::string base = outcome.outputs[i].name.empty() ? "output_" + std::to_string(i) : outcome.outputs[i].name;
        std::replace(base.begin(), base.end(), '/', '_');
        if (base.front() == '.')
            base.front() = '_';
        std::string name = base;
        for (int number = 1; !taken.insert(name).second; ++number)
            name = base + '_' + std::to_string(number);
        if (auto written = writeNpy(model, outcome.outputTensors[i], folder / (name + ".npy"), progress); !written)
            return written;
    }
    return {};
}

}  // namespace

int runRun(const QStringList& arguments)
{
    CommandParser parser("run", "Runs the model once on sample inputs, and says what came out and how long it took.\n"
                                "SPEC is random (the default), zeros, ones, arange, a number, none, FILE.npy, FILE.npz:KEY,\n"
                                "FILE.pb (an ONNX tensor), or an image (IMAGE:imagenet normalizes it). NAME is an input's name\n"
                                "or its index.", {"FILE"});
    parser.addOption("input", "What an input holds; once for each input", "NAME=SPEC");
    parser.addOption("shape", "An input's shape, and its type where the model does not say it (x=1x16:int64)", "NAME=1x3x224x224");
    parser.addOption("override", "What a value is taken to be instead of what the model computes; runs as it is traced", "NAME=SPEC");
    parser.addOption("seed", "Of the random inputs (0)", "N");
    parser.addOption("device", "What computes (cpu)", "cpu|cuda");
    parser.addOption("threads", "Threads to compute with (all cores)", "N");
    parser.addOption("repeat", "Timed runs (1); with more than one, on an optimized graph after three that warm up", "N");
    parser.addOption("trace", "Time and outputs of every node, from a run of its own");
    parser.addOption("labels", "Names of classes, one a line: says which five have the largest values", "FILE");
    parser.addOption("output-dir", "Where to write one NAME.npy an output", "DIR");
    if (const auto code = parser.process(arguments))
        return *code;
    const auto seed = parser.integer("seed", 0, std::numeric_limits<qint64>::max(), 0);
    const auto threads = parser.integer("threads", 1, 4096, 0);
    const auto repeats = parser.integer("repeat", 1, 1'000'000, 1);
    for (const auto* number : {&seed, &threads, &repeats})
        if (!*number)
            return report(number->error());
    const QString device = parser.isSet("device") ? parser.value("device") : QString("cpu");
    static const QRegularExpression devices(QRegularExpression::anchoredPattern("cpu|cuda(:[0-9]+)?"));
    if (!devices.match(device).hasMatch())
        return report(Error::usage("--device takes cpu or cuda, not \"" + device.toStdString() + "\""));

    std::vector<std::string> labels;
    if (parser.isSet("labels")) {
        auto read = readLabels(parser.value("labels").toStdString());
        if (!read)
            return report(read.error());
        labels = std::move(*read);
    }

    auto file = ModelFile::open(parser.argument(0));
    if (!file)
        return report(file.error());
    const Model& model = file->model();
    if (!model.mainGraph)
        return report(Error::run(parser.argument(0).toStdString() + " holds tensors only: there is nothing to run"));

    RunRequest request;
    auto inputs = runInputs(model, parser.values("input"), parser.values("shape"), std::uint64_t(*seed));
    if (!inputs)
        return report(inputs.error());
    request.inputs = std::move(*inputs);
    auto overrides = runOverrides(model, parser.values("override"));
    if (!overrides)
        return report(overrides.error());
    request.overrides = std::move(*overrides);
    request.device = device.toStdString();
    request.threads = int(*threads);
    request.repeats = int(*repeats);
    request.warmUps = *repeats > 1 ? warmUps : 0;
    request.trace = parser.isSet("trace");

    ConsoleProgress console;
    if (const auto runnable = file->makeRunnable(console.progress()); !runnable)
        return report(runnable.error(), false);
    const auto info = file->worker()->info(console.progress());
    if (!info)
        return report(info.error(), false);
    for (const std::string& warning : info->warnings)
        std::fprintf(stderr, "tenscope: %s\n", warning.c_str());
    const auto outcome = file->worker()->run(file->handle(), request, {}, console.progress());
    if (!outcome)
        return report(outcome.error(), false);
    if (parser.isSet("output-dir"))
        if (const auto written = writeOutputs(model, *outcome, parser.value("output-dir").toStdString()); !written)
            return report(written.error());
    const auto top = rankings(model, *outcome, labels);
    if (!top)
        return report(top.error());
    if (parser.isJson())
        print(toJson(model, *outcome, *info, request.trace, *top, labels));
    else
        print(toText(model, *outcome, request.trace, *top, labels));
    return finish(ExitDone);
}

}  // namespace tenscope

#include <algorithm>
#include <cstdio>
#include <optional>
#include <thread>

#include "app/commandline/commandparser.h"
#include "app/commandline/commands.h"
#include "app/commandline/describe.h"
#include "app/commandline/exitcode.h"
#include "app/commandline/modelfile.h"
#include "app/commandline/output.h"
#include "core/analysis/modelsummary.h"
#include "core/analysis/statistics.h"

namespace tenscope {

namespace {

struct NamedTensor {
    QString name;
    TensorId tensor;
};

// All stored weights; or those of that name, among which are then also constants of the graph.
std::vector<NamedTensor> chosen(const Model& model, const std::optional<QString>& wanted)
{
    std::vector<NamedTensor> result;
    for (const ValueId value : storedValues(model)) {
        const QString name = text(model.value(value).name);
        if (!wanted || name == *wanted)
            result.push_back({name, model.value(value).tensor});
    }
    if (!wanted || !result.empty())
        return result;
    for (std::size_t i = 0; i < model.tensorCount(); ++i)
        if (text(model.tensor(TensorId(i)).name) == *wanted)
            result.push_back({*wanted, TensorId(i)});
    return result;
}

QJsonObject toJson(const NamedTensor& named, const Tensor& tensor, const TensorStatistics& statistics)
{
    QJsonArray edges, counts;
    for (const double edge : statistics.histogram.edges)
        edges += jsonNumber(edge);
    for (const std::uint64_t count : statistics.histogram.counts)
        counts += qint64(count);
    return {{"name", named.name},
            {"dtype", text(name(tensor.element))},
            {"shape", shapeJson(tensor.shape)},
            {"elements", qint64(statistics.elements)},
            {"min", jsonNumber(statistics.min)},
            {"max", jsonNumber(statistics.max)},
            {"mean", jsonNumber(statistics.mean)},
            {"std", jsonNumber(statistics.std)},
            {"zeros", qint64(statistics.zeros)},
            {"nan", qint64(statistics.nan)},
            {"inf", qint64(statistics.inf)},
            {"histogram", QJsonObject{{"edges", edges}, {"counts", counts}}}};
}

QStringList toRow(const NamedTensor& named, const Tensor& tensor, const TensorStatistics& s)
{
    return {named.name,         text(name(tensor.element)), plainShape(tensor.shape), grouped(s.elements),
            shortNumber(s.min), shortNumber(s.max),         shortNumber(s.mean),     shortNumber(s.std),
            grouped(s.zeros),   grouped(s.nan),             grouped(s.inf)};
}

QString bars(const Histogram& histogram)
{
    constexpr int width = 60;
    std::uint64_t most = 1;
    for (const std::uint64_t count : histogram.counts)
        most = std::max(most, count);
    TextTable table({">", ">", ">", ""});
    for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
        const auto length = int(double(histogram.counts[i]) / double(most) * width + 0.5);
        table.add({shortNumber(histogram.edges[i]), shortNumber(histogram.edges[i + 1]), grouped(histogram.counts[i]),
                   QString(length, '#')});
    }
    return table.toString("  ", false);
}

}  // namespace

int runStats(const QStringList& arguments)
{
    CommandParser parser("stats", "Prints statistics and histograms of the weights.", {"FILE"});
    parser.addOption("tensor", "Only the tensor of that name", "NAME");
    parser.addOption("bins", "Bins of the histograms (64)", "N");
    if (const auto code = parser.process(arguments))
        return *code;
    const auto bins = parser.integer("bins", 1, 1'000'000, 64);
    if (!bins)
        return report(bins.error());

    const auto file = ModelFile::open(parser.argument(0));
    if (!file)
        return report(file.error());
    const Model& model = file->model();
    const auto wanted = parser.isSet("tensor") ? std::optional(parser.value("tensor")) : std::nullopt;
    const std::vector<NamedTensor> tensors = chosen(model, wanted);
    if (wanted && tensors.empty())
        return report(Error::usage(parser.argument(0).toStdString() + " holds no tensor \"" + wanted->toStdString() +
                                   "\"; tenscope stats lists all when it is not given a name"));

    Progress progress;
    const int threads = std::max(1, int(std::thread::hardware_concurrency()));
    QJsonArray array;
    TextTable table({"name", "type", "shape", ">elements", ">min", ">max", ">mean", ">std", ">zeros", ">nan", ">inf"});
    QString histograms;
    std::optional<Error> failure;  // the first; other tensors are told of all the same
    for (const NamedTensor& named : tensors) {
        const Tensor& tensor = model.tensor(named.tensor);
        const auto computed = statistics(model, tensor, int(*bins), progress, threads);
        if (!computed) {
            if (!failure)
                failure = computed.error();
            array += QJsonObject{{"name", named.name},
                                 {"dtype", text(name(tensor.element))},
                                 {"shape", shapeJson(tensor.shape)},
                                 {"error", text(computed.error().message)}};
            continue;
        }
        array += toJson(named, tensor, *computed);
        table.add(toRow(named, tensor, *computed));
        if (wanted)
            histograms += bars(computed->histogram);
    }
    if (parser.isJson())
        print(QJsonObject{{"tensors", array}});
    else
        print(table.isEmpty() ? QString("The file holds no weights that can be read.\n") : table.toString() + histograms);
    return failure ? report(*failure) : finish(ExitDone);
}

}  // namespace tenscope

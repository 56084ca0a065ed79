#include "app/commandline/diffrun.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "app/commandline/runinputs.h"
#include "core/analysis/modelsummary.h"
#include "core/worker/workerclient.h"

namespace tenscope {

namespace {

// "sr.1" is what TorchScript calls the value of the argument sr.
QString plainName(const Model& model, ValueId value)
{
    const QString name = QString::fromStdString(model.value(value).name);
    const qsizetype dot = name.lastIndexOf('.');
    bool isNumber = false;
    if (dot > 0)
        name.mid(dot + 1).toUInt(&isNumber);
    return isNumber ? name.left(dot) : name;
}

// By input of a: the input of b that is given the same.
std::vector<std::optional<std::size_t>> pairInputs(const Model& a, const std::vector<ValueId>& inputsA, const Model& b,
                                                   const std::vector<ValueId>& inputsB)
{
    std::vector<std::optional<std::size_t>> partner(inputsA.size());
    std::vector<bool> taken(inputsB.size());
    for (std::size_t i = 0; i < inputsA.size(); ++i)
        for (std::size_t j = 0; j < inputsB.size() && !partner[i]; ++j)
            if (!taken[j] && plainName(a, inputsA[i]) == plainName(b, inputsB[j])) {
                partner[i] = j;
                taken[j] = true;
            }
    for (std::size_t i = 0, j = 0; i < inputsA.size(); ++i) {
        while (j < inputsB.size() && taken[j])
            ++j;
        if (!partner[i] && j < inputsB.size()) {
            partner[i] = j;
            taken[j] = true;
        }
    }
    return partner;
}

struct Side {
    const Model& model;
    std::vector<ValueId> inputs;
    std::vector<std::optional<std::size_t>> partner;  // of each input, on the other side

    // Which input a "NAME=…" is for, by its full or plain name, or by its index.
    std::optional<std::size_t> find(const QString& name) const
    {
        for (std::size_t i = 0; i < inputs.size(); ++i)
            if (name == QString::fromStdString(model.value(inputs[i]).name) || name == plainName(model, inputs[i]))
                return i;
        bool isNumber = false;
        const uint index = name.toUInt(&isNumber);
        return isNumber && index < inputs.size() ? std::optional<std::size_t>(index) : std::nullopt;
    }
};

// What is said of either model's inputs, said of this one's by index.
Result<QStringList> options(const Side& mine, const Side& other, const QStringList& given)
{
    QStringList result;
    for (const QString& text : given) {
        const QString name = text.section('=', 0, 0), value = text.section('=', 1);
        std::optional<std::size_t> index = mine.find(name);
        const auto theirs = other.find(name);
        if (!index && theirs)
            index = other.partner[*theirs];
        if (index)
            result += QString::number(*index) + '=' + value;
        else if (!theirs)
            return fail(Error::usage("neither model has an input \"" + name.toStdString() + "\""));
    }
    return result;
}

bool isShapeKnown(const Side& side)
{
    return std::all_of(side.inputs.begin(), side.inputs.end(), [&](ValueId input) {
        const Type& type = side.model.value(input).type;
        return !type.isTensor() || type.shape;
    });
}

}  // namespace

Result<RunComparison> diffRun(ModelFile& a, ModelFile& b, const Comparison& comparison, const DiffRunOptions& given, Progress& progress)
{
    if (!a.model().mainGraph || !b.model().mainGraph)
        return fail(Error::run("One of the files holds tensors only: there is nothing to run."));
    std::array<Side, 2> sides{Side{a.model(), requiredInputs(a.model()), {}}, Side{b.model(), requiredInputs(b.model()), {}}};
    sides[0].partner = pairInputs(sides[0].model, sides[0].inputs, sides[1].model, sides[1].inputs);
    sides[1].partner.resize(sides[1].inputs.size());
    for (std::size_t i = 0; i < sides[0].partner.size(); ++i)
        if (sides[0].partner[i])
            sides[1].partner[*sides[0].partner[i]] = i;

    // The side that knows its shapes tells the other.
    const std::size_t first = isShapeKnown(sides[1]) ? 1 : 0, second = 1 - first;
    std::array<std::vector<Tensor>, 2> inputs;
    for (const std::size_t side : {first, second}) {
        const auto specs = options(sides[side], sides[1 - side], given.specs), said = options(sides[side], sides[1 - side], given.shapes);
        if (!specs || !said)
            return fail((specs ? said : specs).error());
        QStringList shapes = *said;
        if (side == second) {
            for (std::size_t i = 0; i < sides[side].inputs.size(); ++i) {
                const auto partner = sides[side].partner[i];
                const Type& type = sides[side].model.value(sides[side].inputs[i]).type;
                const QString key = QString::number(i) + '=';
                const bool isSaid = std::any_of(shapes.begin(), shapes.end(), [&](const QString& shape) { return shape.startsWith(key); });
                if (!partner || isSaid || !type.isTensor() || type.shape)
                    continue;
                const Tensor& tensor = inputs[first][*partner];
                QStringList sizes;
                for (const std::int64_t size : tensor.shape)
                    sizes += QString::number(size);
                const std::string_view element = name(tensor.element);
                shapes += key + (sizes.isEmpty() ? QString("scalar") : sizes.join('x')) + ':' + QString::fromLatin1(element.data(), qsizetype(element.size()));
            }
        }
        auto made = runInputs(sides[side].model, *specs, shapes, given.seed);
        if (!made)
            return fail(made.error());
        inputs[side] = std::move(*made);
    }
    for (std::size_t i = 0; i < inputs[second].size(); ++i)
        if (const auto partner = sides[second].partner[i])
            inputs[second][i] = inputs[first][*partner];

    std::array<ModelFile*, 2> files{&a, &b};
    std::array<std::vector<Tensor>, 2> outputs;
    for (std::size_t side = 0; side < 2; ++side) {
        if (const auto runnable = files[side]->makeRunnable(progress); !runnable)
            return fail(runnable.error());
        RunRequest request;
        request.inputs = std::move(inputs[side]);
        request.threads = given.threads;
        request.trace = true;
        auto outcome = files[side]->worker()->run(files[side]->handle(), request, {}, progress);
        if (!outcome)
            return fail(outcome.error());
        for (std::size_t i = 0; i < outcome->outputs.size(); ++i)
            if (outcome->outputs[i].isTensor)
                outputs[side].push_back(std::move(outcome->outputTensors[i]));
    }
    const auto source = [&](ModelFile& file) {
        return [&file, &progress](ValueId value) { return file.worker()->activation(file.handle(), value, progress); };
    };
    auto result = compareRuns(comparison, source(a), source(b), given.tolerance, progress);
    if (!result)
        return result;
    for (std::size_t i = 0; i < std::min(outputs[0].size(), outputs[1].size()); ++i)
        if (const auto apart = compareValues(outputs[0][i], outputs[1][i]))
            result->outputsMaxAbs = std::max(result->outputsMaxAbs, apart->maxAbs);
    return result;
}

}  // namespace tenscope

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <algorithm>
#include <filesystem>

#include "app/commandline/commandparser.h"
#include "app/commandline/commands.h"
#include "app/commandline/exitcode.h"
#include "app/commandline/modelfile.h"
#include "app/commandline/output.h"
#include "core/analysis/npy.h"
#include "core/edit/apply.h"
#include "core/edit/editscript.h"
#include "core/formats/formats.h"
#include "core/formats/onnx/onnxwriter.h"
#include "core/formats/onnx/tensorfile.h"
#include "core/worker/modelinference.h"

namespace tenscope {

namespace {

std::filesystem::path nativePath(const QString& path)
{
    return QFile::encodeName(path).toStdString();
}

// Files that a script names lie beside it: .npy, .npz with its key behind a colon, or ONNX's .pb.
TensorLoader loaderBeside(const QString& script)
{
    const std::filesystem::path folder = nativePath(QFileInfo(script).absolutePath());
    return [folder](const std::string& name) -> Result<Tensor> {
        const std::size_t archive = name.rfind(".npz:");
        if (archive != std::string::npos)
            return readNpz(folder / name.substr(0, archive + 4), name.substr(archive + 5));
        const std::filesystem::path path = folder / name;
        if (path.extension() == ".npz")
            return readNpz(path, {});
        return path.extension() == ".pb" ? readOnnxTensor(path) : readNpy(path);
    };
}

ModelLoader modelsBeside(const QString& script)
{
    return [folder = QFileInfo(script).absolutePath()](const std::string& name) -> Result<Model> {
        const auto file = ModelFile::open(QDir(folder).filePath(QString::fromStdString(name)));
        if (!file)
            return fail(file.error());
        return file->model();
    };
}

Result<QByteArray> scriptText(const QString& path)
{
    constexpr qint64 largest = qint64(1) << 30;
    QFile file(path);
    if (!file.open(QFile::ReadOnly))
        return fail(Error::read(path.toStdString() + ": cannot be opened (" + file.errorString().toStdString() + ")"));
    if (file.size() > largest)
        return fail(Error::read(path.toStdString() + ": is too large for a script of edits; put tensors into .npy files"));
    return file.readAll();
}

// Inputs and outputs of the main graph that nothing says the type of.
std::vector<ValueId> untypedPorts(const Model& model)
{
    std::vector<ValueId> ports;
    if (!model.mainGraph)
        return ports;
    const Graph& graph = model.graph(model.mainGraph);
    for (const auto* list : {&graph.inputs, &graph.outputs})
        std::copy_if(list->begin(), list->end(), std::back_inserter(ports),
                     [&](ValueId port) { return port && model.value(port).type.kind == Type::Kind::Unknown; });
    return ports;
}

// Whether the worker could say anything; without one the model is saved as it is.
bool inferInto(Model& model)
{
    if (WorkerClient::find().empty())
        return false;
    WorkerClient worker;
    Progress progress;
    const auto inferred = inferTypes(model, worker, progress);
    if (inferred)
        setInferredTypes(model, inferred->types);
    return inferred.has_value();
}

// What an added node computes has a type only once the node is there; as an output of the model it is stated in the file.
void stateTypes(Model& model)
{
    const std::vector<ValueId> ports = untypedPorts(model);
    Model typed = model;
    if (ports.empty() || !inferInto(typed))
        return;
    for (const ValueId port : ports)
        if (const Type& type = std::as_const(typed).value(port).type; type.kind != Type::Kind::Unknown)
            (void)applyEdit(model, SetValueType{port, type});
}

// In the format that the model has. TorchScript is written by the worker, which has read it too.
Result<OnnxWriteReport> save(const Model& model, const std::filesystem::path& target, const OnnxWriteOptions& options, WorkerClient* worker)
{
    Progress progress;
    if (model.format == Format::Onnx)
        return writeOnnx(model, target, options, progress);
    return worker->writeTorchScript(model, target, progress).map([&](const ScriptExport& written) {
        OnnxWriteReport report;
        report.files.push_back(target);
        report.bytes = written.bytes;
        return report;
    });
}

}  // namespace

int runEdit(const QStringList& arguments)
{
    CommandParser parser("edit", "Applies a list of edits and saves. What was not edited is saved exactly as it was.", {"IN", "OUT"});
    parser.addOption("script", "The edits, as JSON.", "EDITS.json");
    parser.addOption("data", "Where large tensors go: keep (as they were), embed (into OUT), file (one file beside OUT).", "keep|embed|file");
    if (const auto code = parser.process(arguments))
        return *code;
    if (!parser.isSet("script"))
        return report(Error::usage("edit needs --script EDITS.json"));
    OnnxWriteOptions options;
    const QString data = parser.isSet("data") ? parser.value("data") : "keep";
    if (data == "embed")
        options.data = OnnxWriteOptions::Data::Embed;
    else if (data == "file")
        options.data = OnnxWriteOptions::Data::OneFile;
    else if (data != "keep")
        return report(Error::usage("--data is keep, embed or file"));

    const auto script = scriptText(parser.value("script"));
    if (!script)
        return report(script.error());
    const auto file = ModelFile::open(parser.argument(0));
    if (!file)
        return report(file.error());
    if (file->model().format != Format::Onnx && file->model().format != Format::TorchScript)
        return report(Error::write(parser.argument(1).toStdString() + ": cannot be written; only ONNX and TorchScript models can be saved " +
                                   "after editing, and " + parser.argument(0).toStdString() + " is " +
                                   std::string(formatInfo(file->model().format).title)));
    Model model = file->model();
    const auto apply = [&] {
        return runScript(model, std::string_view(script->constData(), std::size_t(script->size())), loaderBeside(parser.value("script")),
                         modelsBeside(parser.value("script")));
    };
    auto run = apply();
    if (run && !untypedPorts(model).empty()) {
        // What became an input or an output needs a type, and the file says none of values in between.
        Model typed = file->model();
        if (inferInto(typed)) {
            model = std::move(typed);
            run = apply();
        }
        if (run)
            stateTypes(model);
    }
    if (!run)
        return report(Error::usage(parser.value("script").toStdString() + ": " + run.error().message));
    const auto written = save(model, nativePath(parser.argument(1)), options, file->worker());
    if (!written)
        return report(written.error());

    if (parser.isJson()) {
        QJsonArray files;
        for (const std::filesystem::path& path : written->files)
            files.append(QFile::decodeName(path.c_str()));
        print(QJsonObject{{"written", parser.argument(1)},
                          {"bytes", qint64(written->bytes)},
                          {"data_bytes", qint64(written->dataBytes)},
                          {"files", files},
                          {"format", text(name(model.format))},
                          {"edits", qint64(run->edits)},
                          {"unsupported", QJsonArray()}});
    } else {
        print(QString("%1 edits, %2 bytes written to %3\n").arg(run->edits).arg(grouped(written->bytes), parser.argument(1)));
    }
    return finish(ExitDone);
}

}  // namespace tenscope

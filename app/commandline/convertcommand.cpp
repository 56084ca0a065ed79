#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <memory>

#include "app/commandline/commandparser.h"
#include "app/commandline/commands.h"
#include "app/commandline/exitcode.h"
#include "app/commandline/modelexport.h"
#include "app/commandline/modelfile.h"
#include "app/commandline/output.h"
#include "core/formats/formats.h"
#include "core/worker/workerclient.h"

namespace tenscope {

namespace {

const QStringList scriptEndings{"pt", "pth", "ts", "jit"};

Result<ScriptExport> writeAsTorchScript(const ModelFile& file, const QString& out)
{
    std::unique_ptr<WorkerClient> own;
    WorkerClient* worker = file.worker();
    if (!worker) {
        if (WorkerClient::find().empty())
            return fail(Error::write("TorchScript is written by tenscope-worker, which is not part of this installation"));
        own = std::make_unique<WorkerClient>();
        worker = own.get();
    }
    Progress progress;
    return worker->writeTorchScript(file.model(), QFile::encodeName(out).toStdString(), progress);
}

int answer(const CommandParser& parser, const ScriptExport& written)
{
    const bool isWritten = written.unconverted.empty();
    if (parser.isJson()) {
        QJsonArray unsupported, losses;
        for (const UnconvertedOperator& one : written.unconverted)
            unsupported.append(QJsonObject{{"op", text(one.op)}, {"count", qint64(one.count)}, {"why", text(one.why)}});
        for (const std::string& note : written.notes)
            losses.append(text(note));
        print(QJsonObject{{"written", isWritten ? QJsonValue(parser.argument(1)) : QJsonValue()},
                          {"bytes", qint64(written.bytes)},
                          {"format", text(name(Format::TorchScript))},
                          {"unsupported", unsupported},
                          {"losses", losses}});
        return finish(isWritten ? ExitDone : ExitFinding);
    }
    if (isWritten) {
        print(QString("%1 bytes written to %2\n").arg(grouped(written.bytes), parser.argument(1)));
        for (const std::string& note : written.notes)
            print(text(note) + '\n');
        return finish(ExitDone);
    }
    print("Nothing was written; what stands in the way:\n");
    TextTable table({"operator", ">count", "why"});
    for (const UnconvertedOperator& one : written.unconverted)
        table.add({text(one.op), QString::number(one.count), text(one.why)});
    print(table.toString("  "));
    return finish(ExitFinding);
}

}  // namespace

int runConvert(const QStringList& arguments)
{
    CommandParser parser("convert", "Converts a model; the format is that of OUT's name: .pt for TorchScript, .safetensors for all weights, "
                                    ".txt for a listing, .dot for Graphviz.", {"IN", "OUT"});
    if (const auto code = parser.process(arguments))
        return *code;
    const bool isExport = isExportName(parser.argument(1));
    if (!isExport && !scriptEndings.contains(QFileInfo(parser.argument(1)).suffix().toLower()))
        return report(Error::usage("there is no format to be written by the name of " + parser.argument(1).toStdString() +
                                   "; call it .pt, .safetensors, .txt or .dot"));
    const auto file = ModelFile::open(parser.argument(0));
    if (!file)
        return report(file.error());
    if (isExport)
        return exportModel(parser, *file);
    const auto written = writeAsTorchScript(*file, parser.argument(1));
    if (!written)
        return report(written.error(), false);
    return answer(parser, *written);
}

}  // namespace tenscope

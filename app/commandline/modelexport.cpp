#include "app/commandline/modelexport.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>

#include "app/commandline/commandparser.h"
#include "app/commandline/exitcode.h"
#include "app/commandline/modelfile.h"
#include "app/commandline/output.h"
#include "core/base/atomicfile.h"
#include "core/formats/safetensors/safetensorswriter.h"
#include "core/formats/textlisting.h"
#include "core/layout/dotexport.h"

namespace tenscope {

namespace {

QString suffix(const QString& path)
{
    return QFileInfo(path).suffix().toLower();
}

Result<SafetensorsReport> writeText(const std::string& text, const std::filesystem::path& path)
{
    auto file = AtomicFile::create(path);
    if (!file)
        return fail(file.error());
    if (auto written = file->write(std::as_bytes(std::span(text))); !written)
        return fail(written.error());
    if (auto committed = file->commit(); !committed)
        return fail(committed.error());
    SafetensorsReport report;
    report.bytes = text.size();
    return report;
}

Result<SafetensorsReport> write(const Model& model, const QString& out)
{
    const std::filesystem::path path = QFile::encodeName(out).toStdString();
    if (suffix(out) == "safetensors") {
        Progress progress;
        return writeSafetensors(model, path, progress);
    }
    if (suffix(out) == "txt")
        return writeText(textListing(model), path);
    if (!model.mainGraph)
        return fail(Error::write(path.string() + ": cannot be written, since the file holds tensors only, and no graph"));
    return dotText(model, model.mainGraph).and_then([&](const std::string& text) { return writeText(text, path); });
}

}  // namespace

bool isExportName(const QString& path)
{
    static const QStringList known{"txt", "dot", "gv", "safetensors"};
    return known.contains(suffix(path));
}

int exportModel(const CommandParser& parser, const ModelFile& file)
{
    const QString out = parser.argument(1);
    const auto written = write(file.model(), out);
    if (!written)
        return report(written.error());
    if (parser.isJson()) {
        QJsonArray losses;
        for (const SafetensorsReport::LeftOut& one : written->leftOut)
            losses.append(text("tensor " + one.name + " is left out: " + one.why));
        print(QJsonObject{{"written", out},
                          {"bytes", qint64(written->bytes)},
                          {"format", suffix(out) == "gv" ? QString("dot") : suffix(out)},
                          {"unsupported", QJsonArray()},
                          {"losses", losses}});
    } else {
        print(QString("%1 bytes written to %2\n").arg(grouped(written->bytes), out));
        for (const SafetensorsReport::LeftOut& one : written->leftOut)
            print(text("tensor " + one.name + " is left out: " + one.why) + '\n');
    }
    return finish(ExitDone);
}

}  // namespace tenscope

#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <filesystem>
#include <vector>

#include "app/commandline/commandparser.h"
#include "app/commandline/commands.h"
#include "app/commandline/exitcode.h"
#include "app/commandline/output.h"
#include "app/commandline/testfolder.h"
#include "core/worker/workerclient.h"

namespace tenscope {

namespace {

// No model of a test may hold up the others for longer than this.
constexpr std::chrono::seconds longestStep(60);

}  // namespace

int runVerify(const QStringList& arguments)
{
    CommandParser parser("verify",
                         "Runs ONNX test folders (model.onnx with test_data_set_N/input_K.pb and output_K.pb), also those inside\n"
                         "the folders given, and compares with what is expected there. Exit code 1 if one of them differs.",
                         {"DIR..."});
    parser.addOption("rtol", "Relative tolerance (1e-3)", "R");
    parser.addOption("atol", "Absolute tolerance (1e-5)", "A");
    if (const auto code = parser.process(arguments))
        return *code;
    Tolerance tolerance;
    for (const auto& [option, number] : {std::pair("rtol", &tolerance.relative), std::pair("atol", &tolerance.absolute)}) {
        const auto given = parser.number(option, 0, *number);
        if (!given)
            return report(given.error());
        *number = *given;
    }
    std::vector<std::filesystem::path> folders;
    for (const QString& argument : parser.arguments()) {
        const std::vector<std::filesystem::path> found = testFolders(QFile::encodeName(argument).toStdString());
        if (found.empty())
            return report(Error::read("\"" + argument.toStdString() + "\" holds no model.onnx, nor does any folder in it"));
        folders.insert(folders.end(), found.begin(), found.end());
    }
    if (WorkerClient::find().empty())
        return report(Error::run("tenscope-worker is not installed beside tenscope; models cannot be run"));

    WorkerOptions options;
    options.openTimeout = longestStep;
    options.runTimeout = longestStep;
    WorkerClient worker(options);
    QJsonArray failed;
    qint64 passed = 0;
    for (const std::filesystem::path& folder : folders) {
        const std::string why = verifyFolder(folder, worker, tolerance);
        const QString path = QFile::decodeName(QByteArray::fromStdString(folder.string()));
        if (why.empty())
            ++passed;
        else
            failed += QJsonObject{{"dir", path}, {"why", text(why)}};
        if (!parser.isJson() && !why.empty())
            print(path + ": " + text(why) + "\n");
    }
    if (parser.isJson())
        print(QJsonObject{{"passed", passed}, {"failed", failed}, {"total", qint64(folders.size())}});
    else
        print(QString("%1 of %2 passed.\n").arg(passed).arg(folders.size()));
    return finish(failed.isEmpty() ? ExitDone : ExitFinding);
}

}  // namespace tenscope

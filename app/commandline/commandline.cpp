#include "app/commandline/commandline.h"

#include <QFile>
#include <QFileInfo>
#include <QString>
#include <QStringList>
#include <cstdio>
#include <exception>

#include "app/commandline/commands.h"
#include "app/commandline/exitcode.h"
#include "app/commandline/output.h"

namespace tenscope {

namespace {

struct Command {
    const char* name;
    const char* usage;
    const char* summary;
    int (*run)(const QStringList&);
};

constexpr Command commands[] = {
    {"info", "info FILE", "what the file is and holds", runInfo},
    {"stats", "stats FILE", "statistics and histograms of the weights", runStats},
    {"render", "render FILE -o OUT.svg|png|pdf", "the diagram as a picture", runRender},
    {"check", "check FILE", "issues found in the model", runCheck},
    {"run", "run FILE", "sample inference", runRun},
    {"verify", "verify DIR...", "runs folders of ONNX test data and compares with what is expected", runVerify},
    {"diff", "diff A B", "compares two models of any formats", runDiff},
    {"convert", "convert IN OUT", "converts into another format: that of OUT's name", runConvert},
    {"edit", "edit IN OUT --script EDITS.json", "applies a list of edits and saves", runEdit},
    {"thumbnail", "thumbnail FILE -o OUT.png", "a small picture for file managers, or none if that takes long", runThumbnail},
};

QString help()
{
    QString text =
        "Usage: tenscope [--new-window] [FILE...]\n"
        "       tenscope COMMAND [options] FILE\n"
        "Opens trained neural networks (ONNX, TorchScript) in a window, or answers on the command line.\n\n"
        "Commands:\n";
    TextTable table({"", ""});
    for (const Command& command : commands)
        table.add({command.usage, command.summary});
    text += table.toString("  ", false);
    text += "\nOptions:\n"
            "  --new-window   Do not hand the files to a window that is open already\n"
            "  -v, --version  Say which version this is\n"
            "  -h, --help     Say what there is\n"
            "\nEvery command takes --json and --help.\n"
            "Exit codes: 0 done, 1 done with a finding, 2 wrong usage, 3 the file cannot be read, 4 the model cannot be run,\n"
            "5 the output could not be written.\n";
    return text;
}

// Options of the window, or that Qt's application object takes for itself; those of the first list are followed by a value.
bool isWindowOption(const QString& argument)
{
    static const QStringList withValue = {"platform", "platformtheme", "style",   "stylesheet",   "qwindowgeometry",
                                          "display",  "geometry",      "session", "qwindowtitle", "qwindowicon"};
    static const QStringList alone = {"reverse", "new-window"};
    QString name = argument.section('=', 0, 0);
    name.remove(0, name.startsWith("--") ? 2 : 1);
    return withValue.contains(name) || alone.contains(name);
}

// Standard error is for our own lines; what Qt remarks there (a missing XDG_RUNTIME_DIR) is no concern of scripts.
void dropRemarks(QtMsgType type, const QMessageLogContext&, const QString& message)
{
    if (type == QtCriticalMsg || type == QtFatalMsg)
        std::fprintf(stderr, "tenscope: %s\n", qPrintable(message));
}

int runGuarded(const Command& command, const QStringList& arguments)
{
    qInstallMessageHandler(dropRemarks);
    // Functions of core give their failures back; what still arrives here is a lack of memory.
    try {
        return command.run(arguments);
    } catch (const std::exception& exception) {
        return report(Error::run(std::string(command.name) + " ended early (" + exception.what() +
                                 "): the machine is short of memory, or this is a bug"));
    }
}

}  // namespace

std::optional<int> runCommandLine(int argc, char** argv)
{
    QStringList arguments;
    for (int i = 1; i < argc; ++i)
        arguments += QFile::decodeName(argv[i]);
    if (arguments.isEmpty())
        return std::nullopt;

    const QString first = arguments.first();
    for (const Command& command : commands)
        if (first == command.name)
            return runGuarded(command, arguments.mid(1));
    if (first == "--help" || first == "-h" || first == "help") {
        print(help());
        return finish(ExitDone);
    }
    if (first == "--version" || first == "-v") {
        print("tenscope " TENSCOPE_VERSION "\n");
        return finish(ExitDone);
    }

    // What is left is for the window; but what would be an error there is said here, where no display is needed.
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        const QString& argument = arguments[i];
        if (argument.startsWith('-')) {
            if (!isWindowOption(argument))
                return report(Error::usage("there is no option " + argument.toStdString() + "; tenscope --help lists what there is"));
            if (!argument.contains('=') && !argument.endsWith("-reverse") && !argument.endsWith("-new-window"))
                ++i;
        } else if (!QFileInfo::exists(argument)) {
            return report(Error::usage("\"" + argument.toStdString() + "\" is neither a command nor a file that is there; tenscope --help "
                                       "lists the commands"));
        }
    }
    return std::nullopt;
}

}  // namespace tenscope

#include <QFileInfo>
#include <QGuiApplication>

#include "app/commandline/commandparser.h"
#include "app/commandline/commands.h"
#include "app/commandline/exitcode.h"
#include "app/commandline/modelfile.h"
#include "app/commandline/output.h"
#include "ui/diagram/diagram.h"
#include "ui/diagram/render.h"

namespace tenscope {

namespace {

Result<Expansion> expansionFrom(const CommandParser& parser)
{
    if (!parser.isSet("expand"))
        return Expansion();
    const QString value = parser.value("expand");
    if (value == "all")
        return Expansion::all();
    if (value == "none")
        return Expansion::none();
    bool isNumber = false;
    const int depth = value.toInt(&isNumber);
    if (isNumber && depth >= 0)
        return Expansion::toDepth(depth);
    return fail(Error::usage("--expand takes all, none or a depth, not \"" + value.toStdString() + "\""));
}

}  // namespace

int runRender(const QStringList& arguments)
{
    CommandParser parser("render", "Writes the diagram as a picture; the extension of OUT says which kind.", {"FILE"});
    parser.addOption(QStringList{"o", "output"}, "Where to: OUT.svg, OUT.png or OUT.pdf", "OUT");
    parser.addOption("expand", "Which modules to unfold; without it, as deep as gives some tens of boxes", "all|none|DEPTH");
    if (const auto code = parser.process(arguments))
        return *code;
    const QString output = parser.value("output");
    if (output.isEmpty())
        return report(Error::usage("-o OUT.svg, OUT.png or OUT.pdf is missing"));
    if (!pictureFormat(output))
        return report(Error::usage("\"" + output.toStdString() + "\" ends neither in .svg nor in .png nor in .pdf"));
    const auto expansion = expansionFrom(parser);
    if (!expansion)
        return report(expansion.error());

    const auto file = ModelFile::open(parser.argument(0));
    if (!file)
        return report(file.error());
    const Model& model = file->model();
    if (!model.mainGraph)
        return report(Error::read(parser.argument(0).toStdString() + " holds tensors only, and no graph to draw"));

    // Text is measured and painted by Qt Gui, which wants an application; this platform plugin takes no display.
    qputenv("QT_QPA_PLATFORM", "offscreen");
    int count = 1;
    char name[] = "tenscope";
    char* values[] = {name, nullptr};
    const QGuiApplication application(count, values);

    Progress progress;
    DiagramOptions options;
    options.expansion = *expansion;
    const auto diagram = buildDiagram(model, model.mainGraph, options, progress);
    if (!diagram)
        return report(diagram.error());
    RenderOptions rendering;
    rendering.title = QFileInfo(parser.argument(0)).fileName();
    const auto picture = renderDiagram(*diagram, output, rendering, progress);
    if (!picture)
        return report(picture.error());
    if (picture->scale < rendering.scale)
        std::fprintf(stderr, "tenscope: the picture was made smaller (%.3g), as its full size is more than a PNG can hold\n",
                     picture->scale);
    if (parser.isJson())
        print(QJsonObject{{"written", output},
                          {"bytes", qint64(picture->bytes)},
                          {"width", picture->size.width()},
                          {"height", picture->size.height()},
                          {"scale", picture->scale},
                          {"boxes", qint64(diagram->boxes().size())},
                          {"edges", qint64(diagram->edges().size())}});
    else
        print(QString("%1: %2 x %3, %4 boxes, %5 edges\n")
                  .arg(output)
                  .arg(picture->size.width())
                  .arg(picture->size.height())
                  .arg(diagram->boxes().size())
                  .arg(diagram->edges().size()));
    return finish(ExitDone);
}

}  // namespace tenscope

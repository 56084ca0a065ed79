#include <QApplication>
#include <QCommandLineParser>
#include <QJsonDocument>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "tests/bench/histogramspeed.h"
#include "tests/bench/layoutspeed.h"
#include "tests/bench/matchspeed.h"
#include "tests/bench/samples.h"
#include "tests/bench/windowtimes.h"

// tenscope-bench FILE: what opening, laying out and walking over a model costs, as one JSON object.

using namespace tenscope;

namespace {

int report(const QString& sentence, int code)
{
    std::fprintf(stderr, "tenscope-bench: %s\n", qPrintable(sentence));
    return code;
}

Result<QJsonObject> measure(const QString& path, const Expansion& expansion, LayoutEngine engine, bool compares)
{
    Result<WindowTimes> window = windowTimes(path, expansion);
    if (!window)
        return fail(window.error());
    QJsonObject json{{"open_ms", rounded(window->open)},
                     {"first_picture_ms", rounded(window->firstPicture)},
                     {"first_paint_ms", rounded(window->firstPaint)},
                     {"reopen_ms", rounded(window->reopen)},
                     {"frame_ms", window->frames},
                     {"rss_mb", rounded(window->resident, 0)},
                     {"peak_mb", rounded(window->peak, 0)}};
    if (expansion.kind != Expansion::Kind::Automatic) {
        json.insert("unfold_ms", rounded(window->unfold));
        json.insert("gui_blocked_ms", rounded(window->blocked));
    }
    window->diagram.reset();

    DiagramOptions options;
    options.expansion = expansion;
    options.layout.engine = engine;
    const Result<double> time = layoutTime(window->model, options, 3);
    if (!time)
        return fail(time.error());
    json.insert("layout_ms", rounded(*time));
    Progress progress;
    const Result<Diagram> diagram = buildDiagram(*window->model, window->model->mainGraph, options, progress);
    if (!diagram)
        return fail(diagram.error());
    json.insert("nodes_drawn", qint64(diagram->boxes().size()));
    json.insert("edges_drawn", qint64(std::count_if(diagram->edges().begin(), diagram->edges().end(), [](const DiagramEdge& edge) { return !edge.isStub(); })));
    const QJsonObject measured = quality(*diagram);
    for (auto entry = measured.begin(); entry != measured.end(); ++entry)
        json.insert(entry.key(), entry.value());
    if (engine != LayoutEngine::Graphviz)
        json.insert("cancel_ms", cancelTimes(window->model, options, *time));
    if (expansion.kind != Expansion::Kind::All)
        json.insert("unfold_one_ms", unfoldTimes(window->model, options));
    if (compares)
        json.insert("flat", compareEngines(*diagram));
    return json;
}

}  // namespace

int main(int argc, char** argv)
{
    if (!std::getenv("DISPLAY") && !std::getenv("WAYLAND_DISPLAY"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    QCommandLineParser parser;
    parser.setApplicationDescription("Measures what a model costs to open, lay out and draw; prints one JSON object.");
    parser.addHelpOption();
    parser.addPositionalArgument("FILE", "The model");
    parser.addOptions({{"expand", "Unfold all modules, or none; without it, as in the first picture", "all|none"},
                       {"layout", "The engine to use", "dot|layered"},
                       {"engines", "Also lays out the same boxes and edges without modules, by the layered engine and by dot as it is"},
                       {"diff", "Only measures how long it takes to match FILE with B", "B"},
                       {"hist", "Also gives the speed of statistics over the weights in FILE", "FILE"}});
    parser.process(application);
    if (parser.positionalArguments().size() != 1)
        return report("give it one model; --help lists the options", 2);
    if (parser.isSet("diff")) {
        const Result<QJsonObject> matched = matchSpeed(parser.positionalArguments().first(), parser.value("diff"));
        if (!matched)
            return report(QString::fromStdString(matched.error().message), 3);
        std::printf("%s\n", QJsonDocument(*matched).toJson(QJsonDocument::Compact).constData());
        return 0;
    }
    Expansion expansion;
    if (parser.isSet("expand")) {
        if (parser.value("expand") != "all" && parser.value("expand") != "none")
            return report("--expand takes all or none", 2);
        expansion = parser.value("expand") == "all" ? Expansion::all() : Expansion::none();
    }
    LayoutEngine engine = LayoutEngine::Automatic;
    if (parser.isSet("layout")) {
        if (parser.value("layout") != "dot" && parser.value("layout") != "layered")
            return report("--layout takes dot or layered", 2);
        engine = parser.value("layout") == "dot" ? LayoutEngine::Graphviz : LayoutEngine::Layered;
    }

    // What people have set stays theirs, and does not change what is measured.
    const QTemporaryDir settings;
    QStandardPaths::setTestModeEnabled(true);
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings.path());
    QApplication::setOrganizationName("Tenscope");
    QApplication::setApplicationName("tenscope-bench");

    Result<QJsonObject> json = measure(parser.positionalArguments().first(), expansion, engine, parser.isSet("engines"));
    if (!json)
        return report(QString::fromStdString(json.error().message), 3);
    if (parser.isSet("hist")) {
        const Result<double> speed = histogramSpeed(parser.value("hist"));
        if (!speed)
            return report(QString::fromStdString(speed.error().message), 3);
        json->insert("hist_gb_s", rounded(*speed));
    }
    std::printf("%s\n", QJsonDocument(*json).toJson(QJsonDocument::Compact).constData());
    return 0;
}

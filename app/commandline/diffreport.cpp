#include "app/commandline/diffreport.h"

#include <QFile>
#include <QGuiApplication>
#include <QSaveFile>
#include <QTemporaryDir>
#include <algorithm>
#include <map>
#include <unordered_map>

#include "app/commandline/comparisonmarks.h"
#include "app/commandline/output.h"
#include "core/graph/text.h"
#include "ui/diagram/diagram.h"
#include "ui/diagram/render.h"

namespace tenscope {

namespace {

constexpr std::size_t mostRows = 2000;
constexpr qint64 largestPicture = 20'000'000;  // bytes of SVG that browsers still like

const char* const style =
    "body{font:14px system-ui,sans-serif;margin:24px;color:#1b1f24;background:#fff}"
    "h1{font-size:20px}h2{font-size:16px;margin-top:28px}table{border-collapse:collapse}"
    "th,td{text-align:left;padding:3px 12px 3px 0;border-bottom:1px solid #e2e5e9;vertical-align:top}"
    ".sum{padding:10px 14px;border-left:4px solid #2e7d32;background:#edf6ee}.bad{border-color:#c62828;background:#fbeaea}"
    ".pair{display:flex;gap:16px}.pair>div{flex:1;overflow:auto;max-height:80vh;border:1px solid #d5d9de}"
    "svg{display:block}td.n{text-align:right;font-variant-numeric:tabular-nums}"
    "@media(prefers-color-scheme:dark){body{background:#16191d;color:#e3e6ea}th,td{border-color:#343a41}.sum{background:#1d2b1f}"
    ".bad{background:#331d1e}.pair>div{border-color:#343a41;background:#fff}}";

QString cell(const QString& content, bool isNumber = false)
{
    return QString(isNumber ? "<td class=n>" : "<td>") + content.toHtmlEscaped() + "</td>";
}

QString cell(const std::string& content)
{
    return cell(text(content));
}

Result<QString> picture(const Model& model, const Comparison& comparison, bool isB, const RunComparison* run, Progress& progress)
{
    if (!model.mainGraph)
        return QString();
    DiagramOptions options;
    options.expansion = Expansion::all();
    const auto diagram = buildDiagram(model, model.mainGraph, options, progress);
    if (!diagram)
        return fail(diagram.error());
    const std::map<NodeId, DiagramState::Mark> marks = comparisonMarks(comparison, isB, run);
    RenderOptions rendering;
    for (std::uint32_t box = 0; box < diagram->boxes().size(); ++box)
        if (const auto found = marks.find(diagram->boxes()[box].node); found != marks.end())
            rendering.state.marks.emplace(box, found->second);
    const QTemporaryDir folder;
    const QString path = folder.filePath("picture.svg");
    if (const auto done = renderDiagram(*diagram, path, rendering, progress); !done)
        return fail(done.error());
    QFile file(path);
    if (!file.open(QFile::ReadOnly) || file.size() > largestPicture)
        return QString("<p>The diagram is too large for this page.</p>");
    const QString svg = QString::fromUtf8(file.readAll());
    return svg.mid(std::max<qsizetype>(0, svg.indexOf("<svg")));
}

QString differencesTable(const Comparison& comparison, const DiffSide& a, const DiffSide& b)
{
    if (comparison.differences.empty())
        return {};
    QString html = "<h2>Differences</h2><table><tr><th>Kind<th>Where<th>What<th>First<th>Second</tr>";
    for (std::size_t i = 0; i < std::min(mostRows, comparison.differences.size()); ++i) {
        const Difference& difference = comparison.differences[i];
        std::string where;
        if (difference.group != Difference::noGroup) {
            const MatchGroup& group = comparison.groups[difference.group];
            where = group.mainB ? displayName(b.model, group.mainB) : displayName(a.model, group.mainA);
        }
        html += "<tr>" + cell(std::string(name(difference.kind))) + cell(where) + cell(difference.what) + cell(difference.a) + cell(difference.b) + "</tr>";
    }
    return html + "</table>";
}

QString groupsTable(const Comparison& comparison, const DiffSide& a, const DiffSide& b, const RunComparison* run)
{
    std::unordered_map<std::uint32_t, const GroupValues*> values;
    if (run)
        for (const GroupValues& one : run->values)
            values.emplace(one.group, &one);
    QString html = QString("<h2>Groups</h2><table><tr><th>%1<th>%2<th>Evidence<th>max |\u0394|</tr>").arg(a.title.toHtmlEscaped(), b.title.toHtmlEscaped());
    for (std::uint32_t i = 0; i < std::min(mostRows, comparison.groups.size()); ++i) {
        const MatchGroup& group = comparison.groups[i];
        std::string evidence;
        for (const EvidenceWeight& one : group.evidence)
            evidence += (evidence.empty() ? "" : ", ") + std::string(name(one.evidence));
        const auto side = [](const Model& model, NodeId main, const std::string& op) {
            return main ? displayName(model, main) + " (" + op + ')' : std::string("\u2014");
        };
        const auto value = values.find(i);
        html += "<tr>" + cell(side(a.model, group.mainA, group.opA)) + cell(side(b.model, group.mainB, group.opB)) + cell(evidence) +
                cell(value == values.end() ? QString() : QString::number(value->second->difference.maxAbs, 'g', 3), true) + "</tr>";
    }
    return html + "</table>";
}

QString weightsTable(const Comparison& comparison)
{
    if (comparison.weights.empty())
        return {};
    QString html = "<h2>Weights</h2><table><tr><th>First<th>Second<th>How<th>max |\u0394|<th>mean |\u0394|<th>max relative<th>cosine</tr>";
    const auto number = [](double value) { return cell(QString::number(value, 'g', 4), true); };
    for (std::size_t i = 0; i < std::min(mostRows, comparison.weights.size()); ++i) {
        const WeightPair& pair = comparison.weights[i];
        html += "<tr>" + cell(pair.a) + cell(pair.b) + cell(pair.why.empty() ? pair.how : pair.why) + number(pair.maxAbs) +
                number(pair.meanAbs) + number(pair.maxRel) + number(pair.cosine) + "</tr>";
    }
    return html + "</table>";
}

}  // namespace

Result<void> writeDiffReport(const QString& path, const DiffSide& a, const DiffSide& b, const Comparison& comparison,
                             const RunComparison* run, Progress& progress)
{
    // Text is measured and painted by Qt Gui, which wants an application; this platform plugin takes no display.
    qputenv("QT_QPA_PLATFORM", "offscreen");
    int count = 1;
    char program[] = "tenscope";
    char* values[] = {program, nullptr};
    const QGuiApplication application(count, values);

    const auto pictureA = picture(a.model, comparison, false, run, progress), pictureB = picture(b.model, comparison, true, run, progress);
    if (!pictureA || !pictureB)
        return fail((pictureA ? pictureB : pictureA).error());
    const bool isBad = comparison.isDifferent() || (run && run->firstDivergence);
    std::string sentence = summary(comparison);
    if (run)
        sentence += ' ' + summary(*run, comparison, b.model);
    const QString html = "<!DOCTYPE html><html><head><meta charset=utf-8><title>" + (a.title + " and " + b.title).toHtmlEscaped() +
                         "</title><style>" + style + "</style></head><body><h1>" + (a.title + " and " + b.title).toHtmlEscaped() +
                         "</h1><p class=\"sum" + (isBad ? " bad" : "") + "\">" + text(sentence).toHtmlEscaped() + "</p><div class=pair><div>" +
                         *pictureA + "</div><div>" + *pictureB + "</div></div>" + differencesTable(comparison, a, b) +
                         groupsTable(comparison, a, b, run) + weightsTable(comparison) + "</body></html>\n";
    QSaveFile file(path);
    if (!file.open(QFile::WriteOnly) || file.write(html.toUtf8()) < 0 || !file.commit())
        return fail(Error::write(path.toStdString() + " cannot be written: " + file.errorString().toStdString()));
    return {};
}

}  // namespace tenscope

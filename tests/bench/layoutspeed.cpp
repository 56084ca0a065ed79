#include "tests/bench/layoutspeed.h"

#include <algorithm>
#include <map>
#include <thread>
#include <utility>

#include "core/layout/layoutgraph.h"
#include "core/layout/metrics.h"
#include "tests/bench/referencedot.h"
#include "tests/bench/samples.h"
#include "ui/diagram/diagrambuilder.h"

namespace tenscope {

namespace {

// A diagram as an engine would see it that knows of no modules. `boxes`: which of the diagram's boxes they are.
struct FlatGraph {
    LayoutGraph graph;
    Layout drawn;  // as the diagram has it
};

FlatGraph flatten(const Diagram& diagram)
{
    FlatGraph flat;
    std::vector<std::uint32_t> place(diagram.boxes().size(), 0);
    for (std::uint32_t i = 0; i < diagram.boxes().size(); ++i) {
        const DiagramBox& box = diagram.boxes()[i];
        if (box.isExpanded)
            continue;
        place[i] = std::uint32_t(flat.graph.boxes.size());
        flat.graph.boxes.push_back({box.rect.width(), box.rect.height()});
        flat.drawn.boxes.push_back({box.rect.x(), box.rect.y(), box.rect.width(), box.rect.height()});
    }
    std::map<std::pair<std::uint32_t, ValueId>, std::uint32_t> ports;
    std::vector<std::uint32_t> outPorts(diagram.boxes().size(), 0), inPorts(diagram.boxes().size(), 0);
    for (const DiagramEdge& edge : diagram.edges()) {
        if (edge.isStub())
            continue;
        const auto [port, isNew] = ports.emplace(std::pair(edge.from, edge.value), 0);
        if (isNew)
            port->second = outPorts[edge.from]++;
        LayoutGraph::Edge flatEdge;
        flatEdge.from = place[edge.from];
        flatEdge.to = place[edge.to];
        flatEdge.fromPort = port->second;
        flatEdge.toPort = inPorts[edge.to]++;
        flat.graph.edges.push_back(flatEdge);
        std::vector<Point> route;
        for (const QPointF& point : diagram.route(edge))
            route.push_back({point.x(), point.y()});
        flat.drawn.routes.push_back(std::move(route));
    }
    return flat;
}

QJsonObject toJson(const LayoutMetrics& metrics)
{
    return {{"crossings", qint64(metrics.crossings)},
            {"edge_crossings", qint64(metrics.edgeCrossings)},
            {"edge_length", rounded(metrics.edgeLength, 0)},
            {"box_overlaps", qint64(metrics.boxOverlaps)},
            {"edges_through_boxes", qint64(metrics.edgesThroughBoxes)}};
}

}  // namespace

Result<double> layoutTime(std::shared_ptr<const Model> model, const DiagramOptions& options, int repeats)
{
    std::vector<double> times;
    for (int repeat = 0; repeat < repeats; ++repeat) {
        Progress progress;
        DiagramBuilder builder(model, model->mainGraph);
        const Stopwatch since;
        const Result<Diagram> diagram = builder.build(options, progress);
        times.push_back(since.elapsed());
        if (!diagram)
            return fail(diagram.error());
    }
    return median(times);
}

QJsonObject unfoldTimes(std::shared_ptr<const Model> model, const DiagramOptions& options)
{
    Progress progress;
    DiagramBuilder builder(model, model->mainGraph);
    DiagramOptions first = options;
    first.expansion = {};
    const Result<Diagram> folded = builder.build(first, progress);
    if (!folded)
        return {};
    std::vector<double> times;
    for (const DiagramBox& box : folded->boxes()) {
        if (!box.module || box.isExpanded)
            continue;
        // As in the first picture but for this one; in between it is that picture again.
        DiagramOptions unfolded = options;
        std::set<ModuleId> modules = folded->expanded();
        modules.insert(box.module);
        unfolded.expansion = Expansion::chosen(std::move(modules));
        const Stopwatch since;
        if (!builder.build(unfolded, progress))
            return {};
        times.push_back(since.elapsed());
        if (!builder.build(first, progress))
            return {};
    }
    if (times.empty())
        return {};
    return {{"modules", qint64(times.size())}, {"median", rounded(median(times))}, {"max", rounded(*std::max_element(times.begin(), times.end()))}};
}

QJsonObject cancelTimes(std::shared_ptr<const Model> model, const DiagramOptions& options, double layoutTime)
{
    constexpr int moments = 20;
    std::vector<double> times;
    for (int moment = 0; moment < moments; ++moment) {
        Progress progress;
        DiagramBuilder builder(model, model->mainGraph);
        std::thread thread([&] { (void)builder.build(options, progress); });
        std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(layoutTime * (moment + 0.5) / moments));
        progress.cancel();
        const Stopwatch since;
        thread.join();
        times.push_back(since.elapsed());
    }
    return quantiles(times);
}

QJsonObject quality(const Diagram& diagram)
{
    const FlatGraph flat = flatten(diagram);
    return toJson(measureLayout(flat.graph, flat.drawn));
}

QJsonObject compareEngines(const Diagram& diagram)
{
    const FlatGraph flat = flatten(diagram);
    QJsonObject result;
    const auto add = [&](const char* name, auto layOut) {
        const Stopwatch since;
        const auto layout = layOut();
        const double time = since.elapsed();
        if (!layout)
            return;
        QJsonObject measured = toJson(measureLayout(flat.graph, *layout));
        measured.insert("ms", rounded(time));
        result.insert(name, measured);
    };
    add("layered", [&] {
        LayoutOptions options;
        options.engine = LayoutEngine::Layered;
        Progress progress;
        return layout(flat.graph, options, progress);
    });
    add("dot", [&] { return referenceDot(flat.graph, {}); });
    return result;
}

}  // namespace tenscope

#include "core/layout/engines.h"
#include "core/layout/layoutgraph.h"
#include "core/layout/metrics.h"
#include "core/layout/packing.h"

namespace tenscope {

namespace {

// Where lines cross and dot is quick, it is asked as well, and the picture with fewer crossings is taken.
Result<Layout> layoutByBoth(const RankedGraph& ranked, const LayoutOptions& options, Progress& progress)
{
    Result<Layout> layered = layoutLayered(ranked, options, progress);
    if (!layered || !isForGraphviz(ranked))
        return layered;
    const std::uint64_t crossings = measureLayout(*ranked.graph, *layered).crossings;
    if (crossings == 0)
        return layered;
    Result<Layout> byDot = layoutGraphviz(ranked, options, progress);
    if (!byDot)
        return byDot.error().isCancelled() ? byDot : layered;
    return measureLayout(*ranked.graph, *byDot).crossings < crossings ? byDot : layered;
}

Result<Layout> layoutPart(const RankedGraph& ranked, const LayoutOptions& options, Progress& progress)
{
    switch (options.engine) {
    case LayoutEngine::Layered: return layoutLayered(ranked, options, progress);
    case LayoutEngine::Graphviz: return layoutGraphviz(ranked, options, progress);
    case LayoutEngine::Automatic: break;
    }
    return layoutByBoth(ranked, options, progress);
}

}  // namespace

Result<Layout> layout(const LayoutGraph& graph, const LayoutOptions& options, Progress& progress)
{
    const std::vector<LayoutPart> parts = connectedParts(graph);
    std::vector<Layout> layouts;
    layouts.reserve(parts.size());
    for (const LayoutPart& part : parts) {
        RankedGraph ranked;
        if (!rankBoxes(part.graph, progress, ranked))
            return fail(Error::cancelled());
        Result<Layout> layout = layoutPart(ranked, options, progress);
        if (!layout)
            return fail(std::move(layout.error()));
        layouts.push_back(std::move(*layout));
    }
    return packParts(graph, parts, std::move(layouts), options);
}

}  // namespace tenscope

#include "core/layout/engines.h"
#include "core/layout/layoutgraph.h"
#include "core/layout/packing.h"

namespace tenscope {

namespace {

Result<Layout> layoutPart(const RankedGraph& ranked, const LayoutOptions& options, Progress& progress)
{
    if (options.engine == LayoutEngine::Graphviz)
        return layoutGraphviz(ranked, options, progress);
    if (options.engine == LayoutEngine::Automatic && isForGraphviz(ranked)) {
        Result<Layout> layout = layoutGraphviz(ranked, options, progress);
        if (layout || layout.error().isCancelled())
            return layout;
    }
    return layoutLayered(ranked, options, progress);
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

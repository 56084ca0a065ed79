#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/graph/model.h"
#include "core/layout/compoundlayout.h"
#include "ui/diagram/diagram.h"
#include "ui/diagram/graphcontent.h"

namespace tenscope {

// Builds diagrams of one graph and remembers what does not change with folding: the wiring, the modules, and the layout of
// those that stay as they were. So unfolding one module costs that module and those around it.
//
// build() may be called from any thread; a call waits for the one before it, which should have been cancelled.
class DiagramBuilder {
public:
    DiagramBuilder(std::shared_ptr<const Model> model, GraphId graph);

    const std::shared_ptr<const Model>& model() const { return m_model; }
    GraphId graph() const { return m_graph; }

    // As buildDiagram().
    Result<Diagram> build(const DiagramOptions& options, Progress& progress);

private:
    Result<void> prepare(const DiagramOptions& options, Progress& progress);
    void connectWithout(std::vector<std::uint32_t> stubs);
    std::vector<bool> expandedModules(const Expansion& expansion) const;

    const std::shared_ptr<const Model> m_model;
    const GraphId m_graph;

    std::mutex m_mutex;  // guards all that follows
    std::shared_ptr<const Hierarchy> m_hierarchy;
    // Of `m_content`.
    bool m_showsPlumbing = false;
    std::size_t m_stubsFrom = 0;
    std::optional<GraphContent> m_content;
    CompoundGraph m_compound;                  // without the edges of hubs that are stubs
    std::vector<std::uint32_t> m_connections;  // of each of its edges: which connection it is
    std::vector<std::uint32_t> m_stubs;        // hubs
    std::optional<CompoundLayouter> m_layouter;
};

}  // namespace tenscope

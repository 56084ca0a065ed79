#include "tests/bench/referencedot.h"

#include <graphviz/gvc.h>

#include <string>

namespace tenscope {

namespace {

constexpr double pointsPerInch = 72;

class Dot {
public:
    Dot()
    {
        m_context = gvContext();
        char name[] = "layout";
        m_graph = agopen(name, Agdirected, nullptr);
    }
    ~Dot()
    {
        if (m_laidOut)
            gvFreeLayout(m_context, m_graph);
        agclose(m_graph);
        gvFreeContext(m_context);
    }
    Dot(const Dot&) = delete;
    Dot& operator=(const Dot&) = delete;

    bool run(const LayoutGraph& graph, const LayoutOptions& options)
    {
        set(AGRAPH, "rankdir", "TB");
        set(AGRAPH, "splines", "polyline");  // curves would have no length that can be told
        set(AGRAPH, "nodesep", inches(options.boxGap));
        set(AGRAPH, "ranksep", inches(options.layerGap));
        set(AGNODE, "shape", "box");
        set(AGNODE, "fixedsize", "true");
        set(AGNODE, "label", "");
        set(AGNODE, "width", "1");
        set(AGNODE, "height", "1");
        // As the contract has it: out at the bottom, in at the top.
        set(AGEDGE, "tailport", "s");
        set(AGEDGE, "headport", "n");
        set(AGEDGE, "arrowhead", "none");
        set(AGEDGE, "arrowtail", "none");
        m_nodes.reserve(graph.boxes.size());
        for (const auto& box : graph.boxes) {
            Agnode_t* node = agnode(m_graph, nullptr, 1);
            put(node, "width", inches(box.width));
            put(node, "height", inches(box.height));
            m_nodes.push_back(node);
        }
        m_edges.reserve(graph.edges.size());
        for (const auto& edge : graph.edges)
            m_edges.push_back(agedge(m_graph, m_nodes[edge.from], m_nodes[edge.to], nullptr, 1));
        m_laidOut = gvLayout(m_context, m_graph, "dot") == 0;
        return m_laidOut;
    }

    Layout result(const LayoutGraph& graph, const LayoutOptions& options) const
    {
        Layout layout;
        const boxf bounds = GD_bb(m_graph);
        auto place = [&](pointf p) {
            return Point{p.x - bounds.LL.x + options.margin, bounds.UR.y - p.y + options.margin};
        };
        for (std::size_t i = 0; i < m_nodes.size(); ++i) {
            const Point centre = place(ND_coord(m_nodes[i]));
            const auto& box = graph.boxes[i];
            layout.boxes.push_back({centre.x - box.width / 2, centre.y - box.height / 2, box.width, box.height});
        }
        layout.routes.resize(graph.edges.size());
        layout.labels.resize(graph.edges.size());
        for (std::size_t e = 0; e < m_edges.size(); ++e) {
            auto& route = layout.routes[e];
            if (const splines* curve = ED_spl(m_edges[e])) {
                // Polylines come as Bézier curves whose every third point is a corner.
                for (int k = 0; k < curve->size; ++k)
                    for (int i = 0; i < curve->list[k].size; i += 3)
                        route.push_back(place(curve->list[k].list[i]));
            }
            if (route.size() < 2) {
                const Rect &from = layout.boxes[graph.edges[e].from], &to = layout.boxes[graph.edges[e].to];
                route = {{from.x + from.width / 2, from.bottom()}, {to.x + to.width / 2, to.y}};
            }
            const auto& edge = graph.edges[e];
            layout.labels[e] = {route[0].x + 4 + edge.labelWidth / 2, route[0].y + 4 + edge.labelHeight / 2};
        }
        layout.width = bounds.UR.x - bounds.LL.x + 2 * options.margin;
        layout.height = bounds.UR.y - bounds.LL.y + 2 * options.margin;
        return layout;
    }

private:
    static std::string inches(double pixels) { return std::to_string(pixels / pointsPerInch); }

    // Graphviz takes char* and only reads.
    void set(int kind, const char* name, const std::string& value)
    {
        agattr(m_graph, kind, const_cast<char*>(name), const_cast<char*>(value.c_str()));
    }
    static void put(void* object, const char* name, const std::string& value)
    {
        agset(object, const_cast<char*>(name), const_cast<char*>(value.c_str()));
    }

    GVC_t* m_context = nullptr;
    Agraph_t* m_graph = nullptr;
    std::vector<Agnode_t*> m_nodes;
    std::vector<Agedge_t*> m_edges;
    bool m_laidOut = false;
};

}  // namespace

std::optional<Layout> referenceDot(const LayoutGraph& graph, const LayoutOptions& options)
{
    Dot dot;
    if (!dot.run(graph, options))
        return std::nullopt;
    return dot.result(graph, options);
}

}  // namespace tenscope

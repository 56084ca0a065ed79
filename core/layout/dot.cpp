#include "core/layout/dot.h"

#include <graphviz/gvc.h>

#include <algorithm>
#include <string>

namespace tenscope {

namespace {

// Graphviz takes char* and only reads.
char* text(const std::string& string)
{
    return const_cast<char*>(string.c_str());
}

// A graph of dot's, with what belongs to it.
class Dot {
public:
    Dot(GVC_t* context, const ProperGraph& proper, const LayeredGraph& layered)
        : m_context(context), m_graph(agopen(text("layout"), Agdirected, nullptr)), m_proper(proper), m_layered(layered)
    {
    }
    ~Dot()
    {
        if (m_isLaidOut)
            gvFreeLayout(m_context, m_graph);
        agclose(m_graph);
    }
    Dot(const Dot&) = delete;
    Dot& operator=(const Dot&) = delete;

    bool run(std::vector<std::uint32_t>& places)
    {
        setDefaults();
        addBoxes();
        keepLayers();
        addEdges();
        m_isLaidOut = gvLayout(m_context, m_graph, "dot") == 0;
        if (!m_isLaidOut)
            return false;
        places.clear();
        for (Agnode_t* node : m_nodes)
            places.push_back(std::uint32_t(ND_order(node)));
        return true;
    }

private:
    void setDefaults()
    {
        set(AGRAPH, "phase", "2");  // layers and order; where boxes stand is found elsewhere
        set(AGRAPH, "rank", "");
        set(AGNODE, "shape", "box");
        set(AGNODE, "label", "");
        set(AGEDGE, "tailport", "");
        set(AGEDGE, "headport", "");
        set(AGEDGE, "weight", "1");
    }

    void addBoxes()
    {
        const LayoutGraph& graph = m_proper.graph();
        m_ports.resize(graph.boxes.size());
        for (std::uint32_t edge = 0; edge < graph.edges.size(); ++edge) {
            m_ports[graph.edges[edge].from].push_back(m_layered.edgeStart[edge]);
            m_ports[graph.edges[edge].to].push_back(m_layered.edgeEnd[edge]);
        }
        for (std::uint32_t box = 0; box < graph.boxes.size(); ++box) {
            m_nodes.push_back(agnode(m_graph, nullptr, 1));
            std::vector<double>& ports = m_ports[box];
            std::sort(ports.begin(), ports.end());
            ports.erase(std::unique(ports.begin(), ports.end()), ports.end());
            if (ports.size() < 2)
                continue;
            // Its ports as the cells of a table, from left to right.
            std::string cells;
            for (std::size_t i = 0; i < ports.size(); ++i)
                cells += "<TD PORT=\"" + std::to_string(i) + "\"></TD>";
            char* table = agstrdup_html(m_graph, text("<TABLE><TR>" + cells + "</TR></TABLE>"));
            agset(m_nodes[box], text("label"), table);
            agstrfree(m_graph, table);
        }
    }

    void keepLayers()
    {
        for (std::uint32_t layer = 0; layer < m_layered.layerCount; ++layer) {
            Agraph_t* sub = agsubg(m_graph, text("layer " + std::to_string(layer)), 1);
            put(sub, "rank", "same");
            for (const std::uint32_t box : m_layered.boxesIn(layer))
                agsubnode(sub, m_nodes[box], 1);
            // Layers that nothing connects would come to lie beside each other.
            if (layer > 0 && m_layered.linksBelow(layer - 1).empty())
                put(addEdge(m_layered.boxesIn(layer - 1).front(), m_layered.boxesIn(layer).front()), "weight", "0");
        }
    }

    void addEdges()
    {
        const LayoutGraph& graph = m_proper.graph();
        for (std::uint32_t index = 0; index < graph.edges.size(); ++index) {
            const auto& edge = graph.edges[index];
            if (edge.from == edge.to)
                continue;
            Agedge_t* added = addEdge(edge.from, edge.to);
            // Long edges are straight before short ones are, as in dot itself.
            const bool isAbove = m_proper.isPlace(edge.from), isBelow = m_proper.isPlace(edge.to);
            put(added, "weight", isAbove && isBelow ? "8" : isAbove || isBelow ? "2" : "1");
            put(added, "tailport", portName(edge.from, m_layered.edgeStart[index]));
            put(added, "headport", portName(edge.to, m_layered.edgeEnd[index]));
        }
    }

    std::string portName(std::uint32_t box, double fraction) const
    {
        const std::vector<double>& ports = m_ports[box];
        return ports.size() < 2 ? std::string() : std::to_string(std::lower_bound(ports.begin(), ports.end(), fraction) - ports.begin());
    }

    Agedge_t* addEdge(std::uint32_t from, std::uint32_t to) { return agedge(m_graph, m_nodes[from], m_nodes[to], nullptr, 1); }
    void set(int kind, const std::string& name, const std::string& value) { agattr(m_graph, kind, text(name), text(value)); }
    static void put(void* object, const std::string& name, const std::string& value) { agset(object, text(name), text(value)); }

    GVC_t* m_context;
    Agraph_t* m_graph;
    const ProperGraph& m_proper;
    const LayeredGraph& m_layered;
    std::vector<Agnode_t*> m_nodes;
    std::vector<std::vector<double>> m_ports;  // of each node: where edges attach, as fractions of its width, ascending
    bool m_isLaidOut = false;
};

}  // namespace

std::mutex& graphvizMutex()
{
    static std::mutex mutex;
    return mutex;
}

bool orderWithDot(const ProperGraph& proper, const LayeredGraph& layered, std::vector<std::uint32_t>& places)
{
    const std::lock_guard lock(graphvizMutex());
    // Made once: it looks for Graphviz' plugins, which takes longer than a small graph does.
    static GVC_t* const context = [] {
        agseterr(AGMAX);  // what it has to say is for people who write its language
        return gvContext();
    }();
    return Dot(context, proper, layered).run(places);
}

}  // namespace tenscope

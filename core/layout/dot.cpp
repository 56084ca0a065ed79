#include "core/layout/dot.h"

#include <graphviz/gvc.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <string>

#include "core/layout/routing.h"

namespace tenscope {

namespace {

constexpr double pointsPerInch = 72;  // a point of dot's is a pixel here
constexpr double widest = 65'000;    // its distances between neighbours have 16 bits, and it does not say when they do not suffice

std::string inches(double pixels)
{
    return std::to_string(pixels / pointsPerInch);
}

// Graphviz takes char* and only reads.
char* text(const std::string& string)
{
    return const_cast<char*>(string.c_str());
}

// A graph of dot's, with what belongs to it.
class Dot {
public:
    Dot(GVC_t* context, const ProperGraph& proper, const LayeredGraph& layered, const LayoutOptions& options)
        : m_context(context), m_graph(agopen(text("layout"), Agdirected, nullptr)), m_proper(proper), m_layered(layered), m_options(options)
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

    bool run(std::vector<double>& x)
    {
        setDefaults();
        addBoxes();
        if (std::any_of(m_width.begin(), m_width.end(), [](double width) { return width > widest; }))
            return false;
        keepLayers();
        addEdges();
        m_isLaidOut = gvLayout(m_context, m_graph, "dot") == 0;
        if (!m_isLaidOut)
            return false;
        x.clear();
        for (std::uint32_t box = 0; box < m_nodes.size(); ++box)
            x.push_back(std::round(ND_coord(m_nodes[box]).x - m_width[box] / 2 + m_left[box]));
        return true;
    }

private:
    // The gap that dot keeps is that between lines; boxes bring the rest with them.
    double lineGap() const { return std::max(m_options.edgeGap, 8.0); }

    void setDefaults()
    {
        set(AGRAPH, "splines", "");  // edges are routed as those of the other engine are
        set(AGRAPH, "nodesep", inches(lineGap()));
        set(AGRAPH, "ranksep", inches(m_options.layerGap));
        set(AGRAPH, "rank", "");
        set(AGNODE, "shape", "box");
        set(AGNODE, "fixedsize", "true");
        set(AGNODE, "label", "");
        set(AGNODE, "width", "1");
        set(AGNODE, "height", inches(1));
        set(AGEDGE, "tailport", "s");
        set(AGEDGE, "headport", "n");
        set(AGEDGE, "weight", "1");
    }

    void addBoxes()
    {
        const LayoutGraph& graph = m_proper.graph();
        const std::vector<double> room = roomAtRight(graph, m_layered, m_options);
        const double around = std::max(m_options.boxGap - lineGap(), 0.0) / 2;
        for (std::uint32_t box = 0; box < graph.boxes.size(); ++box) {
            m_left.push_back(graph.boxes[box].width > 0 ? around : 0);
            // Even: dot's coordinates are whole numbers, of the middle.
            m_width.push_back(2 * std::ceil((graph.boxes[box].width + room[box]) / 2 + m_left[box]));
            m_nodes.push_back(agnode(m_graph, nullptr, 1));
            put(m_nodes[box], "width", inches(std::max(m_width[box], 2.0)));
        }
        m_ports.resize(graph.boxes.size());
        for (std::uint32_t edge = 0; edge < graph.edges.size(); ++edge) {
            m_ports[graph.edges[edge].from].push_back(startOf(edge));
            m_ports[graph.edges[edge].to].push_back(endOf(edge));
        }
        for (std::uint32_t box = 0; box < graph.boxes.size(); ++box) {
            std::sort(m_ports[box].begin(), m_ports[box].end());
            m_ports[box].erase(std::unique(m_ports[box].begin(), m_ports[box].end()), m_ports[box].end());
            if (hasPorts(box)) {
                char* table = agstrdup_html(m_graph, text(portTable(box)));
                agset(m_nodes[box], text("label"), table);
                agstrfree(m_graph, table);
            }
        }
    }

    // Cells as narrow as can be, one at each port.
    std::string portTable(std::uint32_t box) const
    {
        std::string cells;
        const auto addCell = [&cells](int width, const std::string& port) {
            if (width > 0)
                cells += "<TD FIXEDSIZE=\"TRUE\" WIDTH=\"" + std::to_string(width) + "\" HEIGHT=\"1\"" + port + "></TD>";
        };
        int end = 0;
        for (std::size_t i = 0; i < m_ports[box].size(); ++i) {
            const int begin = std::max(end, m_ports[box][i] - 1);
            addCell(begin - end, {});
            addCell(2, " PORT=\"" + std::to_string(i) + '"');
            end = begin + 2;
        }
        addCell(int(m_width[box]) - end, {});
        return "<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"0\"><TR>" + cells + "</TR></TABLE>";
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
            if (hasPorts(edge.from))
                put(added, "tailport", portName(edge.from, startOf(index)) + ":s");
            if (hasPorts(edge.to))
                put(added, "headport", portName(edge.to, endOf(index)) + ":n");
        }
    }

    // Where an edge attaches, from the left of dot's node.
    int startOf(std::uint32_t edge) const { return place(m_proper.graph().edges[edge].from, m_layered.edgeStart[edge]); }
    int endOf(std::uint32_t edge) const { return place(m_proper.graph().edges[edge].to, m_layered.edgeEnd[edge]); }
    int place(std::uint32_t box, double fraction) const
    {
        return int(std::lround(m_proper.graph().boxes[box].width * fraction + m_left[box]));
    }

    // Those in the middle dot finds itself.
    bool hasPorts(std::uint32_t box) const
    {
        return m_width[box] > 0 && (m_ports[box].size() > 1 || (m_ports[box].size() == 1 && m_ports[box][0] != int(m_width[box] / 2)));
    }
    std::string portName(std::uint32_t box, int place) const
    {
        return std::to_string(std::lower_bound(m_ports[box].begin(), m_ports[box].end(), place) - m_ports[box].begin());
    }

    Agedge_t* addEdge(std::uint32_t from, std::uint32_t to) { return agedge(m_graph, m_nodes[from], m_nodes[to], nullptr, 1); }
    void set(int kind, const std::string& name, const std::string& value) { agattr(m_graph, kind, text(name), text(value)); }
    static void put(void* object, const std::string& name, const std::string& value) { agset(object, text(name), text(value)); }

    GVC_t* m_context;
    Agraph_t* m_graph;
    const ProperGraph& m_proper;
    const LayeredGraph& m_layered;
    const LayoutOptions& m_options;
    std::vector<Agnode_t*> m_nodes;
    std::vector<double> m_left, m_width;      // of each node: where its box begins in it, how wide it is
    std::vector<std::vector<int>> m_ports;  // of each node, ascending
    bool m_isLaidOut = false;
};

}  // namespace

bool placeWithDot(const ProperGraph& proper, const LayeredGraph& layered, const LayoutOptions& options, std::vector<double>& x)
{
    static std::mutex mutex;
    const std::lock_guard lock(mutex);
    // Made once: it looks for Graphviz' plugins, which takes longer than a small graph does.
    static GVC_t* const context = [] {
        agseterr(AGMAX);  // what it has to say is for people who write its language
        return gvContext();
    }();
    Dot dot(context, proper, layered, options);
    return dot.run(x);
}

}  // namespace tenscope

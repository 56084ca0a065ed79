#include "core/layout/dotexport.h"

#include <graphviz/cgraph.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <unordered_map>

#include "core/graph/literal.h"
#include "core/graph/text.h"
#include "core/layout/dot.h"

namespace tenscope {

namespace {

// cgraph takes char* and only reads.
char* text(const std::string& string)
{
    return const_cast<char*>(string.c_str());
}

class DotText {
public:
    explicit DotText(const Model& model) : m_model(model), m_graph(agopen(text("model"), Agdirected, nullptr))
    {
        agattr(m_graph, AGRAPH, text("label"), text(""));
        agattr(m_graph, AGNODE, text("shape"), text("box"));
        agattr(m_graph, AGNODE, text("label"), text("\\N"));
        agattr(m_graph, AGEDGE, text("label"), text(""));
    }
    ~DotText() { agclose(m_graph); }
    DotText(const DotText&) = delete;
    DotText& operator=(const DotText&) = delete;

    Result<std::string> make(GraphId graph)
    {
        set(m_graph, "label", m_model.graph(graph).name);
        addGraph(graph, m_graph);
        char* bytes = nullptr;
        std::size_t size = 0;
        FILE* stream = ::open_memstream(&bytes, &size);
        if (!stream)
            return fail(Error::write("there is no memory for the text of the graph"));
        const bool isWritten = agwrite(m_graph, stream) == 0;
        const bool isClosed = std::fclose(stream) == 0;
        std::string result(bytes ? bytes : "", bytes ? size : 0);
        std::free(bytes);
        if (!isWritten || !isClosed)
            return fail(Error::write("there is no memory for the text of the graph"));
        return result;
    }

private:
    void set(void* object, const char* attribute, const std::string& value) { agset(object, text(attribute), text(value)); }

    Agnode_t* box(Agraph_t* in, const std::string& name, const std::string& label)
    {
        Agnode_t* node = agnode(in, text(name), 1);
        set(node, "label", escaped(label));
        return node;
    }

    // A backslash means something to Graphviz in labels.
    static std::string escaped(const std::string& label)
    {
        std::string result;
        for (const char c : label)
            result += c == '\\' ? std::string("\\\\") : std::string(1, c);
        return result;
    }

    Agraph_t* cluster(Agraph_t* in, const std::string& label)
    {
        Agraph_t* made = agsubg(in, text("cluster_" + std::to_string(++m_clusters)), 1);
        set(made, "label", escaped(label));
        return made;
    }

    Agraph_t* module(ScopeId scope, Agraph_t* outermost)
    {
        if (!scope)
            return outermost;
        const auto key = std::pair(outermost, scope.index());
        if (const auto found = m_modules.find(key); found != m_modules.end())
            return found->second;
        Agraph_t* parent = module(m_model.scope(scope).parent, outermost);
        return m_modules[key] = cluster(parent, m_model.scope(scope).name);
    }

    void addGraph(GraphId id, Agraph_t* in)
    {
        const Graph& graph = m_model.graph(id);
        for (const ValueId input : graph.inputs)
            if (!m_model.value(input).tensor)
                addEnd(in, "in_" + std::to_string(input.index()), input, m_boxes[input]);
        for (const NodeId node : m_model.nodes(id)) {
            if (isPlumbing(m_model, node))
                continue;
            Agraph_t* home = module(m_model.node(node).scope, in);
            Agnode_t* made = box(home, "node_" + std::to_string(node.index()), qualifiedName(m_model, node));
            for (const ValueId output : m_model.node(node).outputs())
                m_boxes[output] = made;
            for (const DataInput& input : dataInputs(m_model, node))
                connect(input.value, made);
            for (const GraphId body : m_model.bodies(node))
                addGraph(body, cluster(home, displayName(m_model, node) + ": " + m_model.graph(body).role));
        }
        std::size_t position = 0;
        for (const ValueId output : graph.outputs) {
            ++position;
            if (!output)
                continue;
            Agnode_t* made = nullptr;
            addEnd(in, "out_" + std::to_string(id.index()) + '_' + std::to_string(position), output, made);
            connect(dataSource(m_model, output), made);
        }
    }

    void addEnd(Agraph_t* in, const std::string& name, ValueId value, Agnode_t*& made)
    {
        made = box(in, name, m_model.value(value).name);
        set(made, "shape", "ellipse");
    }

    // What nothing on the page makes, weights above all, has no edge.
    void connect(ValueId value, Agnode_t* to)
    {
        const auto from = m_boxes.find(value);
        if (from == m_boxes.end() || !from->second || !to)
            return;
        Agedge_t* edge = agedge(m_graph, from->second, to, nullptr, 1);
        const Type& type = m_model.value(value).type;
        if (edge && type.kind != Type::Kind::Unknown)
            set(edge, "label", escaped(toString(type)));
    }

    const Model& m_model;
    Agraph_t* m_graph;
    int m_clusters = 0;
    std::map<std::pair<Agraph_t*, std::size_t>, Agraph_t*> m_modules;
    std::unordered_map<ValueId, Agnode_t*> m_boxes;
};

}  // namespace

Result<std::string> dotText(const Model& model, GraphId graph)
{
    const std::lock_guard lock(graphvizMutex());
    return DotText(model).make(graph);
}

}  // namespace tenscope

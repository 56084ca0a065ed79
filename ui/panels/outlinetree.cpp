#include "ui/panels/outlinetree.h"

#include <algorithm>
#include <cctype>
#include <unordered_map>

#include "core/graph/literal.h"
#include "core/graph/text.h"

namespace tenscope {

namespace {

using Kind = OutlineEntry::Kind;

// Bodies inside bodies: files may nest deeper than anyone reads.
constexpr int maximalDepth = 200;

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? char(c + ('a' - 'A')) : c;
}

bool contains(const std::string& text, const std::string& lowerCaseWord)
{
    return std::search(text.begin(), text.end(), lowerCaseWord.begin(), lowerCaseWord.end(),
                       [](char a, char b) { return lower(a) == b; }) != text.end();
}

std::vector<std::string> wordsOf(const std::string& filter)
{
    std::vector<std::string> words;
    std::string word;
    for (const char c : filter + ' ') {
        if (!std::isspace(static_cast<unsigned char>(c)))
            word += lower(c);
        else if (!word.empty())
            words.push_back(std::exchange(word, {}));
    }
    return words;
}

std::uint64_t elementsOf(const Model& model, ValueId value)
{
    const TensorId tensor = model.value(value).tensor;
    return tensor ? model.tensor(tensor).elements().value_or(0) : 0;
}

class Builder {
public:
    Builder(const Model& model, Progress& progress) : m_model(model), m_progress(progress) {}

    bool run()
    {
        m_tree.nodeEntry.assign(m_model.nodeCount(), OutlineTree::none);
        m_tree.entries.reserve(m_model.livingNodeCount() + m_model.scopeCount() + 1);
        m_tree.entries.push_back({.kind = Kind::Model, .graph = m_model.mainGraph});
        if (m_model.mainGraph)
            addGraph(m_model.mainGraph, 0, ScopeId(), 0);
        for (const Function& function : m_model.functions) {
            if (!function.graph || function.graph == m_model.mainGraph)
                continue;
            const std::uint32_t entry = add({.kind = Kind::Function, .graph = function.graph}, 0);
            addGraph(function.graph, entry, ScopeId(), 0);
        }
        if (m_progress.cancelled())
            return false;
        foldSingles();
        countParameters();
        return !m_progress.cancelled();
    }

    void filter(const std::vector<std::string>& words)
    {
        std::vector<OutlineEntry>& entries = m_tree.entries;
        std::vector<bool> kept(entries.size(), words.empty());
        for (std::size_t i = 1; i < entries.size() && !words.empty(); ++i) {
            if (i % 4096 == 0 && m_progress.cancelled())
                return;
            // Parents stand before their children, so what is in a module that matches is found on the way.
            OutlineEntry& entry = entries[i];
            const OutlineEntry& parent = entries[entry.parent];
            entry.isMatch = matches(entry, words) || (parent.kind != Kind::Model && parent.isMatch);
            for (std::uint32_t at = std::uint32_t(i); entry.isMatch && !kept[at]; at = entries[at].parent)
                kept[at] = true;
        }
        kept[0] = true;
        if (!words.empty())
            entries[0].isMatch = false;
        for (std::size_t i = 1; i < entries.size(); ++i)
            m_dropped[i] = m_dropped[i] || !kept[i];
    }

    OutlineTree finish()
    {
        // What is left moves together, and children find their place beside their siblings.
        std::vector<OutlineEntry>& entries = m_tree.entries;
        std::vector<std::uint32_t> moved(entries.size(), OutlineTree::none);
        std::uint32_t next = 0;
        for (std::size_t i = 0; i < entries.size(); ++i)
            if (!m_dropped[i])
                moved[i] = next++;
        for (std::size_t i = 0; i < entries.size(); ++i) {
            if (m_dropped[i])
                continue;
            OutlineEntry entry = entries[i];
            entry.parent = moved[entry.parent];
            if (i > 0)
                entry.row = entries[entry.parent].childCount++;
            m_tree.matches += i > 0 && entry.isMatch;
            entry.childCount = 0;
            entries[moved[i]] = entry;
        }
        entries.resize(next);
        for (std::uint32_t& entry : m_tree.nodeEntry)
            entry = entry == OutlineTree::none ? entry : moved[entry];

        std::uint32_t first = 0;
        for (OutlineEntry& entry : entries) {
            entry.firstChild = first;
            first += entry.childCount;
        }
        m_tree.children.resize(first);
        for (std::size_t i = 1; i < entries.size(); ++i)
            m_tree.children[entries[entries[i].parent].firstChild + entries[i].row] = std::uint32_t(i);
        return std::move(m_tree);
    }

private:
    std::uint32_t add(OutlineEntry entry, std::uint32_t parent)
    {
        entry.parent = parent;
        m_tree.entries.push_back(entry);
        m_dropped.resize(m_tree.entries.size());
        ++m_tree.entries[parent].childCount;
        return std::uint32_t(m_tree.entries.size() - 1);
    }

    // `around`: the module that the graph itself is in; its nodes' paths are shown from there on.
    void addGraph(GraphId graph, std::uint32_t parent, ScopeId around, int depth)
    {
        std::unordered_map<ScopeId, std::uint32_t> modules;
        std::size_t count = 0;
        for (const NodeId id : m_model.nodes(graph)) {
            if (++count % 1024 == 0 && m_progress.cancelled())
                return;
            if (isPlumbing(m_model, id))
                continue;
            const ScopeId scope = m_model.node(id).scope;
            const std::uint32_t entry = add({.kind = Kind::Node, .node = id}, module(modules, scope, parent, around));
            m_tree.nodeEntry[id.index()] = entry;
            if (depth >= maximalDepth)
                continue;
            for (const GraphId body : m_model.bodies(id))
                addGraph(body, add({.kind = Kind::Graph, .graph = body}, entry), scope, depth + 1);
        }
    }

    std::uint32_t module(std::unordered_map<ScopeId, std::uint32_t>& modules, ScopeId scope, std::uint32_t root, ScopeId around)
    {
        // Upwards to the first module that has a line, then down again: paths may be longer than a stack.
        std::vector<ScopeId> missing;
        std::uint32_t entry = root;
        for (; scope && scope != around; scope = m_model.scope(scope).parent) {
            if (const auto known = modules.find(scope); known != modules.end()) {
                entry = known->second;
                break;
            }
            missing.push_back(scope);
        }
        for (auto wanted = missing.rbegin(); wanted != missing.rend(); ++wanted) {
            entry = add({.kind = Kind::Module, .scope = *wanted}, entry);
            modules.emplace(*wanted, entry);
        }
        return entry;
    }

    // A module with one node and nothing else becomes that node's line.
    void foldSingles()
    {
        std::vector<OutlineEntry>& entries = m_tree.entries;
        m_dropped.resize(entries.size());
        std::vector<std::uint32_t> folded(entries.size(), OutlineTree::none);
        for (std::uint32_t i = 1; i < entries.size(); ++i) {
            OutlineEntry& entry = entries[i];
            // Bodies below a node that moved up hang on its module's line now.
            if (folded[entry.parent] != OutlineTree::none)
                entry.parent = folded[entry.parent];
            OutlineEntry& parent = entries[entry.parent];
            if (entry.kind != Kind::Node || parent.kind != Kind::Module || parent.childCount != 1)
                continue;
            parent.kind = Kind::Node;
            parent.node = entry.node;
            parent.childCount = entry.childCount;
            m_tree.nodeEntry[entry.node.index()] = entry.parent;
            folded[i] = entry.parent;
            m_dropped[i] = true;
        }
        for (OutlineEntry& entry : entries)
            entry.childCount = 0;  // counted again when the lines that stay are known
    }

    // Each stored tensor counts once in every line above the nodes that read it.
    void countParameters()
    {
        std::vector<OutlineEntry>& entries = m_tree.entries;
        std::vector<std::uint32_t> countedFor(entries.size(), OutlineTree::none);
        for (std::uint32_t v = 0; v < m_model.valueCount(); ++v) {
            if (v % 4096 == 0 && m_progress.cancelled())
                return;
            const Value& value = m_model.value(ValueId(v));
            if (!value.tensor || !value.isAlive())
                continue;
            const std::uint64_t elements = elementsOf(m_model, ValueId(v));
            const auto count = [&](std::uint32_t at) {
                for (; at != 0 && countedFor[at] != v; at = entries[at].parent) {
                    countedFor[at] = v;
                    entries[at].parameters += elements;
                }
            };
            entries[0].parameters += elements;
            for (const Use& use : value.uses())
                countReaders(use.node, count, 0);
        }
    }

    // Lists of weights reach their reader through plumbing.
    template <class Count>
    void countReaders(NodeId node, const Count& count, int depth)
    {
        if (const std::uint32_t entry = m_tree.nodeEntry[node.index()]; entry != OutlineTree::none)
            return count(entry);
        if (depth > 8 || !isPlumbing(m_model, node))
            return;
        for (const ValueId output : m_model.node(node).outputs())
            for (const Use& use : m_model.value(output).uses())
                countReaders(use.node, count, depth + 1);
    }

    bool matches(const OutlineEntry& entry, const std::vector<std::string>& words) const
    {
        std::string haystack;
        switch (entry.kind) {
        case Kind::Model:
            return false;
        case Kind::Module:
            haystack = m_model.path(entry.scope) + '\n' + m_model.scope(entry.scope).className;
            break;
        case Kind::Node:
            haystack = displayName(m_model, entry.node) + '\n' + qualifiedName(m_model, entry.node) + '\n' +
                       m_model.path(m_model.node(entry.node).scope);
            break;
        case Kind::Graph:
        case Kind::Function:
            haystack = m_model.graph(entry.graph).name + '\n' + m_model.graph(entry.graph).role;
            break;
        }
        return std::all_of(words.begin(), words.end(), [&](const std::string& word) { return contains(haystack, word); });
    }

    const Model& m_model;
    Progress& m_progress;
    OutlineTree m_tree;
    std::vector<bool> m_dropped;
};

}  // namespace

std::uint32_t OutlineTree::find(const Model& model, NodeId node) const
{
    for (int step = 0; node && step < maximalDepth; ++step) {
        if (node.index() < nodeEntry.size() && nodeEntry[node.index()] != none)
            return nodeEntry[node.index()];
        node = model.graph(model.node(node).graph).owner;
    }
    return none;
}

std::uint32_t OutlineTree::find(ScopeId scope) const
{
    const auto found = std::find_if(entries.begin(), entries.end(), [scope](const OutlineEntry& e) { return e.scope == scope; });
    return !scope || found == entries.end() ? none : std::uint32_t(found - entries.begin());
}

Result<OutlineTree> OutlineTree::build(const Model& model, const std::string& filter, Progress& progress)
{
    Builder builder(model, progress);
    if (!builder.run())
        return fail(Error::cancelled());
    builder.filter(wordsOf(filter));
    if (progress.cancelled())
        return fail(Error::cancelled());
    return builder.finish();
}

}  // namespace tenscope

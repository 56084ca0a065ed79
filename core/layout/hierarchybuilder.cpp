#include "core/layout/hierarchybuilder.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

#include "core/graph/literal.h"
#include "core/graph/text.h"
#include "core/layout/repetition.h"
#include "core/layout/strongparts.h"
#include "core/layout/structuretoken.h"

namespace tenscope {

namespace {

constexpr std::size_t deepestScope = 64;
constexpr std::size_t mostMembers = 100;  // more are grouped: equal stretches, then neighbours
constexpr double widestRange = 72;        // members of a group of neighbours

}  // namespace

Result<Hierarchy> HierarchyBuilder::build()
{
    readNodes();
    if (m_progress.cancelled())
        return fail(Error::cancelled());
    readScopePaths();
    std::vector<std::uint32_t> all(m_nodes.size());
    std::iota(all.begin(), all.end(), 0u);
    m_member.assign(m_nodes.size(), none);
    m_innermost.assign(m_nodes.size(), 0);
    addModule(Module::Kind::Root, none, std::move(all));
    for (std::uint32_t module = 0; module < m_nodesOf.size(); ++module) {
        if (m_progress.cancelled())
            return fail(Error::cancelled());
        split(module);
    }
    // Children come behind their parents, and what group() adds is summarized as it is made.
    for (std::uint32_t module = std::uint32_t(m_nodesOf.size()); module-- > 0;) {
        if (m_progress.cancelled())
            return fail(Error::cancelled());
        if (m_hierarchy.m_modules[module].members.size() > mostMembers)
            group(module);
        summarize(module);
    }
    finish();
    countParameters();
    return std::move(m_hierarchy);
}

void HierarchyBuilder::readNodes()
{
    m_indexOf.assign(m_model.nodeCount(), none);
    for (const NodeId id : m_model.nodes(m_graph)) {
        if (isPlumbing(m_model, id))
            continue;
        m_indexOf[id.index()] = std::uint32_t(m_nodes.size());
        m_nodes.push_back(id);
    }
    for (std::size_t i = 0; i < m_nodes.size(); ++i) {
        m_producerStart.push_back(std::uint32_t(m_producers.size()));
        m_tensorStart.push_back(std::uint32_t(m_tensors.size()));
        if (i % 1024 == 0 && m_progress.cancelled())
            break;
        for (const DataInput& input : dataInputs(m_model, m_nodes[i])) {
            const Value& value = m_model.value(input.value);
            if (value.tensor)
                m_tensors.push_back(value.tensor);
            else if (value.producer() && m_indexOf[value.producer().index()] != none)
                m_producers.push_back(m_indexOf[value.producer().index()]);
        }
    }
    m_producerStart.resize(m_nodes.size() + 1, std::uint32_t(m_producers.size()));
    m_tensorStart.resize(m_nodes.size() + 1, std::uint32_t(m_tensors.size()));
    m_operatorTokens.resize(m_model.operatorCount());
    for (std::size_t i = 0; i < m_operatorTokens.size(); ++i)
        m_operatorTokens[i] = structureToken(m_model.op(OperatorId(i)));
}

void HierarchyBuilder::readScopePaths()
{
    m_scopePaths.resize(m_model.scopeCount());
    for (const NodeId id : m_nodes) {
        ScopeId scope = m_model.node(id).scope;
        if (!scope || scope.index() >= m_scopePaths.size() || !m_scopePaths[scope.index()].empty())
            continue;
        std::vector<ScopeId>& path = m_scopePaths[scope.index()];
        // Scopes cannot be their own ancestors in a sound model; the bound holds for the others.
        for (ScopeId at = scope; at && path.size() < m_model.scopeCount(); at = m_model.scope(at).parent)
            path.push_back(at);
        std::reverse(path.begin(), path.end());
        if (path.size() > deepestScope)
            path.resize(deepestScope);
    }
}

ScopeId HierarchyBuilder::scopeAt(std::uint32_t node, std::size_t depth) const
{
    const ScopeId scope = m_model.node(m_nodes[node]).scope;
    if (!scope || scope.index() >= m_scopePaths.size())
        return {};
    const auto& path = m_scopePaths[scope.index()];
    return depth < path.size() ? path[depth] : ScopeId();
}

std::uint32_t HierarchyBuilder::addModule(Module::Kind kind, std::uint32_t parent, std::vector<std::uint32_t> nodes)
{
    const std::uint32_t index = std::uint32_t(m_nodesOf.size());
    Module module;
    module.kind = kind;
    if (parent != none)
        module.parent = ModuleId(parent);
    module.nodeCount = std::uint32_t(nodes.size());
    m_hierarchy.m_modules.push_back(std::move(module));
    m_nodesOf.push_back(std::move(nodes));
    m_scopeDepth.push_back(parent == none ? 0 : m_scopeDepth[parent] + 1);
    return index;
}

// Fills in the members of a module and adds the modules among them.
void HierarchyBuilder::split(std::uint32_t module)
{
    std::vector<Part> parts = partsByScope(module);
    // A module that holds nothing but one module is one with it.
    while (parts.size() == 1 && parts[0].scope) {
        Module& own = m_hierarchy.m_modules[module];
        const Scope& scope = m_model.scope(parts[0].scope);
        if (own.kind != Module::Kind::Root)
            own.name += (own.name.empty() ? "" : ".") + scope.name;
        own.className = scope.className.empty() ? own.className : scope.className;
        own.scope = parts[0].scope;
        ++m_scopeDepth[module];
        parts = partsByScope(module);
    }
    cutCircles(module, parts);
    for (Part& part : parts) {
        if (part.nodes.size() == 1) {
            m_hierarchy.m_modules[module].members.push_back({m_nodes[part.nodes[0]], {}});
            m_innermost[part.nodes[0]] = module;
            continue;
        }
        const std::uint32_t child = addModule(Module::Kind::Scope, module, std::move(part.nodes));
        Module& added = m_hierarchy.m_modules[child];
        added.scope = part.scope;
        added.name = m_model.scope(part.scope).name;
        added.className = m_model.scope(part.scope).className;
        m_hierarchy.m_modules[module].members.push_back({{}, ModuleId(child)});
    }
}

std::vector<HierarchyBuilder::Part> HierarchyBuilder::partsByScope(std::uint32_t module) const
{
    std::vector<Part> parts;
    std::unordered_map<ScopeId, std::size_t> partOf;
    for (const std::uint32_t node : m_nodesOf[module]) {
        const ScopeId scope = scopeAt(node, m_scopeDepth[module]);
        if (!scope) {
            parts.push_back({{node}, {}});
            continue;
        }
        const auto [found, isNew] = partOf.emplace(scope, parts.size());
        if (isNew)
            parts.push_back({{}, scope});
        parts[found->second].nodes.push_back(node);
    }
    return parts;
}

// Splits the parts that flow leaves and enters again into what is connected in them.
void HierarchyBuilder::cutCircles(std::uint32_t module, std::vector<Part>& parts)
{
    for (std::uint32_t part = 0; part < parts.size(); ++part)
        for (const std::uint32_t node : parts[part].nodes)
            m_member[node] = part;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> edges;
    for (const std::uint32_t node : m_nodesOf[module])
        for (std::uint32_t k = m_producerStart[node]; k < m_producerStart[node + 1]; ++k)
            if (const std::uint32_t from = m_member[m_producers[k]]; from != none && from != m_member[node])
                edges.push_back({from, m_member[node]});
    const std::vector<bool> inCircle = onCycles(std::uint32_t(parts.size()), edges);

    std::vector<Part> result;
    std::unordered_map<std::uint32_t, std::uint32_t> root;
    for (std::uint32_t part = 0; part < parts.size(); ++part) {
        if (!inCircle[part] || parts[part].nodes.size() < 2) {
            result.push_back(std::move(parts[part]));
            continue;
        }
        root.clear();
        auto find = [&](std::uint32_t node) {
            while (root[node] != node)
                node = root[node] = root[root[node]];
            return node;
        };
        for (const std::uint32_t node : parts[part].nodes)
            root[node] = node;
        for (const std::uint32_t node : parts[part].nodes)
            for (std::uint32_t k = m_producerStart[node]; k < m_producerStart[node + 1]; ++k)
                if (m_member[m_producers[k]] == part)
                    root[find(node)] = find(m_producers[k]);
        std::unordered_map<std::uint32_t, std::size_t> connected;
        for (const std::uint32_t node : parts[part].nodes) {
            const auto [found, isNew] = connected.emplace(find(node), result.size());
            if (isNew)
                result.push_back({{}, parts[part].scope});
            result[found->second].nodes.push_back(node);
        }
    }
    std::stable_sort(result.begin(), result.end(),
                     [](const Part& a, const Part& b) { return a.nodes.front() < b.nodes.front(); });
    for (const std::uint32_t node : m_nodesOf[module])
        m_member[node] = none;
    parts = std::move(result);
}

// Notes for every node in the module which of its members it belongs to.
void HierarchyBuilder::markMembers(std::uint32_t module)
{
    const auto& members = m_hierarchy.m_modules[module].members;
    for (std::uint32_t i = 0; i < members.size(); ++i) {
        if (members[i].node)
            m_member[m_indexOf[members[i].node.index()]] = i;
        else
            for (const std::uint32_t node : m_nodesOf[members[i].module.index()])
                m_member[node] = i;
    }
}

std::uint64_t HierarchyBuilder::nodeToken(std::uint32_t node) const
{
    const Node& own = m_model.node(m_nodes[node]);
    std::uint64_t token = mixTokens(m_operatorTokens[own.op.index()], structureToken(m_model, own.attributes));
    for (std::uint32_t k = m_tensorStart[node]; k < m_tensorStart[node + 1]; ++k)
        token = mixTokens(token, structureToken(m_model.tensor(m_tensors[k])));
    // Constants that are inputs are arguments, as attributes are.
    for (std::size_t i = 0; i < own.inputs().size(); ++i)
        if (const auto text = literal(m_model, own.inputs()[i].value, 80))
            token = mixTokens(token, mixTokens(i, structureToken(*text)));
    return token;
}

std::uint64_t HierarchyBuilder::memberToken(const ModuleMember& member) const
{
    return member.node ? nodeToken(m_indexOf[member.node.index()])
                       : mixTokens(7, m_hierarchy.m_modules[member.module.index()].structure);
}

// What the module is made of and how that is wired among itself, weights' values aside.
void HierarchyBuilder::summarize(std::uint32_t module)
{
    Module& own = m_hierarchy.m_modules[module];
    std::uint64_t token = own.members.size();
    for (const ModuleMember& member : own.members)
        token = mixTokens(token, memberToken(member));
    markMembers(module);
    for (const std::uint32_t node : m_nodesOf[module]) {
        for (std::uint32_t k = m_producerStart[node]; k < m_producerStart[node + 1]; ++k) {
            const std::uint32_t from = m_member[m_producers[k]], to = m_member[node];
            if (from != none && from != to)
                token = mixTokens(token, (std::uint64_t(to - from) << 32) | (k - m_producerStart[node]));
        }
    }
    for (const std::uint32_t node : m_nodesOf[module])
        m_member[node] = none;
    own.structure = token;
}

// At each place between two members, how many nodes' results pass from before to behind it.
std::vector<std::uint32_t> HierarchyBuilder::crossingValues(std::uint32_t module) const
{
    const std::size_t count = m_hierarchy.m_modules[module].members.size();
    std::unordered_map<std::uint32_t, std::uint32_t> last;  // by producer: the last member that reads it
    for (const std::uint32_t node : m_nodesOf[module])
        for (std::uint32_t k = m_producerStart[node]; k < m_producerStart[node + 1]; ++k)
            if (m_member[m_producers[k]] != none) {
                std::uint32_t& reader = last[m_producers[k]];
                reader = std::max(reader, m_member[node]);
            }
    std::vector<std::int64_t> change(count + 2, 0);
    for (const auto& [producer, reader] : last) {
        if (reader <= m_member[producer])
            continue;
        ++change[m_member[producer] + 1];
        --change[reader + 1];
    }
    std::vector<std::uint32_t> result(count + 1, 0);
    std::int64_t passing = 0;
    for (std::size_t i = 0; i <= count; ++i) {
        passing += change[i];
        result[i] = std::uint32_t(passing);
    }
    return result;
}

void HierarchyBuilder::group(std::uint32_t module)
{
    std::vector<std::uint64_t> tokens;
    for (const ModuleMember& member : m_hierarchy.m_modules[module].members)
        tokens.push_back(memberToken(member));
    markMembers(module);
    const std::vector<std::uint32_t> cut = crossingValues(module);
    std::vector<std::pair<std::size_t, std::size_t>> stretches;
    for (const Repetition& repetition : findRepetitions(tokens, cut))
        for (std::size_t block = 0; block < repetition.count; ++block)
            stretches.push_back({repetition.first + block * repetition.period, repetition.first + (block + 1) * repetition.period});
    wrap(module, stretches, Module::Kind::Repeat);

    // Neighbours taken together, and these again, until they can be looked at: as many levels as that takes, all about as wide.
    const std::size_t count = m_hierarchy.m_modules[module].members.size();
    double levels = 2;
    while (std::pow(double(count), 1 / levels) > widestRange)
        ++levels;
    const std::size_t length = std::size_t(std::ceil(std::pow(double(count), 1 / levels)));
    while (m_hierarchy.m_modules[module].members.size() > mostMembers)
        wrapNeighbours(module, length);
    for (const std::uint32_t node : m_nodesOf[module])
        m_member[node] = none;
}

// Stretches of about that many members, cut where little passes.
void HierarchyBuilder::wrapNeighbours(std::uint32_t module, std::size_t length)
{
    markMembers(module);
    const std::vector<std::uint32_t> cut = crossingValues(module);
    const std::size_t count = m_hierarchy.m_modules[module].members.size();
    std::vector<std::pair<std::size_t, std::size_t>> stretches;
    for (std::size_t begin = 0; begin < count;) {
        std::size_t end = std::min(count, begin + length);
        // The cleanest cut near the wished place.
        if (count - begin > length + length / 2)
            for (std::size_t i = begin + length - length / 4; i < std::min(count, begin + length + length / 4 + 1); ++i)
                if (cut[i] < cut[end])
                    end = i;
        if (count - end < length / 4)
            end = count;
        stretches.push_back({begin, end});
        begin = end;
    }
    wrap(module, stretches, Module::Kind::Range);
}

// Of a range, which is named after both of its ends, the one or the other.
std::string HierarchyBuilder::memberName(const ModuleMember& member, bool isFirst) const
{
    if (member.node)
        return displayName(m_model, member.node);
    const Module& module = m_hierarchy.m_modules[member.module.index()];
    if (module.kind == Module::Kind::Range)
        return memberName(isFirst ? module.members.front() : module.members.back(), isFirst);
    return module.name;
}

// Makes each stretch of members a module of its own.
void HierarchyBuilder::wrap(std::uint32_t module, const std::vector<std::pair<std::size_t, std::size_t>>& stretches,
                            Module::Kind kind)
{
    for (const std::uint32_t node : m_nodesOf[module])
        m_member[node] = none;
    const std::vector<ModuleMember> old = std::move(m_hierarchy.m_modules[module].members);
    std::vector<ModuleMember> members;
    std::size_t at = 0, number = 0;
    for (const auto& [begin, end] : stretches) {
        members.insert(members.end(), old.begin() + std::ptrdiff_t(at), old.begin() + std::ptrdiff_t(begin));
        at = end;
        if (end - begin < 2) {
            members.insert(members.end(), old.begin() + std::ptrdiff_t(begin), old.begin() + std::ptrdiff_t(end));
            continue;
        }
        std::vector<std::uint32_t> nodes;
        for (std::size_t i = begin; i < end; ++i) {
            if (old[i].node)
                nodes.push_back(m_indexOf[old[i].node.index()]);
            else
                nodes.insert(nodes.end(), m_nodesOf[old[i].module.index()].begin(), m_nodesOf[old[i].module.index()].end());
        }
        std::sort(nodes.begin(), nodes.end());
        const std::uint32_t child = addModule(kind, module, std::move(nodes));
        Module& added = m_hierarchy.m_modules[child];
        added.members.assign(old.begin() + std::ptrdiff_t(begin), old.begin() + std::ptrdiff_t(end));
        added.name = kind == Module::Kind::Repeat
                         ? "block " + std::to_string(++number)
                         : memberName(old[begin], true) + " \u2013 " + memberName(old[end - 1], false);
        for (const ModuleMember& member : added.members) {
            if (member.node)
                m_innermost[m_indexOf[member.node.index()]] = child;
            else
                m_hierarchy.m_modules[member.module.index()].parent = ModuleId(child);
        }
        summarize(child);
        members.push_back({{}, ModuleId(child)});
    }
    members.insert(members.end(), old.begin() + std::ptrdiff_t(at), old.end());
    m_hierarchy.m_modules[module].members = std::move(members);
}

// Renumbers the modules so that parents come first, and fills in what depends on the finished tree.
void HierarchyBuilder::finish()
{
    std::vector<Module>& modules = m_hierarchy.m_modules;
    std::vector<std::uint32_t> order{0}, place(modules.size(), 0);
    for (std::size_t i = 0; i < order.size(); ++i) {
        place[order[i]] = std::uint32_t(i);
        for (const ModuleMember& member : modules[order[i]].members)
            if (member.module)
                order.push_back(member.module.index());
    }
    std::vector<Module> sorted;
    sorted.reserve(order.size());
    for (const std::uint32_t index : order) {
        Module& module = modules[index];
        if (module.parent) {
            module.parent = ModuleId(place[module.parent.index()]);
            module.depth = sorted[module.parent.index()].depth + 1;
        }
        for (ModuleMember& member : module.members)
            if (member.module)
                member.module = ModuleId(place[member.module.index()]);
        sorted.push_back(std::move(module));
    }
    modules = std::move(sorted);
    for (Module& module : modules) {
        std::unordered_map<std::uint64_t, std::pair<ModuleId, std::uint32_t>> equal;  // first, how many
        for (const ModuleMember& member : module.members) {
            if (!member.module)
                continue;
            auto& [first, count] = equal[modules[member.module.index()].structure];
            first = count++ == 0 ? member.module : first;
            modules[member.module.index()].firstEqual = first;
        }
        for (const ModuleMember& member : module.members)
            if (member.module)
                modules[member.module.index()].repeats = equal[modules[member.module.index()].structure].second;
    }
    modules[0].firstEqual = ModuleId(0);
    for (std::uint32_t& module : m_innermost)
        module = place[module];
    m_hierarchy.m_moduleOf.reserve(m_nodes.size());
    for (std::uint32_t node = 0; node < m_nodes.size(); ++node)
        m_hierarchy.m_moduleOf.emplace(m_nodes[node], ModuleId(m_innermost[node]));
    for (std::uint32_t i = 0; i < modules.size(); ++i)
        if (modules[i].scope)
            m_hierarchy.m_byScope[modules[i].scope].push_back(ModuleId(i));
}

void HierarchyBuilder::countParameters()
{
    // Every tensor with its readers; each module counts it at the first reader inside.
    std::vector<std::pair<TensorId, std::uint32_t>> reads;
    for (std::uint32_t node = 0; node < m_nodes.size(); ++node)
        for (std::uint32_t k = m_tensorStart[node]; k < m_tensorStart[node + 1]; ++k)
            reads.push_back({m_tensors[k], node});
    std::sort(reads.begin(), reads.end());
    std::vector<Module>& modules = m_hierarchy.m_modules;
    std::vector<TensorId> counted(modules.size());
    for (const auto& [tensor, node] : reads) {
        const std::uint64_t elements = m_model.tensor(tensor).elements().value_or(0);
        for (ModuleId id = ModuleId(m_innermost[node]); id && counted[id.index()] != tensor; id = modules[id.index()].parent) {
            counted[id.index()] = tensor;
            modules[id.index()].parameters += elements;
        }
    }
}

}  // namespace tenscope

#include "core/layout/hierarchy.h"

#include <algorithm>

#include "core/graph/model.h"
#include "core/layout/hierarchybuilder.h"

namespace tenscope {

Result<Hierarchy> Hierarchy::build(const Model& model, GraphId graph, Progress& progress)
{
    if (!graph || graph.index() >= model.graphCount())
        return fail(Error::usage("This model has no such graph to show."));
    return HierarchyBuilder(model, graph, progress).build();
}

ModuleId Hierarchy::moduleOf(NodeId node) const
{
    const auto found = m_moduleOf.find(node);
    return found == m_moduleOf.end() ? ModuleId() : found->second;
}

std::vector<ModuleId> Hierarchy::path(NodeId node) const
{
    return path(moduleOf(node));
}

std::vector<ModuleId> Hierarchy::path(ModuleId id) const
{
    std::vector<ModuleId> result;
    for (; id && id != root(); id = module(id).parent)
        result.push_back(id);
    std::reverse(result.begin(), result.end());
    return result;
}

std::vector<ModuleId> Hierarchy::modulesOf(ScopeId scope) const
{
    const auto found = m_byScope.find(scope);
    return found == m_byScope.end() ? std::vector<ModuleId>() : found->second;
}

std::vector<ModuleId> Hierarchy::equals(ModuleId id) const
{
    std::vector<ModuleId> result;
    for (const ModuleMember& member : module(module(id).parent ? module(id).parent : root()).members)
        if (member.module && module(member.module).structure == module(id).structure)
            result.push_back(member.module);
    return result;
}

std::vector<ModuleId> Hierarchy::below(ModuleId id) const
{
    std::vector<ModuleId> result{id};
    for (std::size_t i = 0; i < result.size(); ++i)
        for (const ModuleMember& member : module(result[i]).members)
            if (member.module)
                result.push_back(member.module);
    return result;
}

std::uint32_t Hierarchy::deepest() const
{
    std::uint32_t deepest = 0;
    for (const Module& module : m_modules)
        deepest = std::max(deepest, module.depth);
    return deepest;
}

std::vector<bool> Hierarchy::expandedTo(std::uint32_t depth) const
{
    std::vector<bool> expanded(m_modules.size());
    for (std::size_t i = 0; i < m_modules.size(); ++i)
        expanded[i] = i == 0 || m_modules[i].depth < depth + 1;
    return expanded;
}

std::vector<bool> Hierarchy::expandedFor(std::size_t boxes) const
{
    const std::uint32_t deepest = this->deepest();
    // Unfolding a level takes its modules away and brings their members.
    std::vector<std::size_t> members(deepest + 2, 0), modules(deepest + 2, 0);
    for (const Module& module : m_modules) {
        members[module.depth] += module.members.size();
        modules[module.depth] += 1;
    }
    std::uint32_t depth = 0;
    std::size_t shown = members[0];
    while (depth < deepest) {
        shown += members[depth + 1] - modules[depth + 1];
        if (shown > boxes)
            break;
        ++depth;
    }
    return expandedTo(depth);
}

}  // namespace tenscope

// How a GraphView folds and unfolds modules; the rest is in graphview.cpp.

#include <algorithm>

#include "ui/graphview/graphview.h"

namespace tenscope {

namespace {

using Index = Diagram::Index;

}  // namespace

void GraphView::setExpansion(const Expansion& expansion)
{
    m_options.expansion = expansion;
    load();
}

// What is drawn unfolded now, and what was chosen to be if what is around it opens again.
std::set<ModuleId> GraphView::chosenModules() const
{
    std::set<ModuleId> modules = m_diagram->expanded();
    if (m_options.expansion.kind == Expansion::Kind::Chosen)
        modules.insert(m_options.expansion.modules.begin(), m_options.expansion.modules.end());
    return modules;
}

void GraphView::setExpanded(ModuleId module, bool expanded, FoldReach reach)
{
    if (!m_diagram || !m_diagram->hierarchy() || module.index() >= m_diagram->hierarchy()->size())
        return;
    const Hierarchy& hierarchy = *m_diagram->hierarchy();
    std::vector<ModuleId> affected{module};
    if (reach == FoldReach::Equals)
        affected = hierarchy.equals(module);
    else if (reach == FoldReach::Below)
        affected = hierarchy.below(module);
    std::set<ModuleId> modules = chosenModules();
    for (const ModuleId id : affected) {
        if (expanded)
            modules.insert(id);
        else
            modules.erase(id);
    }
    m_anchorModule = module;
    setExpansion(Expansion::chosen(std::move(modules)));
}

// Unfolds them in place; false where they are unfolded already.
bool GraphView::unfold(const std::vector<ModuleId>& path)
{
    std::set<ModuleId> modules = m_diagram->expanded();
    const std::size_t before = modules.size();
    modules.insert(path.begin(), path.end());
    if (modules.size() == before)
        return false;
    modules.merge(chosenModules());
    for (const ModuleId module : path)
        if (const auto box = m_diagram->boxOf(module); box && !m_diagram->boxes()[*box].isExpanded)
            m_anchorModule = module;
    setExpansion(Expansion::chosen(std::move(modules)));
    return true;
}

void GraphView::expandAll()
{
    setExpansion(Expansion::all());
}

void GraphView::foldAll()
{
    setExpansion(Expansion::none());
}

void GraphView::setDepth(int depth)
{
    setExpansion(Expansion::toDepth(depth));
}

int GraphView::depth() const
{
    if (!m_diagram || !m_diagram->hierarchy())
        return 0;
    int folded = depths();
    for (const DiagramBox& box : m_diagram->boxes())
        if (box.module && !box.isExpanded)
            folded = std::min(folded, int(m_diagram->hierarchy()->module(box.module).depth) - 1);
    return folded;
}

int GraphView::depths() const
{
    return m_diagram && m_diagram->hierarchy() ? int(m_diagram->hierarchy()->deepest()) : 0;
}

void GraphView::unfoldLevel()
{
    if (depth() < depths())
        setDepth(depth() + 1);
}

void GraphView::foldLevel()
{
    int deepest = 0;
    if (m_diagram && m_diagram->hierarchy())
        for (const Index frame : m_diagram->frames())
            deepest = std::max(deepest, int(m_diagram->hierarchy()->module(m_diagram->boxes()[frame].module).depth));
    if (deepest > 0)
        setDepth(deepest - 1);
}

}  // namespace tenscope

#include "core/compare/grouping.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/compare/operatorclass.h"

namespace tenscope {

namespace {

using Index = std::uint32_t;
constexpr Index none = Matcher::none;

// Free units that hang together, and the pairs around them.
struct Region {
    std::vector<Index> units;
    std::vector<Index> before, after;  // pairs, by their unit of a
};

void sortOnce(std::vector<Index>& list)
{
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
}

std::size_t common(const std::vector<Index>& a, const std::vector<Index>& b)
{
    std::vector<Index> both;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
    return both.size();
}

class Grouping {
public:
    Grouping(const ComputeGraph& a, const ComputeGraph& b, const Matcher& matcher) : m_graph{&a, &b}, m_matcher(matcher) {}

    std::vector<UnitGroup> make()
    {
        for (int side = 0; side < 2; ++side)
            m_groupOf[side].assign(m_graph[side]->units().size(), none);
        for (const Index a : m_graph[0]->order())
            if (const Index b = m_matcher.partnerOfA(a); b != none && m_graph[0]->unit(a).main)
                add({{a}, {b}, true, false});
        findRegions(0);
        findRegions(1);
        joinRegions();
        return std::move(m_groups);
    }

private:
    Index pairOf(int side, Index unit) const
    {
        return side == 0 ? (m_matcher.partnerOfA(unit) == none ? none : unit) : m_matcher.partnerOfB(unit);
    }
    bool isFree(int side, Index unit) const { return pairOf(side, unit) == none; }

    void add(UnitGroup group)
    {
        for (const Index unit : group.a)
            m_groupOf[0][unit] = Index(m_groups.size());
        for (const Index unit : group.b)
            m_groupOf[1][unit] = Index(m_groups.size());
        m_groups.push_back(std::move(group));
    }

    void findRegions(int side)
    {
        const ComputeGraph& graph = *m_graph[side];
        std::vector<bool> seen(graph.units().size());
        for (const Index first : graph.order()) {
            if (seen[first] || !isFree(side, first) || !graph.unit(first).main)
                continue;
            Region region;
            seen[first] = true;
            region.units.push_back(first);
            for (std::size_t at = 0; at < region.units.size(); ++at) {
                const Unit& unit = graph.unit(region.units[at]);
                const auto look = [&](const std::vector<Index>& neighbours, std::vector<Index>& around) {
                    for (const Index other : neighbours) {
                        if (!isFree(side, other))
                            around.push_back(pairOf(side, other));
                        else if (!seen[other] && graph.unit(other).main) {
                            seen[other] = true;
                            region.units.push_back(other);
                        }
                    }
                };
                look(unit.before, region.before);
                look(unit.after, region.after);
            }
            sortOnce(region.before);
            sortOnce(region.after);
            m_regions[side].push_back(std::move(region));
        }
    }

    void joinRegions()
    {
        std::unordered_map<Index, std::vector<Index>> byPair;  // regions of b that touch a pair
        for (Index i = 0; i < m_regions[1].size(); ++i)
            for (const auto* list : {&m_regions[1][i].before, &m_regions[1][i].after})
                for (const Index pair : *list)
                    if (byPair[pair].size() < 16)
                        byPair[pair].push_back(i);
        std::vector<bool> taken(m_regions[1].size());
        std::vector<Index> alone;
        for (Index i = 0; i < m_regions[0].size(); ++i) {
            const Region& region = m_regions[0][i];
            Index best = none;
            std::size_t bestCommon = 0;
            for (const auto* list : {&region.before, &region.after}) {
                for (const Index pair : *list) {
                    for (const Index other : byPair[pair]) {
                        const Region& that = m_regions[1][other];
                        const std::size_t before = common(region.before, that.before), after = common(region.after, that.after);
                        const bool fits = (before > 0 || region.before.empty() || that.before.empty()) &&
                                          (after > 0 || region.after.empty() || that.after.empty());
                        if (!taken[other] && fits && before + after > bestCommon) {
                            best = other;
                            bestCommon = before + after;
                        }
                    }
                }
            }
            if (best == none) {
                alone.push_back(i);
                continue;
            }
            taken[best] = true;
            UnitGroup group{region.units, m_regions[1][best].units, false, false};
            group.isReplacement = !computeTheSame(group);
            add(std::move(group));
        }
        for (const Index i : alone)
            standAlone(0, m_regions[0][i]);
        for (Index i = 0; i < m_regions[1].size(); ++i)
            if (!taken[i])
                standAlone(1, m_regions[1][i]);
    }

    // Whether all that one side computes is on the other, or a part of it, or has it for a part; how elements are moved
    // between them counts for nothing.
    bool computeTheSame(const UnitGroup& group) const
    {
        std::array<std::set<std::string_view>, 2> classes, known;
        const std::array<const std::vector<Index>*, 2> units{&group.a, &group.b};
        for (int side = 0; side < 2; ++side) {
            for (const Index i : *units[side]) {
                const std::string& cls = m_graph[side]->unit(i).cls;
                classes[side].insert(cls);
                known[side].insert(cls);
                for (std::string_view rest = partsOf(cls); !rest.empty();) {
                    const std::size_t end = rest.find(' ');
                    known[side].insert(rest.substr(0, end));
                    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
                }
            }
        }
        const auto isCovered = [&](int side) {
            return std::all_of(classes[side].begin(), classes[side].end(), [&](std::string_view cls) {
                if (known[1 - side].contains(cls) || (roleOf(cls) == ClassRole::Layout && group.a.size() + group.b.size() > 2))
                    return true;
                const std::string_view all = partsOf(cls);  // the whole that the other side has written in parts
                return !all.empty() && std::all_of(classes[1 - side].begin(), classes[1 - side].end(), [&](std::string_view part) {
                    return roleOf(part) == ClassRole::Layout || (' ' + std::string(all) + ' ').find(' ' + std::string(part) + ' ') != std::string::npos;
                });
            });
        };
        return isCovered(0) && isCovered(1);
    }

    // Whether the unit is in a branch of which nothing at all is on the other side.
    bool isAlternative(int side, Index unit)
    {
        const ComputeGraph& graph = *m_graph[side];
        if (m_blockMatched[side].empty()) {
            m_blockMatched[side].assign(graph.blockParents().size(), false);
            for (Index i = 0; i < graph.units().size(); ++i)
                if (!isFree(side, i))
                    for (Index block = graph.unit(i).block; block != 0; block = graph.blockParents()[block])
                        m_blockMatched[side][block] = true;
        }
        const Index block = graph.unit(unit).block;
        return block != 0 && !m_blockMatched[side][block];
    }

    // The pair beside a unit that moves elements as the unit itself does: a branch may lie between two transpositions that
    // are one on the other side.
    Index continued(int side, Index unit) const
    {
        const ComputeGraph& graph = *m_graph[side];
        const Unit& one = graph.unit(unit);
        if (roleOf(one.cls) != ClassRole::Layout || one.before.size() != 1)
            return none;
        for (const auto* list : {&one.after, &one.before})
            for (const Index other : *list)
                if (const Index group = m_groupOf[side][other]; group != none && m_groups[group].isPair &&
                    graph.unit(other).cls == one.cls && (graph.unit(other).block != one.block || one.after.size() > 1))
                    return group;
        return none;
    }

    void standAlone(int side, const Region& region)
    {
        const ComputeGraph& graph = *m_graph[side];
        std::vector<Index> units = region.units;
        std::sort(units.begin(), units.end());
        for (const Index unit : units) {
            Index host = continued(side, unit);
            if (host == none && isAlternative(side, unit)) {
                for (const auto* list : {&graph.unit(unit).after, &graph.unit(unit).before})
                    for (const Index other : *list)
                        if (host == none && m_groupOf[side][other] != none && !m_groups[m_groupOf[side][other]].a.empty() &&
                            !m_groups[m_groupOf[side][other]].b.empty())
                            host = m_groupOf[side][other];
                for (const auto* list : {&region.after, &region.before})
                    if (host == none && !list->empty())
                        host = m_groupOf[0][list->front()];
            }
            if (host != none) {
                (side == 0 ? m_groups[host].a : m_groups[host].b).push_back(unit);
                m_groupOf[side][unit] = host;
            } else {
                add(side == 0 ? UnitGroup{{unit}, {}, false, false} : UnitGroup{{}, {unit}, false, false});
            }
        }
    }

    const std::array<const ComputeGraph*, 2> m_graph;
    const Matcher& m_matcher;
    std::array<std::vector<Index>, 2> m_groupOf;
    std::array<std::vector<Region>, 2> m_regions;
    std::array<std::vector<bool>, 2> m_blockMatched;
    std::vector<UnitGroup> m_groups;
};

}  // namespace

std::vector<UnitGroup> groupUnits(const ComputeGraph& a, const ComputeGraph& b, const Matcher& matcher)
{
    return Grouping(a, b, matcher).make();
}

}  // namespace tenscope

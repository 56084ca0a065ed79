#include "core/layout/networksimplex.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <queue>

namespace tenscope {

namespace {

constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

// The spanning tree is rooted. In postorder every subtree is a run of m_order, [m_low[v], m_lim[v]], so that membership
// is two comparisons and moving a subtree is a loop over an array. The cut value of the edge from a node to its parent is
// the net weight that leaves the node's subtree (or minus that), so one postorder pass renews all of them.
class Simplex {
public:
    Simplex(std::uint32_t nodes, const std::vector<RankEdge>& edges, std::vector<std::int32_t>& ranks)
        : m_count(nodes), m_edges(edges), m_rank(ranks)
    {
        m_start.assign(nodes + 1, 0);
        m_excess.assign(nodes, 0);
        for (const RankEdge& edge : edges) {
            ++m_start[edge.from + 1];
            ++m_start[edge.to + 1];
            m_excess[edge.from] += edge.weight;
            m_excess[edge.to] -= edge.weight;
        }
        std::partial_sum(m_start.begin(), m_start.end(), m_start.begin());
        m_incident.resize(2 * edges.size());
        std::vector<std::uint32_t> fill(m_start.begin(), m_start.end() - 1);
        for (std::uint32_t e = 0; e < edges.size(); ++e) {
            m_incident[fill[edges[e].from]++] = e;
            m_incident[fill[edges[e].to]++] = e;
        }
    }

    void raise()
    {
        std::vector<std::uint32_t> waiting(m_count, 0), ready;
        for (const RankEdge& edge : m_edges)
            ++waiting[edge.to];
        for (std::uint32_t node = 0; node < m_count; ++node)
            if (waiting[node] == 0)
                ready.push_back(node);
        for (std::size_t i = 0; i < ready.size(); ++i) {
            const std::uint32_t node = ready[i];
            for (std::uint32_t k = m_start[node]; k < m_start[node + 1]; ++k) {
                const RankEdge& edge = m_edges[m_incident[k]];
                if (edge.from != node)
                    continue;
                m_rank[edge.to] = std::max(m_rank[edge.to], m_rank[node] + edge.length);
                if (--waiting[edge.to] == 0)
                    ready.push_back(edge.to);
            }
        }
    }

    // Whether one path of tight edges runs through all nodes, after raise(): then every edge is as short as it can be.
    bool isSettled() const
    {
        std::vector<std::uint32_t> order(m_count), place(m_count);
        std::iota(order.begin(), order.end(), 0u);
        std::sort(order.begin(), order.end(), [this](std::uint32_t a, std::uint32_t b) { return m_rank[a] < m_rank[b]; });
        for (std::uint32_t i = 0; i < m_count; ++i)
            place[order[i]] = i;
        std::vector<bool> isNext(m_count, false);  // to the node before it
        for (const RankEdge& edge : m_edges)
            if (place[edge.to] == place[edge.from] + 1 && slack(edge) == 0)
                isNext[edge.to] = true;
        return std::count(isNext.begin(), isNext.end(), true) + 1 == std::ptrdiff_t(m_count);
    }

    // Grows one tree from node 0 by the edge with the least slack to a node outside, moving the whole tree to make that
    // edge tight. The tree's common shift is kept aside, so that the keys in both heaps stay valid: O(E log E).
    void feasibleTree()
    {
        using Item = std::pair<std::int64_t, std::uint32_t>;
        std::priority_queue<Item, std::vector<Item>, std::greater<>> leaving, entering;
        std::vector<bool> inside(m_count, false);
        std::int64_t shift = 0;
        m_tree.assign(m_count, {});
        auto add = [&](std::uint32_t node) {
            inside[node] = true;
            m_rank[node] -= std::int32_t(shift);
            for (std::uint32_t k = m_start[node]; k < m_start[node + 1]; ++k) {
                const std::uint32_t e = m_incident[k];
                const RankEdge& edge = m_edges[e];
                const std::int64_t slack = std::int64_t(m_rank[edge.to]) - m_rank[edge.from] - edge.length;
                if (edge.from == node && !inside[edge.to])
                    leaving.push({slack, e});
                else if (edge.to == node && !inside[edge.from])
                    entering.push({slack, e});
            }
        };
        add(0);
        while (true) {
            while (!leaving.empty() && inside[m_edges[leaving.top().second].to])
                leaving.pop();
            while (!entering.empty() && inside[m_edges[entering.top().second].from])
                entering.pop();
            if (leaving.empty() && entering.empty())
                break;
            const bool out = entering.empty() ||
                             (!leaving.empty() && leaving.top().first - shift <= entering.top().first + shift);
            const std::uint32_t e = out ? leaving.top().second : entering.top().second;
            shift += out ? leaving.top().first - shift : -(entering.top().first + shift);
            m_tree[m_edges[e].from].push_back(e);
            m_tree[m_edges[e].to].push_back(e);
            add(out ? m_edges[e].to : m_edges[e].from);
        }
        m_parent.assign(m_count, none);
        m_low.assign(m_count, 0);
        m_lim.assign(m_count, 0);
        m_net.assign(m_count, 0);
        m_order.assign(m_count, 0);
        renumber(0, 0);
    }

    bool run(std::uint64_t budget, Progress& progress)
    {
        std::uint32_t at = 0;
        m_steps = 0;
        while (m_steps < budget) {
            if (progress.cancelled())
                return false;
            const std::uint32_t child = leavingEdge(at);
            if (child == none)
                break;
            const std::uint32_t enter = enteringEdge(child);
            if (enter == none)
                break;
            exchange(child, enter);
        }
        return true;
    }

private:
    const RankEdge& parentEdge(std::uint32_t node) const { return m_edges[m_parent[node]]; }
    std::int64_t cut(std::uint32_t node) const { return parentEdge(node).from == node ? m_net[node] : -m_net[node]; }
    bool inSubtree(std::uint32_t node, std::uint32_t top) const
    {
        return m_low[top] <= m_lim[node] && m_lim[node] <= m_lim[top];
    }
    std::int32_t slack(const RankEdge& edge) const { return m_rank[edge.to] - m_rank[edge.from] - edge.length; }
    std::uint32_t up(std::uint32_t node) const
    {
        return parentEdge(node).from == node ? parentEdge(node).to : parentEdge(node).from;
    }

    // The tree edge (named by its lower node) with the most negative cut value among the next few negative ones.
    std::uint32_t leavingEdge(std::uint32_t& at)
    {
        std::uint32_t best = none;
        int found = 0;
        for (std::uint32_t i = 0; i < m_count; ++i) {
            ++m_steps;
            const std::uint32_t node = at;
            at = at + 1 == m_count ? 0 : at + 1;
            if (m_parent[node] == none || cut(node) >= 0)
                continue;
            if (best == none || cut(node) < cut(best))
                best = node;
            if (++found == 30)
                break;
        }
        return best;
    }

    // Of the edges that cross the cut the other way, one with the least slack.
    std::uint32_t enteringEdge(std::uint32_t child)
    {
        const bool tailBelow = parentEdge(child).from == child;
        std::uint32_t best = none;
        std::int32_t least = std::numeric_limits<std::int32_t>::max();
        for (std::uint32_t i = m_low[child]; i <= m_lim[child]; ++i) {
            const std::uint32_t node = m_order[i];
            for (std::uint32_t k = m_start[node]; k < m_start[node + 1]; ++k) {
                ++m_steps;
                const RankEdge& edge = m_edges[m_incident[k]];
                if ((tailBelow ? edge.to : edge.from) != node || inSubtree(tailBelow ? edge.from : edge.to, child))
                    continue;
                if (slack(edge) < least) {
                    least = slack(edge);
                    best = m_incident[k];
                }
            }
        }
        return best;
    }

    void exchange(std::uint32_t child, std::uint32_t enter)
    {
        const std::uint32_t leave = m_parent[child];
        const std::int32_t move = (m_edges[leave].from == child ? -1 : 1) * slack(m_edges[enter]);
        if (move != 0)
            for (std::uint32_t i = m_low[child]; i <= m_lim[child]; ++i)
                m_rank[m_order[i]] += move;
        std::uint32_t top = m_edges[enter].from;
        while (!inSubtree(m_edges[enter].to, top) || !inSubtree(child, top) || top == child)
            top = up(top);
        for (std::uint32_t node : {m_edges[leave].from, m_edges[leave].to})
            m_tree[node].erase(std::find(m_tree[node].begin(), m_tree[node].end(), leave));
        for (std::uint32_t node : {m_edges[enter].from, m_edges[enter].to})
            m_tree[node].push_back(enter);
        renumber(top, m_low[top]);
    }

    // Numbers the subtree of `top` in postorder from `first` on and renews parents and net weights in it.
    void renumber(std::uint32_t top, std::uint32_t first)
    {
        std::uint32_t number = first;
        m_stack.clear();
        m_stack.push_back({top, 0});
        m_low[top] = number;
        m_net[top] = m_excess[top];
        while (!m_stack.empty()) {
            ++m_steps;
            const auto [node, index] = m_stack.back();
            if (index == m_tree[node].size()) {
                m_stack.pop_back();
                m_lim[node] = number;
                m_order[number++] = node;
                if (!m_stack.empty())
                    m_net[m_stack.back().first] += m_net[node];
                continue;
            }
            ++m_stack.back().second;
            const std::uint32_t e = m_tree[node][index];
            if (e == m_parent[node])
                continue;
            const std::uint32_t below = m_edges[e].from == node ? m_edges[e].to : m_edges[e].from;
            m_parent[below] = e;
            m_low[below] = number;
            m_net[below] = m_excess[below];
            m_stack.push_back({below, 0});
        }
    }

    std::uint32_t m_count;
    const std::vector<RankEdge>& m_edges;
    std::vector<std::int32_t>& m_rank;
    std::vector<std::uint32_t> m_start, m_incident;
    std::vector<std::vector<std::uint32_t>> m_tree;  // tree edges at each node
    std::vector<std::uint32_t> m_parent, m_low, m_lim, m_order;
    std::vector<std::int64_t> m_excess, m_net;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> m_stack;
    std::uint64_t m_steps = 0;
};

}  // namespace

bool rankByNetworkSimplex(std::uint32_t nodes, const std::vector<RankEdge>& edges, std::uint64_t budget,
                          Progress& progress, std::vector<std::int32_t>& ranks)
{
    ranks.resize(nodes, 0);
    if (nodes == 0)
        return true;
    Simplex simplex(nodes, edges, ranks);
    simplex.raise();
    if (!simplex.isSettled()) {
        simplex.feasibleTree();
        if (!simplex.run(budget, progress))
            return false;
    }
    const std::int32_t least = *std::min_element(ranks.begin(), ranks.end());
    for (std::int32_t& rank : ranks)
        rank -= least;
    return true;
}

}  // namespace tenscope

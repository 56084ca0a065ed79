#include "core/layout/layering.h"

#include <algorithm>
#include <limits>

namespace tenscope {

namespace {

constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

class Reduction {
public:
    Reduction(std::uint32_t nodes, std::vector<RankEdge>& edges) : m_edges(edges), m_in(nodes), m_out(nodes)
    {
        m_gone.assign(nodes, false);
        m_dead.assign(edges.size(), false);
        for (std::uint32_t e = 0; e < edges.size(); ++e) {
            m_out[edges[e].from].push_back(e);
            m_in[edges[e].to].push_back(e);
        }
    }

    void run()
    {
        std::vector<std::uint32_t> work(m_in.size());
        for (std::uint32_t i = 0; i < work.size(); ++i)
            work[i] = std::uint32_t(work.size()) - 1 - i;
        while (!work.empty()) {
            const std::uint32_t node = work.back();
            work.pop_back();
            if (m_gone[node])
                continue;
            tidy(m_in[node]);
            tidy(m_out[node]);
            const std::size_t in = m_in[node].size(), out = m_out[node].size();
            if (in + out == 1) {
                const std::uint32_t e = in ? m_in[node][0] : m_out[node][0];
                m_steps.push_back({node, in ? e : none, in ? none : e});
                m_dead[e] = m_gone[node] = true;
                work.push_back(in ? m_edges[e].from : m_edges[e].to);
            } else if (in == 1 && out == 1) {
                const std::uint32_t a = m_in[node][0], b = m_out[node][0];
                m_steps.push_back({node, a, b});
                m_dead[a] = m_dead[b] = m_gone[node] = true;
                join(m_edges[a].from, m_edges[b].to, m_edges[a].length + m_edges[b].length,
                     std::min(m_edges[a].weight, m_edges[b].weight));
                work.push_back(m_edges[b].to);
                work.push_back(m_edges[a].from);
            }
        }
    }

    bool isGone(std::uint32_t node) const { return m_gone[node]; }
    bool isDead(std::uint32_t edge) const { return m_dead[edge]; }

    void expand(std::vector<std::int32_t>& ranks) const
    {
        for (auto step = m_steps.rbegin(); step != m_steps.rend(); ++step) {
            // Where both are as good, just above what reads it: so long lines carry what others read as well, and fork late.
            const bool above = step->out == none ||
                               (step->in != none && m_edges[step->in].weight > m_edges[step->out].weight);
            ranks[step->node] = above ? ranks[m_edges[step->in].from] + m_edges[step->in].length
                                      : ranks[m_edges[step->out].to] - m_edges[step->out].length;
        }
    }

private:
    struct Step {
        std::uint32_t node, in, out;
    };

    void tidy(std::vector<std::uint32_t>& list) const
    {
        std::erase_if(list, [this](std::uint32_t e) { return m_dead[e]; });
    }

    void join(std::uint32_t from, std::uint32_t to, std::int32_t length, std::int32_t weight)
    {
        // Looking for a parallel edge in the lists of hubs would cost more than it saves.
        const auto& list = m_out[from].size() < m_in[to].size() ? m_out[from] : m_in[to];
        if (list.size() <= 64) {
            for (std::uint32_t e : list) {
                if (m_dead[e] || m_edges[e].from != from || m_edges[e].to != to)
                    continue;
                m_edges[e].length = std::max(m_edges[e].length, length);
                m_edges[e].weight += weight;
                return;
            }
        }
        m_out[from].push_back(std::uint32_t(m_edges.size()));
        m_in[to].push_back(std::uint32_t(m_edges.size()));
        m_edges.push_back({from, to, length, weight});
        m_dead.push_back(false);
    }

    std::vector<RankEdge>& m_edges;
    std::vector<std::vector<std::uint32_t>> m_in, m_out;
    std::vector<bool> m_gone, m_dead;
    std::vector<Step> m_steps;
};

// The same edge several times is one edge of their common weight.
void mergeParallel(std::vector<RankEdge>& edges)
{
    std::sort(edges.begin(), edges.end(), [](const RankEdge& a, const RankEdge& b) {
        return a.from != b.from ? a.from < b.from : a.to < b.to;
    });
    std::size_t kept = 0;
    for (const RankEdge& edge : edges) {
        if (kept && edges[kept - 1].from == edge.from && edges[kept - 1].to == edge.to) {
            edges[kept - 1].length = std::max(edges[kept - 1].length, edge.length);
            edges[kept - 1].weight += edge.weight;
        } else {
            edges[kept++] = edge;
        }
    }
    edges.resize(kept);
}

}  // namespace

bool assignLayers(std::uint32_t nodes, std::vector<RankEdge> edges, Progress& progress, std::vector<std::int32_t>& ranks)
{
    mergeParallel(edges);
    Reduction reduction(nodes, edges);
    reduction.run();
    if (progress.cancelled())
        return false;

    std::vector<std::uint32_t> small(nodes, none);
    std::uint32_t left = 0;
    for (std::uint32_t node = 0; node < nodes; ++node)
        if (!reduction.isGone(node))
            small[node] = left++;
    std::vector<RankEdge> core;
    for (std::uint32_t e = 0; e < edges.size(); ++e)
        if (!reduction.isDead(e))
            core.push_back({small[edges[e].from], small[edges[e].to], edges[e].length, edges[e].weight});
    std::vector<std::int32_t> coreRanks;
    // Enough for the optimum, or close to it, on what people look at; some hundredths of a second at worst. Per element, so that
    // a diagram of a hundred dense modules costs what one of their size does.
    const std::uint64_t budget = std::min<std::uint64_t>(60'000'000, 100 * (left + core.size()));
    if (!rankByNetworkSimplex(left, core, budget, progress, coreRanks))
        return false;

    ranks.assign(nodes, 0);
    for (std::uint32_t node = 0; node < nodes; ++node)
        if (small[node] != none)
            ranks[node] = coreRanks[small[node]];
    reduction.expand(ranks);
    const std::int32_t least = nodes ? *std::min_element(ranks.begin(), ranks.end()) : 0;
    for (std::int32_t& rank : ranks)
        rank -= least;
    return true;
}

}  // namespace tenscope

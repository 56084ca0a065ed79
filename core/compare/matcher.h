#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/compare/comparison.h"
#include "core/compare/computegraph.h"
#include "core/compare/weighttable.h"

namespace tenscope {

// Which units of two graphs belong together, one to one. See compare() for how.
class Matcher {
public:
    static constexpr std::uint32_t none = 0xffffffffu;

    struct Side {
        const Model& model;
        const ComputeGraph& graph;
        const WeightTable& weights;
    };

    Matcher(const Side& a, const Side& b, const CompareOptions& options);

    // Error::cancelled() after progress.cancel().
    Result<void> run(Progress& progress);

    std::uint32_t partnerOfA(std::uint32_t unit) const { return m_partner[0][unit]; }
    std::uint32_t partnerOfB(std::uint32_t unit) const { return m_partner[1][unit]; }
    std::vector<EvidenceWeight> evidence(std::uint32_t unitA) const;

private:
    using Units = std::vector<std::uint32_t>;

    const Unit& unit(int side, std::uint32_t index) const { return (side ? m_b : m_a).graph.unit(index); }
    bool isFree(int side, std::uint32_t index) const { return m_partner[side][index] == none; }
    bool mayMatch(std::uint32_t a, std::uint32_t b) const;
    bool match(std::uint32_t a, std::uint32_t b, Evidence evidence);

    void matchPinned();
    void matchByWeights();
    void matchBoundaries();
    void matchByNames();
    bool areNamesTrusted() const;
    void spread(bool isStrict);
    void spreadFrom(std::uint32_t a, std::uint32_t b, bool isStrict);
    void spreadAmong(const Units& a, const Units& b, bool isStrict);
    bool agrees(std::uint32_t a, std::uint32_t b) const;
    void alignGaps(Progress& progress);
    void align(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b);
    void alignExactly(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b);
    int score(std::uint32_t a, std::uint32_t b) const;
    bool shapesAgree(std::uint32_t a, std::uint32_t b) const;
    int commonNeighbours(const Units& a, const Units& b) const;
    void dropUnsupported();

    const Side m_a, m_b;
    const CompareOptions& m_options;
    std::array<Units, 2> m_partner;
    std::vector<std::uint8_t> m_evidence;  // by unit of a, a bit each
    std::vector<std::pair<std::uint32_t, std::uint32_t>> m_pending;  // matches that have not been spread from
    std::unordered_set<std::uint64_t> m_apart;
    std::unordered_map<std::uint64_t, double> m_shared;  // by pair of units: how much equal weights say for it
};

}  // namespace tenscope

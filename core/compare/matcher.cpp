#include "core/compare/matcher.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/compare/operatorclass.h"
#include "core/graph/model.h"

namespace tenscope {

namespace {

constexpr std::size_t mostNeighbours = 64;  // looked at around a unit: what everything reads says little
constexpr std::size_t mostSharers = 16;     // of one tensor

std::uint64_t key(std::uint32_t a, std::uint32_t b)
{
    return std::uint64_t(a) << 32 | b;
}

bool isBoundary(const Unit& unit)
{
    return !unit.main;
}

bool isPart(std::string_view cls, std::string_view of)
{
    for (std::string_view rest = partsOf(of); !rest.empty();) {
        const std::size_t end = rest.find(' ');
        if (rest.substr(0, end) == cls)
            return true;
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    return false;
}

}  // namespace

Matcher::Matcher(const Side& a, const Side& b, const CompareOptions& options) : m_a(a), m_b(b), m_options(options)
{
    m_partner[0].assign(a.graph.units().size(), none);
    m_partner[1].assign(b.graph.units().size(), none);
    m_evidence.assign(a.graph.units().size(), 0);
}

bool Matcher::mayMatch(std::uint32_t a, std::uint32_t b) const
{
    return isFree(0, a) && isFree(1, b) && isBoundary(unit(0, a)) == isBoundary(unit(1, b)) && !m_apart.contains(key(a, b));
}

bool Matcher::match(std::uint32_t a, std::uint32_t b, Evidence evidence)
{
    if (!mayMatch(a, b))
        return false;
    m_partner[0][a] = b;
    m_partner[1][b] = a;
    m_evidence[a] = std::uint8_t(m_evidence[a] | 1u << int(evidence));
    m_pending.emplace_back(a, b);
    return true;
}

Result<void> Matcher::run(Progress& progress)
{
    matchPinned();
    matchBoundaries();
    matchByWeights();
    if (areNamesTrusted())
        matchByNames();
    for (int round = 0; round < 3; ++round) {
        if (progress.cancelled())
            return fail(Error::cancelled());
        spread(true);
        alignGaps(progress);
        if (round < 2)
            dropUnsupported();
    }
    spread(false);
    if (progress.cancelled())
        return fail(Error::cancelled());
    return {};
}

void Matcher::matchPinned()
{
    std::unordered_map<NodeId, std::uint32_t> unitOf[2];
    for (int side = 0; side < 2; ++side) {
        const auto& units = (side ? m_b : m_a).graph.units();
        for (std::uint32_t i = 0; i < units.size(); ++i)
            for (const auto* nodes : {&units[i].core, &units[i].absorbed})
                for (const NodeId node : *nodes)
                    unitOf[side].emplace(node, i);
    }
    const auto find = [&](const std::pair<NodeId, NodeId>& pair) {
        const auto a = unitOf[0].find(pair.first), b = unitOf[1].find(pair.second);
        return a == unitOf[0].end() || b == unitOf[1].end() ? std::pair(none, none) : std::pair(a->second, b->second);
    };
    for (const auto& pair : m_options.apart)
        if (const auto [a, b] = find(pair); a != none)
            m_apart.insert(key(a, b));
    for (const auto& pair : m_options.pinned)
        if (const auto [a, b] = find(pair); a != none)
            match(a, b, Evidence::Pinned);
}

void Matcher::matchBoundaries()
{
    for (const char* cls : {"input", "output"}) {
        Units found[2];
        for (int side = 0; side < 2; ++side)
            for (std::uint32_t i = 0; i < m_partner[side].size(); ++i)
                if (unit(side, i).cls == cls && isBoundary(unit(side, i)))
                    found[side].push_back(i);
        for (std::size_t i = 0; i < std::min(found[0].size(), found[1].size()); ++i)
            match(found[0][i], found[1][i], Evidence::Boundary);
    }
}

void Matcher::matchByWeights()
{
    // By size and then by sum of squares, so that what agrees is close together.
    std::vector<const EffectiveWeight*> sorted;
    for (const EffectiveWeight& weight : m_b.weights.weights())
        if (weight.sketch.tells)
            sorted.push_back(&weight);
    const auto rank = [](const WeightSketch& sketch) { return std::pair(sketch.elements, sketch.squares); };
    std::sort(sorted.begin(), sorted.end(), [&](auto* l, auto* r) { return rank(l->sketch) < rank(r->sketch); });

    constexpr double tolerance = 1e-5;
    for (const EffectiveWeight& weight : m_a.weights.weights()) {
        const WeightSketch& sketch = weight.sketch;
        if (!sketch.tells)
            continue;
        const auto least = std::pair(sketch.elements, sketch.squares * (1 - 3 * tolerance));
        auto next = std::lower_bound(sorted.begin(), sorted.end(), least, [&](auto* l, const auto& r) { return rank(l->sketch) < r; });
        std::size_t sharers = 0;
        for (; next != sorted.end() && (*next)->sketch.elements == sketch.elements && sharers < mostSharers &&
               (*next)->sketch.squares <= sketch.squares * (1 + 3 * tolerance);
             ++next) {
            const EffectiveWeight& other = **next;
            if (!sketch.agrees(other.sketch, tolerance))
                continue;
            ++sharers;
            const Unit &unitA = unit(0, weight.unit), &unitB = unit(1, other.unit);
            if (unitA.cls != unitB.cls && !isPart(unitA.cls, unitB.cls) && !isPart(unitB.cls, unitA.cls))
                continue;
            const double said = std::log2(double(sketch.elements) + 1) * (weight.isDirect && other.isDirect ? 1 : 0.5) *
                                (unitA.cls == unitB.cls ? 1 : 0.4);
            m_shared[key(weight.unit, other.unit)] += said;
        }
    }

    // Only where nothing else is as good on either side; the rest is said by position.
    struct Best {
        double first = 0, second = 0;
        std::uint32_t unit = none;
        void see(std::uint32_t other, double said)
        {
            if (said > first) {
                second = first;
                first = said;
                unit = other;
            } else {
                second = std::max(second, said);
            }
        }
        bool isClear() const { return unit != none && second < 0.99 * first; }
    };
    std::vector<Best> bestOfA(m_partner[0].size()), bestOfB(m_partner[1].size());
    for (const auto& [pair, said] : m_shared) {
        bestOfA[pair >> 32].see(std::uint32_t(pair), said);
        bestOfB[std::uint32_t(pair)].see(std::uint32_t(pair >> 32), said);
    }
    for (std::uint32_t a = 0; a < bestOfA.size(); ++a)
        if (bestOfA[a].isClear() && bestOfB[bestOfA[a].unit].isClear() && bestOfB[bestOfA[a].unit].unit == a)
            match(a, bestOfA[a].unit, Evidence::Weights);
}

bool Matcher::areNamesTrusted() const
{
    std::size_t same = 0, seen = 0;
    for (std::uint32_t a = 0; a < m_partner[0].size(); ++a) {
        if (isFree(0, a) || isBoundary(unit(0, a)))
            continue;
        const std::string &scopeA = unit(0, a).scope, &scopeB = unit(1, m_partner[0][a]).scope;
        seen += !scopeA.empty() && !scopeB.empty();
        same += !scopeA.empty() && scopeA == scopeB;
    }
    return seen < 4 || same * 2 >= seen;
}

void Matcher::matchByNames()
{
    // What a module holds of one class, where both sides hold equally much of it.
    std::map<std::pair<std::string_view, std::string_view>, std::array<Units, 2>> byName;
    for (int side = 0; side < 2; ++side)
        for (const std::uint32_t i : (side ? m_b : m_a).graph.order())
            if (const Unit& one = unit(side, i); !one.scope.empty() && one.block == 0)
                byName[{one.scope, one.cls}][side].push_back(i);
    for (const auto& [name, units] : byName)
        if (units[0].size() == units[1].size())
            for (std::size_t i = 0; i < units[0].size(); ++i)
                match(units[0][i], units[1][i], Evidence::Names);
}

void Matcher::spread(bool isStrict)
{
    m_pending.clear();
    for (std::uint32_t a = 0; a < m_partner[0].size(); ++a)
        if (!isFree(0, a))
            m_pending.emplace_back(a, m_partner[0][a]);
    for (std::size_t at = 0; at < m_pending.size(); ++at) {
        const auto [a, b] = m_pending[at];
        spreadFrom(a, b, isStrict);
    }
    m_pending.clear();
}

void Matcher::spreadFrom(std::uint32_t a, std::uint32_t b, bool isStrict)
{
    const Unit &unitA = unit(0, a), &unitB = unit(1, b);
    if (unitA.slots.size() == unitB.slots.size() && !isCommutative(unitA.cls)) {
        for (std::size_t i = 0; i < unitA.slots.size(); ++i)
            spreadAmong(unitA.slots[i], unitB.slots[i], isStrict);
    }
    spreadAmong(unitA.before, unitB.before, isStrict);
    spreadAmong(unitA.after, unitB.after, isStrict);
}

void Matcher::spreadAmong(const Units& a, const Units& b, bool isStrict)
{
    if (a.size() > mostNeighbours || b.size() > mostNeighbours)
        return;
    const auto onlyFree = [&](int side, const Units& list, std::string_view cls) {
        std::uint32_t found = none;
        for (const std::uint32_t i : list) {
            if (!isFree(side, i) || unit(side, i).cls != cls)
                continue;
            if (found != none)
                return none;
            found = i;
        }
        return found;
    };
    for (const std::uint32_t i : a) {
        if (!isFree(0, i) || isBoundary(unit(0, i)))
            continue;
        const std::string& cls = unit(0, i).cls;
        const std::uint32_t mine = onlyFree(0, a, cls), other = onlyFree(1, b, cls);
        if (mine != none && other != none && (!isStrict || agrees(mine, other)))
            match(mine, other, Evidence::Position);
    }
}

// No neighbour of one that belongs to something else than the other's neighbours.
bool Matcher::agrees(std::uint32_t a, std::uint32_t b) const
{
    const auto holds = [](const Units& list, std::uint32_t unit) { return std::find(list.begin(), list.end(), unit) != list.end(); };
    const auto isContained = [&](int side, const Units& mine, const Units& others) {
        if (mine.size() > mostNeighbours || others.size() > mostNeighbours)
            return true;
        return std::all_of(mine.begin(), mine.end(), [&](std::uint32_t i) {
            return m_partner[side][i] == none || holds(others, m_partner[side][i]);
        });
    };
    const Unit &unitA = unit(0, a), &unitB = unit(1, b);
    return isContained(0, unitA.before, unitB.before) && isContained(1, unitB.before, unitA.before) &&
           isContained(0, unitA.after, unitB.after) && isContained(1, unitB.after, unitA.after);
}

int Matcher::commonNeighbours(const Units& a, const Units& b) const
{
    int common = 0;
    if (a.size() <= mostNeighbours && b.size() <= mostNeighbours)
        for (const std::uint32_t i : a)
            common += m_partner[0][i] != none && std::find(b.begin(), b.end(), m_partner[0][i]) != b.end();
    return common;
}

// Takes back what alignment alone has said where every neighbour says something else.
void Matcher::dropUnsupported()
{
    const auto matched = [&](int side, const Units& list) {
        return std::any_of(list.begin(), list.end(), [&](std::uint32_t i) { return !isFree(side, i); });
    };
    constexpr unsigned sure = 1u << int(Evidence::Pinned) | 1u << int(Evidence::Weights) | 1u << int(Evidence::Names) |
                              1u << int(Evidence::Boundary);
    for (std::uint32_t a = 0; a < m_partner[0].size(); ++a) {
        const std::uint32_t b = m_partner[0][a];
        if (b == none || (m_evidence[a] & sure))
            continue;
        const Unit &unitA = unit(0, a), &unitB = unit(1, b);
        const bool isSupported = commonNeighbours(unitA.before, unitB.before) > 0 || commonNeighbours(unitA.after, unitB.after) > 0;
        if (isSupported || !(matched(0, unitA.before) || matched(0, unitA.after)))
            continue;
        m_partner[0][a] = none;
        m_partner[1][b] = none;
        m_evidence[a] = 0;
    }
}

std::vector<EvidenceWeight> Matcher::evidence(std::uint32_t a) const
{
    std::vector<EvidenceWeight> result;
    const std::uint32_t b = m_partner[0][a];
    const auto has = [&](Evidence evidence) { return (m_evidence[a] >> int(evidence) & 1u) != 0; };
    if (b == none)
        return result;
    const Unit &unitA = unit(0, a), &unitB = unit(1, b);
    if (has(Evidence::Pinned))
        result.push_back({Evidence::Pinned, 1});
    if (has(Evidence::Boundary))
        result.push_back({Evidence::Boundary, 1});
    if (const auto shared = m_shared.find(key(a, b)); shared != m_shared.end())
        result.push_back({Evidence::Weights, has(Evidence::Weights) ? 1 : 0.5});
    else if (shapesAgree(a, b) && !unitA.weights.empty())
        result.push_back({Evidence::Sizes, 0.4});
    if (!unitA.scope.empty() && unitA.scope == unitB.scope)
        result.push_back({Evidence::Names, has(Evidence::Names) ? 0.8 : 0.5});
    if (unitA.cls == unitB.cls && unitA.main)
        result.push_back({Evidence::Operator, 0.3});
    const int neighbours = commonNeighbours(unitA.before, unitB.before) + commonNeighbours(unitA.after, unitB.after);
    const std::size_t all = std::max(unitA.before.size() + unitA.after.size(), unitB.before.size() + unitB.after.size());
    if (neighbours > 0)
        result.push_back({Evidence::Position, 0.7 * std::min(1.0, double(neighbours) / double(all))});
    return result;
}

}  // namespace tenscope

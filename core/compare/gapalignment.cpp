// What lies between anchors: both graphs are put in line (ComputeGraph::order), anchors cut the lines into gaps, and each gap
// is aligned. Gaps that dynamic programming would take too long for are first cut where a label occurs once on both sides.

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "core/compare/matcher.h"
#include "core/graph/model.h"

namespace tenscope {

namespace {

constexpr std::size_t largestTable = 1'000'000;  // cells of one dynamic program
constexpr std::size_t longestPiece = 700;        // of a gap without any landmark

// Of pairs that rise on the left, the most that also rise on the right: patience sorting, O(n log n).
std::vector<std::pair<std::uint32_t, std::uint32_t>> longestRising(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& pairs)
{
    std::vector<std::size_t> piles, previous(pairs.size());
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const auto place = std::lower_bound(piles.begin(), piles.end(), pairs[i].second,
                                            [&](std::size_t pile, std::uint32_t value) { return pairs[pile].second < value; });
        previous[i] = place == piles.begin() ? pairs.size() : *(place - 1);
        if (place == piles.end())
            piles.push_back(i);
        else
            *place = i;
    }
    std::vector<std::pair<std::uint32_t, std::uint32_t>> result;
    for (std::size_t i = piles.empty() ? pairs.size() : piles.back(); i < pairs.size(); i = previous[i])
        result.push_back(pairs[i]);
    std::reverse(result.begin(), result.end());
    return result;
}

}  // namespace

void Matcher::alignGaps(Progress& progress)
{
    const auto &orderA = m_a.graph.order(), &orderB = m_b.graph.order();
    std::vector<std::uint32_t> placeB(m_partner[1].size());
    for (std::uint32_t i = 0; i < orderB.size(); ++i)
        placeB[orderB[i]] = i;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> anchors;
    for (std::uint32_t i = 0; i < orderA.size(); ++i)
        if (!isFree(0, orderA[i]))
            anchors.emplace_back(i, placeB[m_partner[0][orderA[i]]]);
    anchors = longestRising(anchors);
    anchors.emplace_back(std::uint32_t(orderA.size()), std::uint32_t(orderB.size()));

    std::uint32_t fromA = 0, fromB = 0;
    for (const auto& [toA, toB] : anchors) {
        if (progress.cancelled())
            return;
        Units a, b;
        for (std::uint32_t i = fromA; i < toA; ++i)
            if (isFree(0, orderA[i]))
                a.push_back(orderA[i]);
        for (std::uint32_t i = fromB; i < toB; ++i)
            if (isFree(1, orderB[i]))
                b.push_back(orderB[i]);
        align(a, b);
        fromA = toA + 1;
        fromB = toB + 1;
    }
}

void Matcher::align(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b)
{
    if (a.empty() || b.empty())
        return;
    if (a.size() * b.size() <= largestTable)
        return alignExactly(a, b);

    const auto isAlike = [&](std::uint32_t x, std::uint32_t y) { return unit(0, x).cls == unit(1, y).cls && shapesAgree(x, y); };
    std::size_t head = 0;
    while (head < std::min(a.size(), b.size()) && isAlike(a[head], b[head])) {
        match(a[head], b[head], Evidence::Position);
        ++head;
    }
    a = a.subspan(head);
    b = b.subspan(head);
    std::size_t tail = 0;
    while (tail < std::min(a.size(), b.size()) && isAlike(a[a.size() - 1 - tail], b[b.size() - 1 - tail])) {
        match(a[a.size() - 1 - tail], b[b.size() - 1 - tail], Evidence::Position);
        ++tail;
    }
    a = a.first(a.size() - tail);
    b = b.first(b.size() - tail);
    if (a.size() * b.size() <= largestTable)
        return alignExactly(a, b);

    // Labels that say more of a unit the more neighbours they hold; a label that both sides have once is a landmark.
    const auto label = [&](int side, std::uint32_t i) {
        const Unit& one = unit(side, i);
        std::string text = one.cls + ';';
        for (const std::uint32_t source : one.before)
            text += unit(side, source).cls + ',';
        text += ';';
        for (std::size_t k = 0; k < std::min<std::size_t>(4, one.after.size()); ++k)
            text += unit(side, one.after[k]).cls + ',';
        for (const EffectiveWeight& weight : (side ? m_b : m_a).weights.of(i))
            text += std::to_string(weight.sketch.elements) + ',';
        return text;
    };
    std::unordered_map<std::string, std::array<std::vector<std::uint32_t>, 2>> places;
    for (std::uint32_t i = 0; i < a.size(); ++i)
        places[label(0, a[i])][0].push_back(i);
    for (std::uint32_t i = 0; i < b.size(); ++i)
        places[label(1, b[i])][1].push_back(i);
    std::vector<std::pair<std::uint32_t, std::uint32_t>> landmarks;
    for (const auto& [text, found] : places)
        if (found[0].size() == 1 && found[1].size() == 1)
            landmarks.emplace_back(found[0][0], found[1][0]);
    std::sort(landmarks.begin(), landmarks.end());
    landmarks = longestRising(landmarks);
    if (landmarks.empty()) {
        // Pieces in proportion; what moves across their ends is found by spreading along edges.
        const std::size_t pieces = std::max(a.size(), b.size()) / longestPiece + 1;
        for (std::size_t i = 0; i < pieces; ++i) {
            const std::size_t beginA = a.size() * i / pieces, endA = a.size() * (i + 1) / pieces;
            const std::size_t beginB = b.size() * i / pieces, endB = b.size() * (i + 1) / pieces;
            alignExactly(a.subspan(beginA, endA - beginA), b.subspan(beginB, endB - beginB));
        }
        return;
    }
    std::uint32_t fromA = 0, fromB = 0;
    landmarks.emplace_back(std::uint32_t(a.size()), std::uint32_t(b.size()));
    for (const auto& [toA, toB] : landmarks) {
        if (toA < a.size())
            match(a[toA], b[toB], Evidence::Position);
        align(a.subspan(fromA, toA - fromA), b.subspan(fromB, toB - fromB));
        fromA = toA + 1;
        fromB = toB + 1;
    }
}

bool Matcher::shapesAgree(std::uint32_t a, std::uint32_t b) const
{
    const auto weightsA = m_a.weights.of(a), weightsB = m_b.weights.of(b);
    const auto count = [](const EffectiveWeight& weight) {
        std::uint64_t elements = 1;
        for (const std::int64_t size : weight.shape)
            elements *= std::uint64_t(size);
        return elements;
    };
    if (weightsA.empty() || weightsB.empty())
        return weightsA.empty() == weightsB.empty();
    std::uint64_t largestA = 0, largestB = 0;
    for (const EffectiveWeight& weight : weightsA)
        largestA = std::max(largestA, count(weight));
    for (const EffectiveWeight& weight : weightsB)
        largestB = std::max(largestB, count(weight));
    return largestA == largestB;
}

// How well two units go together; 0: not at all.
int Matcher::score(std::uint32_t a, std::uint32_t b) const
{
    const Unit &unitA = unit(0, a), &unitB = unit(1, b);
    if (unitA.cls != unitB.cls || !mayMatch(a, b))
        return 0;
    int result = 20;
    result += 6 * std::min(2, commonNeighbours(unitA.before, unitB.before));
    result += 6 * std::min(2, commonNeighbours(unitA.after, unitB.after));
    result += unitA.before.size() == unitB.before.size();
    result += unitA.after.size() == unitB.after.size();
    result += !unitA.scope.empty() && unitA.scope == unitB.scope ? 5 : 0;
    result += shapesAgree(a, b) ? 6 : unitA.weights.empty() == unitB.weights.empty() ? 0 : -6;
    result += m_shared.contains(std::uint64_t(a) << 32 | b) ? 12 : 0;
    result += unitA.constants == unitB.constants ? 3 : 0;
    return result;
}

void Matcher::alignExactly(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b)
{
    const std::size_t width = b.size() + 1;
    std::vector<int> best((a.size() + 1) * width);
    std::vector<std::uint8_t> step(best.size());  // 1: pair, 2: without a, 3: without b
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const int pair = score(a[i - 1], b[j - 1]);
            int value = best[(i - 1) * width + j];
            std::uint8_t how = 2;
            if (const int left = best[i * width + j - 1]; left > value) {
                value = left;
                how = 3;
            }
            if (const int diagonal = best[(i - 1) * width + j - 1] + pair; pair > 0 && diagonal > value) {
                value = diagonal;
                how = 1;
            }
            best[i * width + j] = value;
            step[i * width + j] = how;
        }
    }
    for (std::size_t i = a.size(), j = b.size(); i > 0 && j > 0;) {
        switch (step[i * width + j]) {
        case 1: match(a[--i], b[--j], Evidence::Position); break;
        case 2: --i; break;
        default: --j; break;
        }
    }
}

}  // namespace tenscope

#include "core/compare/weightdifference.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/graph/model.h"
#include "core/graph/tensor.h"

namespace tenscope {

namespace {

constexpr std::size_t chunk = 16384;
constexpr std::uint64_t largestTransposed = 1u << 26;  // elements that are held in memory to be read crosswise

std::vector<const EffectiveWeight*> weightsOf(const Matcher::Side& side, const std::vector<std::uint32_t>& units)
{
    std::vector<const EffectiveWeight*> result;
    for (const std::uint32_t unit : units)
        for (const EffectiveWeight& weight : side.weights.of(unit)) {
            const auto isSame = [&](const EffectiveWeight* other) { return other->tensor == weight.tensor && other->values.empty() == weight.values.empty(); };
            if (std::none_of(result.begin(), result.end(), isSame))
                result.push_back(&weight);
        }
    return result;
}

struct Sums {
    double difference = 0, dot = 0, squaresA = 0, squaresB = 0;

    void add(double a, double b, std::uint64_t element, const Tolerance& tolerance, WeightPair& pair)
    {
        dot += a * b;
        squaresA += a * a;
        squaresB += b * b;
        if (a == b || (std::isnan(a) && std::isnan(b)))
            return;
        const double apart = std::abs(a - b);
        difference += apart;
        if (apart > pair.maxAbs || std::isnan(apart)) {
            pair.maxAbs = std::isnan(apart) ? HUGE_VAL : apart;
            pair.worst = element;
        }
        if (const double size = std::max(std::abs(a), std::abs(b)); size > 0)
            pair.maxRel = std::max(pair.maxRel, apart / size);
        pair.isEqual = pair.isEqual && apart <= tolerance.absolute + tolerance.relative * std::abs(b);
    }
};

void measure(const Matcher::Side& a, const EffectiveWeight& weightA, const Matcher::Side& b, const EffectiveWeight& weightB,
             const Tolerance& tolerance, WeightPair& pair)
{
    const auto how = arrangement(a.model, weightA, b.model, weightB);
    const auto readerA = WeightReader::open(a.model, weightA), readerB = WeightReader::open(b.model, weightB);
    if (!how || !readerA || !readerB || readerA->elements() != readerB->elements()) {
        pair.why = "one of them cannot be read";
        return;
    }
    const std::uint64_t count = readerB->elements();
    Sums sums;
    std::array<double, chunk> left, right;
    std::vector<double> crosswise;
    std::uint64_t rows = 0, columns = 0;
    if (*how == Arrangement::Transposed) {
        if (count > largestTransposed) {
            pair.why = "they are too large to be compared crosswise";
            return;
        }
        crosswise = readerA->all();
        columns = std::uint64_t(*std::find_if(weightA.shape.rbegin(), weightA.shape.rend(), [](auto size) { return size != 1; }));
        rows = count / columns;
    }
    for (std::uint64_t first = 0; first < count; first += chunk) {
        const std::size_t size = std::size_t(std::min<std::uint64_t>(chunk, count - first));
        readerB->read(first, std::span(right).first(size));
        if (crosswise.empty())
            readerA->read(first, std::span(left).first(size));
        for (std::size_t i = 0; i < size; ++i) {
            const std::uint64_t element = first + i;  // of b, which has a's columns as its rows
            const double value = crosswise.empty() ? left[i] : crosswise[(element % rows) * columns + element / rows];
            sums.add(value, right[i], element, tolerance, pair);
        }
    }
    pair.meanAbs = count ? sums.difference / double(count) : 0;
    const double length = std::sqrt(sums.squaresA) * std::sqrt(sums.squaresB);
    pair.cosine = length > 0 ? sums.dot / length : pair.maxAbs == 0 ? 1 : 0;
    pair.how = weightA.isFolded() != weightB.isFolded() ? "batch norm folded" : "";
    if (*how != Arrangement::Same)
        pair.how += std::string(pair.how.empty() ? "" : ", ") + (*how == Arrangement::Transposed ? "transposed" : "reshaped");
    // The gates of a recurrent cell, heads of an attention: the same numbers, dealt out in another order.
    if (!pair.isEqual && *how == Arrangement::Reordered && weightA.sketch.tells && weightA.sketch.agrees(weightB.sketch, 1e-7)) {
        pair.isEqual = true;
        pair.how = "reordered";
        pair.maxAbs = pair.meanAbs = pair.maxRel = 0;
        pair.cosine = 1;
    }
}

std::uint64_t elementsOf(const EffectiveWeight& weight)
{
    std::uint64_t count = 1;
    for (const std::int64_t size : weight.shape)
        count *= std::uint64_t(size);
    return count;
}

}  // namespace

std::vector<WeightPair> compareWeights(const Matcher::Side& a, const std::vector<std::uint32_t>& unitsA, const Matcher::Side& b,
                                       const std::vector<std::uint32_t>& unitsB, const Tolerance& tolerance)
{
    const auto weightsA = weightsOf(a, unitsA), weightsB = weightsOf(b, unitsB);
    std::vector<bool> taken(weightsB.size());
    std::vector<WeightPair> pairs;
    for (std::size_t i = 0; i < weightsA.size(); ++i) {
        const EffectiveWeight& weight = *weightsA[i];
        std::size_t best = weightsB.size();
        int bestScore = 0;
        for (std::size_t j = 0; j < weightsB.size(); ++j) {
            const EffectiveWeight& other = *weightsB[j];
            if (taken[j] || elementsOf(weight) != elementsOf(other))
                continue;
            const int score = 1 + 4 * (weight.sketch.tells && weight.sketch.agrees(other.sketch, 1e-5)) + 2 * (weight.shape == other.shape) +
                              (weight.name == other.name) + (a.model.tensor(weight.tensor).element == b.model.tensor(other.tensor).element);
            if (score > bestScore) {
                best = j;
                bestScore = score;
            }
        }
        if (best == weightsB.size())
            continue;
        taken[best] = true;
        WeightPair pair;
        pair.tensorA = weight.tensor;
        pair.tensorB = weightsB[best]->tensor;
        pair.a = weight.name;
        pair.b = weightsB[best]->name;
        measure(a, weight, b, *weightsB[best], tolerance, pair);
        pairs.push_back(std::move(pair));
    }
    return pairs;
}

}  // namespace tenscope

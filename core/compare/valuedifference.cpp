#include "core/compare/valuedifference.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/analysis/elementreader.h"
#include "core/graph/model.h"

namespace tenscope {

namespace {

using Sizes = std::vector<std::int64_t>;

constexpr std::size_t largestRank = 5;  // of tensors whose permutations are tried

Sizes withoutOnes(const Sizes& shape)
{
    Sizes result;
    std::copy_if(shape.begin(), shape.end(), std::back_inserter(result), [](std::int64_t size) { return size != 1; });
    return result;
}

std::vector<double> valuesOf(const ElementReader& reader)
{
    std::vector<double> values(reader.elements());
    reader.read(0, values);
    return values;
}

// The elements in the order that they have when dimension i becomes what was dimension order[i].
std::vector<double> permuted(const std::vector<double>& values, const Sizes& shape, const std::vector<std::size_t>& order)
{
    Sizes strides(shape.size(), 1);
    for (std::size_t d = shape.size(); d-- > 1;)
        strides[d - 1] = strides[d] * shape[d];
    std::vector<double> result(values.size());
    Sizes index(shape.size());
    std::int64_t from = 0;
    for (double& value : result) {
        value = values[std::size_t(from)];
        for (std::size_t d = shape.size(); d-- > 0;) {
            from += strides[order[d]];
            if (++index[d] < shape[order[d]])
                break;
            from -= strides[order[d]] * shape[order[d]];
            index[d] = 0;
        }
    }
    return result;
}

ValueDifference measure(const std::vector<double>& a, const std::vector<double>& b)
{
    ValueDifference result;
    double dot = 0, squaresA = 0, squaresB = 0, sum = 0;
    for (std::size_t i = 0; i < b.size(); ++i) {
        const double x = a[i], y = b[i];
        if ((std::isnan(x) && std::isnan(y)) || (std::isinf(x) && x == y))
            continue;
        const double apart = std::abs(x - y);
        if (!(apart <= result.maxAbs)) {
            result.maxAbs = std::isnan(apart) ? HUGE_VAL : apart;
            result.worst = i;
        }
        const double size = std::max(std::abs(x), std::abs(y));
        if (apart > 0 && size > 0)
            result.maxRel = std::max(result.maxRel, apart / size);
        if (std::isfinite(size))
            result.scale = std::max(result.scale, size);
        sum += apart;
        dot += x * y;
        squaresA += x * x;
        squaresB += y * y;
    }
    result.meanAbs = b.empty() ? 0 : sum / double(b.size());
    const double length = std::sqrt(squaresA) * std::sqrt(squaresB);
    result.cosine = length > 0 ? dot / length : result.maxAbs == 0 ? 1 : 0;
    return result;
}

}  // namespace

Result<ValueDifference> compareValues(const Tensor& a, const Tensor& b)
{
    const Model none;
    const auto readerA = ElementReader::open(none, a), readerB = ElementReader::open(none, b);
    if (!readerA || !readerB)
        return fail((readerA ? readerB : readerA).error());
    if (readerA->isText() || readerB->isText())
        return fail(Error::run("text is not compared"));
    if (readerA->elements() != readerB->elements())
        return fail(Error::run("their sizes differ"));
    const std::vector<double> valuesA = valuesOf(*readerA), valuesB = valuesOf(*readerB);
    const Sizes shapeA = withoutOnes(a.shape), shapeB = withoutOnes(b.shape);
    ValueDifference best = measure(valuesA, valuesB);
    if (shapeA == shapeB)
        return best;
    best.layout = "reshaped";
    Sizes sortedA = shapeA, sortedB = shapeB;
    std::sort(sortedA.begin(), sortedA.end());
    std::sort(sortedB.begin(), sortedB.end());
    if (sortedA != sortedB || shapeA.size() > largestRank)
        return best;
    std::vector<std::size_t> order(shapeA.size());
    std::iota(order.begin(), order.end(), 0);
    do {
        const bool fits = std::equal(order.begin(), order.end(), shapeB.begin(), [&](std::size_t d, std::int64_t size) { return shapeA[d] == size; });
        if (!fits)
            continue;
        ValueDifference found = measure(permuted(valuesA, shapeA, order), valuesB);
        if (found.maxAbs >= best.maxAbs)
            continue;
        best = std::move(found);
        for (const std::size_t d : order)
            best.layout += (best.layout.empty() ? "" : ", ") + std::to_string(d);
    } while (std::next_permutation(order.begin(), order.end()));
    return best;
}

}  // namespace tenscope

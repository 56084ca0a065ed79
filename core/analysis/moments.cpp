// The inner loops of statistics(). They are written over small fixed arrays, so that any compiler makes vector code of
// them without being allowed to reorder floating-point sums on its own: the result is the same on every machine.
#include "core/analysis/moments.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace tenscope {

namespace {

constexpr std::size_t lanes = 8;
using Lanes = std::array<double, lanes>;

double total(const Lanes& sums)
{
    return ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}

struct BlockSums {
    double sum = 0, min = 0, max = 0, zeros = 0;
    bool allFinite = true;
};

BlockSums sumsOf(std::span<const double> block)
{
    Lanes sum{}, check{}, zeros{}, low, high;
    low.fill(block.front());
    high.fill(block.front());
    const double* x = block.data();
    std::size_t i = 0;
    for (; i + lanes <= block.size(); i += lanes) {
        for (std::size_t k = 0; k < lanes; ++k) {
            const double value = x[i + k];
            sum[k] += value;
            check[k] += value - value;  // 0, or NaN once a value is not finite
            zeros[k] += value == 0 ? 1.0 : 0.0;
            low[k] = value < low[k] ? value : low[k];
            high[k] = value > high[k] ? value : high[k];
        }
    }
    for (std::size_t k = 0; i < block.size(); ++i, ++k) {
        sum[k] += x[i];
        check[k] += x[i] - x[i];
        zeros[k] += x[i] == 0 ? 1.0 : 0.0;
        low[k] = std::min(low[k], x[i]);
        high[k] = std::max(high[k], x[i]);
    }
    return {total(sum), *std::min_element(low.begin(), low.end()), *std::max_element(high.begin(), high.end()),
            total(zeros), total(check) == 0};
}

double squaresOf(std::span<const double> block, double mean)
{
    Lanes squares{};
    const double* x = block.data();
    std::size_t i = 0;
    for (; i + lanes <= block.size(); i += lanes) {
        for (std::size_t k = 0; k < lanes; ++k) {
            const double distance = x[i + k] - mean;
            squares[k] += distance * distance;
        }
    }
    for (std::size_t k = 0; i < block.size(); ++i, ++k)
        squares[k] += (x[i] - mean) * (x[i] - mean);
    return total(squares);
}

}  // namespace

void Moments::add(std::span<double> block)
{
    if (block.empty())
        return;
    BlockSums sums = sumsOf(block);
    if (!sums.allFinite) {
        std::size_t kept = 0;
        for (const double value : block) {
            if (std::isfinite(value))
                block[kept++] = value;
            else if (std::isnan(value))
                ++nan;
            else
                ++inf;
        }
        block = block.first(kept);
        if (block.empty())
            return;
        sums = sumsOf(block);
    }

    Moments part;
    part.finite = block.size();
    part.zeros = std::uint64_t(sums.zeros);
    part.min = sums.min;
    part.max = sums.max;
    const double center = sums.sum / double(block.size());
    const double spread = std::isfinite(center) ? squaresOf(block, center) : center;
    if (std::isfinite(spread)) {
        part.mean = center;
        part.squares = spread;
    } else {  // numbers near the end of the range of double
        long double sum = 0;
        for (const double value : block)
            sum += value;
        part.mean = sum / static_cast<long double>(block.size());
        for (const double value : block)
            part.squares += (value - part.mean) * (value - part.mean);
    }
    merge(part);
}

void Moments::add(double value, std::uint64_t times)
{
    if (times == 0)
        return;
    Moments part;
    if (std::isnan(value)) {
        part.nan = times;
    } else if (std::isinf(value)) {
        part.inf = times;
    } else {
        part.finite = times;
        part.zeros = value == 0 ? times : 0;
        part.min = part.max = value;
        part.mean = value;
    }
    merge(part);
}

void Moments::merge(const Moments& other)
{
    nan += other.nan;
    inf += other.inf;
    zeros += other.zeros;
    min = std::min(min, other.min);
    max = std::max(max, other.max);
    if (other.finite == 0)
        return;
    const long double mine = static_cast<long double>(finite);
    const long double theirs = static_cast<long double>(other.finite);
    const long double distance = other.mean - mean;
    mean += distance * (theirs / (mine + theirs));
    squares += other.squares + distance * distance * (mine / (mine + theirs) * theirs);
    finite += other.finite;
}

void Moments::repeat(std::uint64_t times)
{
    finite *= times;
    zeros *= times;
    nan *= times;
    inf *= times;
    squares *= static_cast<long double>(times);
}

TensorStatistics Moments::toStatistics() const
{
    TensorStatistics result;
    result.elements = finite + nan + inf;
    result.zeros = zeros;
    result.nan = nan;
    result.inf = inf;
    if (finite > 0) {
        result.min = min;
        result.max = max;
        result.mean = double(mean);
        result.std = double(std::sqrt(squares / static_cast<long double>(finite)));
    }
    return result;
}

Binner::Binner(double min, double max, int bins)
{
    if (min == max) {
        const double half = std::max(0.5, std::fabs(min) * 0x1p-30);  // wide enough to differ from min
        min -= half;
        max += half;
    }
    const double step = max / bins - min / bins;  // max - min may be beyond the largest double
    m_edges.resize(std::size_t(bins) + 1);
    for (int i = 0; i < bins; ++i)
        m_edges[std::size_t(i)] = min + i * step;
    m_edges.back() = max;
    m_scale = bins / (max - min);
    m_isRegular = std::isfinite(max - min) && std::isfinite(m_scale) && m_scale > 0 && step > 0;
    // The edges and the quotient carry a few rounding errors each, relative to the largest of them; an offset far from zero
    // makes them large beside a bin.
    m_tolerance = bins * 0x1p-49 + (std::fabs(min) + std::fabs(max)) * m_scale * 0x1p-50;
    m_isRegular = m_isRegular && m_tolerance < 0.25;
}

std::size_t Binner::bin(double value) const
{
    const auto edge = std::upper_bound(m_edges.begin() + 1, m_edges.end() - 1, value);
    return std::size_t(edge - m_edges.begin()) - 1;
}

void Binner::addSlowly(std::span<const double> block, std::span<std::uint64_t> counts) const
{
    for (const double value : block)
        if (std::isfinite(value))
            ++counts[bin(value)];
}

void Binner::add(std::span<const double> block, std::span<std::uint64_t> counts) const
{
    if (!m_isRegular) {
        addSlowly(block, counts);
        return;
    }
    // A quotient gives the bin; where it comes too near to an edge to be trusted, the edges themselves decide. A block
    // holds the bins of its numbers first, so that dividing is vector code and counting does not wait for it.
    constexpr std::size_t size = 512;
    std::array<std::int32_t, size> bins;
    const double low = m_edges.front(), scale = m_scale, tolerance = m_tolerance;
    const double bound = double(counts.size());
    const auto last = std::int32_t(counts.size() - 1);
    while (!block.empty()) {
        const std::span<const double> part = block.first(std::min(size, block.size()));
        block = block.subspan(part.size());
        const double* x = part.data();
        double doubtful = 0;
        for (std::size_t i = 0; i < part.size(); ++i) {
            const double place = (x[i] - low) * scale;
            const bool inside = place >= 0 && place <= bound;  // neither NaN nor infinite
            const double safe = inside ? place : 0.0;
            const auto index = std::int32_t(safe);
            const double rest = safe - double(index);
            doubtful += (rest < tolerance ? 1.0 : 0.0) + (rest > 1 - tolerance ? 1.0 : 0.0);
            bins[i] = index;
        }
        if (doubtful == 0) {
            for (std::size_t i = 0; i < part.size(); ++i)
                ++counts[std::size_t(bins[i])];
            continue;
        }
        for (std::size_t i = 0; i < part.size(); ++i) {
            if (!std::isfinite(x[i]))
                continue;
            std::int32_t index = std::min(bins[i], last);
            if (index > 0 && x[i] < m_edges[std::size_t(index)])
                --index;
            else if (index < last && x[i] >= m_edges[std::size_t(index) + 1])
                ++index;
            ++counts[std::size_t(index)];
        }
    }
}

}  // namespace tenscope

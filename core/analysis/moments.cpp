// The inner loops of statistics(). They say themselves in what order they add, in pairs, since a compiler may not reorder
// floating-point sums on its own: so they are vector code, and give the same result on every machine.
#include "core/analysis/moments.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace tenscope {

namespace {

// Two doubles that are computed with at once. Every 64-bit processor has such vectors; GCC and Clang know them by this.
using Pair = double __attribute__((vector_size(16)));
using PairMask = decltype(Pair() < Pair());  // per lane 0, or -1 where it holds

Pair load(const double* from)
{
    Pair pair;
    std::memcpy(&pair, from, sizeof pair);
    return pair;
}

Pair twice(double value)
{
    return Pair{value, value};
}

Pair smaller(Pair a, Pair b)
{
    return a < b ? a : b;
}

Pair larger(Pair a, Pair b)
{
    return a > b ? a : b;
}

struct BlockSums {
    double sum = 0, min = 0, max = 0;
    std::uint64_t zeros = 0;
    bool allFinite = true;
};

// Two of everything, so that the sums of one do not wait for those of the other.
BlockSums sumsOf(std::span<const double> block)
{
    const double* x = block.data();
    Pair sumA{}, sumB{}, check{}, lowA = twice(x[0]), lowB = lowA, highA = lowA, highB = lowA;
    PairMask zerosA{}, zerosB{};
    std::size_t i = 0;
    for (; i + 4 <= block.size(); i += 4) {
        const Pair a = load(x + i), b = load(x + i + 2);
        sumA += a;
        sumB += b;
        check += a - a;  // 0, or NaN once a number is not finite
        check += b - b;
        zerosA -= a == 0.0;
        zerosB -= b == 0.0;
        lowA = smaller(a, lowA);
        lowB = smaller(b, lowB);
        highA = larger(a, highA);
        highB = larger(b, highB);
    }
    for (; i < block.size(); ++i) {
        sumA[0] += x[i];
        check[0] += x[i] - x[i];
        zerosA[0] += x[i] == 0 ? 1 : 0;
        lowA = smaller(twice(x[i]), lowA);
        highA = larger(twice(x[i]), highA);
    }
    const Pair sum = sumA + sumB, low = smaller(lowA, lowB), high = larger(highA, highB);
    const PairMask zeros = zerosA + zerosB;
    return {sum[0] + sum[1], std::min(low[0], low[1]), std::max(high[0], high[1]), std::uint64_t(zeros[0] + zeros[1]),
            check[0] + check[1] == 0};
}

double squaresOf(std::span<const double> block, double mean)
{
    Pair squaresA{}, squaresB{};
    const double* x = block.data();
    std::size_t i = 0;
    for (; i + 4 <= block.size(); i += 4) {
        const Pair a = load(x + i) - mean, b = load(x + i + 2) - mean;
        squaresA += a * a;
        squaresB += b * b;
    }
    for (; i < block.size(); ++i)
        squaresA[0] += (x[i] - mean) * (x[i] - mean);
    const Pair squares = squaresA + squaresB;
    return squares[0] + squares[1];
}

// Whether all of these fractions of a bin are at least `tolerance` away from 0 and 1.
bool farFromEdges(std::span<const double> fractions, double tolerance)
{
    const double* x = fractions.data();
    Pair low = twice(0.5), high = twice(0.5);
    std::size_t i = 0;
    for (; i + 2 <= fractions.size(); i += 2) {
        low = smaller(load(x + i), low);
        high = larger(load(x + i), high);
    }
    if (i < fractions.size()) {
        low = smaller(twice(x[i]), low);
        high = larger(twice(x[i]), high);
    }
    return std::min(low[0], low[1]) >= tolerance && std::max(high[0], high[1]) <= 1 - tolerance;
}

// Neighbours often fall into one bin; two tables halve the waiting for the sum before.
void countBins(std::span<const std::int32_t> bins, std::span<std::uint64_t> counts)
{
    constexpr std::size_t most = 256;
    if (counts.size() > most) {
        for (const std::int32_t bin : bins)
            ++counts[std::size_t(bin)];
        return;
    }
    std::array<std::uint32_t, most> odd;
    std::fill_n(odd.begin(), counts.size(), 0);
    std::size_t i = 0;
    for (; i + 2 <= bins.size(); i += 2) {
        ++counts[std::size_t(bins[i])];
        ++odd[std::size_t(bins[i + 1])];
    }
    if (i < bins.size())
        ++counts[std::size_t(bins[i])];
    for (std::size_t bin = 0; bin < counts.size(); ++bin)
        counts[bin] += odd[bin];
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
    part.zeros = sums.zeros;
    part.min = sums.min;
    part.max = sums.max;
    const double center = sums.sum / double(block.size());
    const double spread = std::isfinite(center) ? squaresOf(block, center) : center;
    // Squares of numbers below 1e-154 lose digits, or all of themselves, at the lower end of the range of double.
    if (std::isfinite(spread) && (spread > 1e-280 || sums.min == sums.max)) {
        part.mean = center;
        part.squares = spread;
    } else {  // numbers near either end of that range
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
    // A quotient gives the bin; where it comes too near to an edge to be trusted, the edges themselves decide. What is not
    // finite comes to lie on an edge, too. The bins of a block are computed first, so that this is vector code.
    constexpr std::size_t size = 512;
    std::array<double, size> rest;
    std::array<std::int32_t, size> bins;
    const double low = m_edges.front(), scale = m_scale;
    const auto bound = double(counts.size());
    const auto last = std::int32_t(counts.size() - 1);
    while (!block.empty()) {
        const std::span<const double> part = block.first(std::min(size, block.size()));
        block = block.subspan(part.size());
        const double* x = part.data();
        for (std::size_t i = 0; i < part.size(); ++i) {
            double place = (x[i] - low) * scale;
            place = place > 0 ? place : 0.0;
            place = place < bound ? place : bound;
            const auto index = std::int32_t(place);
            bins[i] = index;
            rest[i] = place - double(index);
        }
        if (farFromEdges(std::span<const double>(rest).first(part.size()), m_tolerance)) {
            countBins(std::span<const std::int32_t>(bins).first(part.size()), counts);
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

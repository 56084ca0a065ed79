#pragma once

#include <cstdint>
#include <limits>
#include <span>

#include "core/analysis/statistics.h"

namespace tenscope {

// The running moments of a set of numbers: what TensorStatistics says, without the histogram.
//
// Blocks are added whole: their sum and their squared distances from their own mean are computed in two passes over the
// (cached) block, and merged by the pairwise formulas of Chan, Golub and LeVeque, "Updating formulae and a pairwise
// algorithm for computing sample variances" (1979). Nothing is ever a difference of large sums of squares.
struct Moments {
    std::uint64_t finite = 0, zeros = 0, nan = 0, inf = 0;
    double min = std::numeric_limits<double>::infinity(), max = -std::numeric_limits<double>::infinity();
    // long double: 64 bits of significand and a range in which no sum of squares of doubles overflows, where the processor
    // has it; they are touched once a block only.
    long double mean = 0;
    long double squares = 0;  // sum of squared distances from the mean

    // Adds the numbers of a block; the block may be reordered. Best with some thousand numbers, that stay in the cache.
    void add(std::span<double> block);
    // Adds one number as often as `times` says.
    void add(double value, std::uint64_t times);
    // Adds all that `other` has seen.
    void merge(const Moments& other);
    // As if every number had been there `times` times.
    void repeat(std::uint64_t times);

    TensorStatistics toStatistics() const;
};

// Counts numbers into the equal-width bins of a histogram over [min, max], exactly as its edges say. Where all numbers are
// equal the range is widened by a half to both sides, as numpy does, so that the bins have a width.
class Binner {
public:
    Binner(double min, double max, int bins);

    const std::vector<double>& edges() const { return m_edges; }
    // Adds the finite numbers of a block to counts, which has one entry a bin.
    void add(std::span<const double> block, std::span<std::uint64_t> counts) const;
    std::size_t bin(double value) const;

private:
    void addSlowly(std::span<const double> block, std::span<std::uint64_t> counts) const;

    std::vector<double> m_edges;
    double m_scale = 0;      // bins a unit
    double m_tolerance = 0;  // nearer than this to an edge (in bins), the quotient may be one off
    bool m_isRegular = true; // the quotient is finite
};

}  // namespace tenscope

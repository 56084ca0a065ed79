#pragma once

#include <cstdint>

namespace tenscope {

// Random numbers that are the same for a seed on every machine, which the distributions of the C++ library do not promise.
// Blackman and Vigna's xoshiro256** (2018), seeded by splitmix64; normal numbers by Marsaglia's polar method (1964).
class Random {
public:
    Random(std::uint64_t seed, std::uint64_t stream);

    std::uint64_t bits();
    double uniform();  // [0, 1), in steps of 2^-53
    double normal();   // mean 0, standard deviation 1
    std::uint64_t below(std::uint64_t limit);

private:
    std::uint64_t m_state[4];
    double m_spare = 0;
    bool m_hasSpare = false;
};

}  // namespace tenscope

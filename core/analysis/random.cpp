#include "core/analysis/random.h"

#include <bit>
#include <cmath>

namespace tenscope {

Random::Random(std::uint64_t seed, std::uint64_t stream)
{
    std::uint64_t state = seed + stream * 0xd1342543de82ef95u;
    for (std::uint64_t& word : m_state) {
        state += 0x9e3779b97f4a7c15u;
        std::uint64_t mixed = state;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
        word = mixed ^ (mixed >> 31);
    }
}

std::uint64_t Random::bits()
{
    const std::uint64_t result = std::rotl(m_state[1] * 5, 7) * 9;
    const std::uint64_t shifted = m_state[1] << 17;
    m_state[2] ^= m_state[0];
    m_state[3] ^= m_state[1];
    m_state[1] ^= m_state[2];
    m_state[0] ^= m_state[3];
    m_state[2] ^= shifted;
    m_state[3] = std::rotl(m_state[3], 45);
    return result;
}

double Random::uniform()
{
    return double(bits() >> 11) * 0x1p-53;
}

double Random::normal()
{
    if (m_hasSpare) {
        m_hasSpare = false;
        return m_spare;
    }
    double x = 0, y = 0, square = 0;
    do {
        x = 2 * uniform() - 1;
        y = 2 * uniform() - 1;
        square = x * x + y * y;
    } while (square >= 1 || square == 0);
    const double factor = std::sqrt(-2 * std::log(square) / square);
    m_spare = y * factor;
    m_hasSpare = true;
    return x * factor;
}

std::uint64_t Random::below(std::uint64_t limit)
{
    // Limits are small here: the bias of the remainder is beyond measure.
    return bits() % limit;
}

}  // namespace tenscope

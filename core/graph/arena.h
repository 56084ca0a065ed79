#pragma once

#include <array>
#include <cstddef>
#include <utility>
#include <vector>

#include "core/base/copyonwrite.h"

namespace tenscope {

// A list that grows at its end and whose copies share what neither of them changes, chunk by chunk. An edit of a model of
// 100,000 nodes copies a thousand counters and the few chunks that it touches, and every snapshot stays what it was.
template <class T>
class Arena {
public:
    std::size_t size() const { return m_size; }

    const T& operator[](std::size_t index) const { return (*m_chunks[index / chunkSize])[index % chunkSize]; }
    // Access to change it: the chunk becomes this copy's own, and references that were taken by reading may be another's.
    T& operator[](std::size_t index) { return m_chunks[index / chunkSize].edit()[index % chunkSize]; }

    // References to other elements stay valid.
    T& append(T element = {})
    {
        if (m_size == m_chunks.size() * chunkSize)
            m_chunks.emplace_back();
        return (*this)[m_size++] = std::move(element);
    }

    void shrink(std::size_t size)
    {
        while (m_size > size)
            (*this)[--m_size] = T();
        m_chunks.resize((size + chunkSize - 1) / chunkSize);
    }

private:
    static constexpr std::size_t chunkSize = 64;

    std::vector<CopyOnWrite<std::array<T, chunkSize>>> m_chunks;
    std::size_t m_size = 0;
};

}  // namespace tenscope

#include "core/layout/segmentlist.h"

#include <algorithm>
#include <bit>

namespace tenscope {

void SegmentList::reset(std::uint32_t ids)
{
    m_chunks.assign(1, {});
    m_order.assign(1, 0);
    m_chunkOf.assign(ids, none);
    m_size = 0;
    rebuild();
}

void SegmentList::rebuild()
{
    m_tree.assign(m_order.size() + 1, 0);
    for (std::uint32_t i = 0; i < m_order.size(); ++i) {
        m_chunks[m_order[i]].index = i;
        m_tree[i + 1] += m_chunks[m_order[i]].size;
        const std::uint32_t above = i + 1 + ((i + 1) & -(i + 1));
        if (above < m_tree.size())
            m_tree[above] += m_tree[i + 1];
    }
}

void SegmentList::addToTree(std::uint32_t index, std::int32_t change)
{
    for (std::uint32_t i = index + 1; i < m_tree.size(); i += i & -i)
        m_tree[i] += std::uint32_t(change);
}

std::uint32_t SegmentList::locate(std::uint32_t& rank) const
{
    std::uint32_t index = 0;
    for (std::uint32_t step = std::bit_floor(std::uint32_t(m_order.size())); step; step /= 2) {
        if (index + step < m_tree.size() && m_tree[index + step] <= rank) {
            index += step;
            rank -= m_tree[index];
        }
    }
    return index;
}

std::uint32_t SegmentList::rank(std::uint32_t id) const
{
    const Chunk& chunk = m_chunks[m_chunkOf[id]];
    std::uint32_t before = std::uint32_t(std::find(chunk.items.begin(), chunk.items.end(), id) - chunk.items.begin());
    for (std::uint32_t i = chunk.index; i; i &= i - 1)
        before += m_tree[i];
    return before;
}

std::uint32_t SegmentList::at(std::uint32_t rank) const
{
    const std::uint32_t index = locate(rank);
    return m_chunks[m_order[index]].items[rank];
}

void SegmentList::insert(std::uint32_t rank, std::uint32_t id)
{
    // Before an item means behind the one before it: then the end of the list needs no case of its own.
    std::uint32_t index = 0, offset = 0;
    if (rank > 0) {
        offset = rank - 1;
        index = locate(offset);
        ++offset;
    }
    std::uint32_t number = m_order[index];
    if (m_chunks[number].size == capacity) {
        const std::uint32_t added = std::uint32_t(m_chunks.size());
        m_chunks.emplace_back();
        Chunk &full = m_chunks[number], &half = m_chunks[added];
        half.size = capacity / 2;
        full.size = capacity - half.size;
        std::copy_n(full.items.begin() + full.size, half.size, half.items.begin());
        for (std::uint32_t i = 0; i < half.size; ++i)
            m_chunkOf[half.items[i]] = added;
        m_order.insert(m_order.begin() + index + 1, added);
        rebuild();
        if (offset > full.size) {
            offset -= full.size;
            number = added;
        }
    }
    Chunk& chunk = m_chunks[number];
    std::copy_backward(chunk.items.begin() + offset, chunk.items.begin() + chunk.size,
                       chunk.items.begin() + chunk.size + 1);
    chunk.items[offset] = id;
    ++chunk.size;
    ++m_size;
    m_chunkOf[id] = number;
    addToTree(chunk.index, 1);
}

void SegmentList::erase(std::uint32_t id)
{
    Chunk& chunk = m_chunks[m_chunkOf[id]];
    const auto end = chunk.items.begin() + chunk.size;
    const auto item = std::find(chunk.items.begin(), end, id);
    std::copy(item + 1, end, item);
    --chunk.size;
    --m_size;
    m_chunkOf[id] = none;
    addToTree(chunk.index, -1);
}

}  // namespace tenscope

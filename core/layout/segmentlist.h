#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace tenscope {

// The ordered list of long edges that pass a layer, of which some thousands of others are inserted, found and erased while
// a sweep goes from layer to layer. What Eiglsperger, Siebenhaller and Kaufmann keep in splay trees with split and
// join is one list here: containers are the stretches of it between two nodes and need no object of their own.
//
// Items are kept in chunks of at most 128, chunk sizes in a Fenwick tree: rank, insert and erase cost O(log n) and a
// scan of one chunk, which is a few cache lines. Making a new chunk costs O(n / 128), once in at least 64 insertions.
class SegmentList {
public:
    // Empties the list; ids of items are then less than `ids`.
    void reset(std::uint32_t ids);

    std::uint32_t size() const { return m_size; }
    bool contains(std::uint32_t id) const { return m_chunkOf[id] != none; }
    // The number of items before `id`, which must be in the list.
    std::uint32_t rank(std::uint32_t id) const;
    // The item at `rank` < size().
    std::uint32_t at(std::uint32_t rank) const;
    // Puts `id` before what is now at `rank` ≤ size().
    void insert(std::uint32_t rank, std::uint32_t id);
    void erase(std::uint32_t id);

private:
    static constexpr std::uint32_t none = 0xffffffffu;
    static constexpr std::uint32_t capacity = 128;
    struct Chunk {
        std::array<std::uint32_t, capacity> items;
        std::uint32_t size = 0;
        std::uint32_t index = 0;  // its place among the chunks
    };

    void rebuild();
    void addToTree(std::uint32_t index, std::int32_t change);
    // The place of the chunk that holds `rank`; `rank` becomes relative to the chunk.
    std::uint32_t locate(std::uint32_t& rank) const;

    std::vector<Chunk> m_chunks;
    std::vector<std::uint32_t> m_order;  // chunk numbers, in order
    std::vector<std::uint32_t> m_tree;   // Fenwick tree over m_order, from 1
    std::vector<std::uint32_t> m_chunkOf;
    std::uint32_t m_size = 0;
};

}  // namespace tenscope

#pragma once

#include <QRectF>
#include <cstdint>
#include <span>
#include <vector>

namespace tenscope {

// Finds the rectangles that meet a region. A packed R-tree: built once, O(n log n), from the rectangles in the order of their
// centres along a Hilbert curve (Kamel and Faloutsos, "On Packing R-trees", 1993); no pointers, 16 children a node.
//
// Because neighbours on the curve are neighbours in the plane, a node of the tree that is smaller than a pixel stands for
// all that it holds: that is how a picture of 100,000 boxes is drawn in the time of those that can be told apart.
class SpatialIndex {
public:
    SpatialIndex() = default;
    // Invalid rectangles (negative or not finite) are never found.
    explicit SpatialIndex(std::span<const QRectF> rectangles);

    std::size_t size() const { return m_items.size(); }

    // Calls found(index) for each rectangle that meets the region, in no particular order.
    template <class Found>
    void visit(const QRectF& region, Found&& found) const
    {
        visit(region, 0.0, found, [](const QRectF&, std::uint32_t) {});
    }

    // The same, but groups of several rectangles that are together less than `detail` wide and high are given as one:
    // group(bounds, index of one of them).
    template <class Found, class Group>
    void visit(const QRectF& region, double detail, Found&& found, Group&& group) const
    {
        if (m_nodes.empty())
            return;
        std::vector<std::uint32_t> pending{std::uint32_t(m_nodes.size() - 1)};
        while (!pending.empty()) {
            const Node& node = m_nodes[pending.back()];
            pending.pop_back();
            if (!meets(node.bounds, region))
                continue;
            if (node.isSingle()) {
                found(m_items[node.begin]);
                continue;
            }
            if (node.bounds.width() < detail && node.bounds.height() < detail) {
                group(node.bounds, representative(node));
                continue;
            }
            for (std::uint32_t child = node.begin; child < node.end; ++child)
                pending.push_back(child);
        }
    }

private:
    struct Node {
        QRectF bounds;
        // Children in m_nodes; of a leaf (begin of m_items) end is begin.
        std::uint32_t begin = 0, end = 0;
        bool isSingle() const { return begin == end; }
    };

    // QRectF::intersects() leaves out rectangles without area: vertical and horizontal lines.
    static bool meets(const QRectF& a, const QRectF& b)
    {
        return a.left() <= b.right() && b.left() <= a.right() && a.top() <= b.bottom() && b.top() <= a.bottom();
    }
    std::uint32_t representative(Node node) const
    {
        while (!node.isSingle())
            node = m_nodes[node.begin];
        return m_items[node.begin];
    }

    std::vector<Node> m_nodes;  // leaves first, the root last
    std::vector<std::uint32_t> m_items;
};

}  // namespace tenscope

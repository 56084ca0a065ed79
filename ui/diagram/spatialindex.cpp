#include "ui/diagram/spatialindex.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tenscope {

namespace {

constexpr std::uint32_t fanOut = 16;
constexpr std::uint32_t gridSize = 1u << 16;

// Position along a Hilbert curve that fills a 65,536 × 65,536 grid (the classic rotate-and-flip iteration).
std::uint32_t hilbert(std::uint32_t x, std::uint32_t y)
{
    std::uint32_t position = 0;
    for (std::uint32_t side = gridSize / 2; side > 0; side /= 2) {
        const std::uint32_t right = (x & side) > 0;
        const std::uint32_t lower = (y & side) > 0;
        position += side * side * ((3 * right) ^ lower);
        if (lower == 0) {
            if (right == 1) {
                x = gridSize - 1 - x;
                y = gridSize - 1 - y;
            }
            std::swap(x, y);
        }
    }
    return position;
}

bool isValid(const QRectF& r)
{
    return std::isfinite(r.x()) && std::isfinite(r.y()) && std::isfinite(r.width()) && std::isfinite(r.height()) &&
           r.width() >= 0 && r.height() >= 0;
}

// QRectF::united() ignores rectangles without area.
QRectF around(const QRectF& a, const QRectF& b)
{
    return QRectF(QPointF(std::min(a.left(), b.left()), std::min(a.top(), b.top())),
                  QPointF(std::max(a.right(), b.right()), std::max(a.bottom(), b.bottom())));
}

}  // namespace

SpatialIndex::SpatialIndex(std::span<const QRectF> rectangles)
{
    QRectF all;
    for (std::size_t i = 0; i < rectangles.size(); ++i) {
        if (!isValid(rectangles[i]))
            continue;
        all = m_items.empty() ? rectangles[i] : around(all, rectangles[i]);
        m_items.push_back(std::uint32_t(i));
    }
    if (m_items.empty())
        return;

    std::vector<std::uint32_t> position(rectangles.size());
    const double extent = std::max({all.width(), all.height(), 1e-9});
    const auto cell = [extent](double distance) { return std::uint32_t(std::clamp(distance / extent, 0.0, 1.0) * (gridSize - 1)); };
    for (const std::uint32_t item : m_items) {
        const QPointF centre = rectangles[item].center();
        position[item] = hilbert(cell(centre.x() - all.left()), cell(centre.y() - all.top()));
    }
    std::sort(m_items.begin(), m_items.end(), [&](std::uint32_t a, std::uint32_t b) {
        return std::pair(position[a], a) < std::pair(position[b], b);
    });

    m_nodes.reserve(m_items.size() + m_items.size() / (fanOut - 1) + 2);
    for (std::uint32_t i = 0; i < m_items.size(); ++i)
        m_nodes.push_back({rectangles[m_items[i]], i, i});
    std::uint32_t begin = 0;
    while (m_nodes.size() - begin > 1) {
        const std::uint32_t end = std::uint32_t(m_nodes.size());
        for (std::uint32_t child = begin; child < end; child += fanOut) {
            Node node{m_nodes[child].bounds, child, std::min(child + fanOut, end)};
            for (std::uint32_t other = child + 1; other < node.end; ++other)
                node.bounds = around(node.bounds, m_nodes[other].bounds);
            m_nodes.push_back(node);
        }
        begin = end;
    }
}

}  // namespace tenscope

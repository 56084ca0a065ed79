#pragma once

#include <QLineF>
#include <QPainterPath>
#include <span>
#include <vector>

#include "ui/diagram/paintcontext.h"

namespace tenscope {

// Edges and the shapes written on them. Those that are brought forward are painted after all others.
class EdgePainter {
public:
    explicit EdgePainter(PaintContext& context) : m_context(context) {}

    void paintEdges();
    void paintLabels();

    // The route with rounded corners, shortened by `shorten` at its end (room for an arrow head).
    static QPainterPath roundedPath(std::span<const QPointF> route, double radius, double shorten);

private:
    // Edges of one value that look the same, as one line that forks: what they share is not painted twice, which would
    // make it heavier.
    void paintTogether(std::span<const std::uint32_t> edges);
    void paintAll(std::vector<std::uint32_t>& edges);
    void paintThin(const std::vector<std::uint32_t>& edges);
    QColor colorOf(std::uint8_t flags) const;

    PaintContext& m_context;
};

}  // namespace tenscope

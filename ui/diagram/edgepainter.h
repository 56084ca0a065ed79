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

    // The route with rounded corners, without its first `skip` and its last `shorten` units (room for an arrow head).
    static QPainterPath roundedPath(std::span<const QPointF> route, double radius, double shorten, double skip = 0);
    // How far two routes that leave the same place are the same line.
    static double sharedLength(std::span<const QPointF> a, std::span<const QPointF> b);

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

#pragma once

#include <memory>

#include "ui/diagram/diagram.h"
#include "ui/graphview/viewport.h"

namespace tenscope {

// The way from one diagram of a graph to the next, folded otherwise: what is in both glides, what was in a folded module grows
// out of it, so that people keep track. Lines that changed are not drawn on the way.
class Transition {
public:
    // `from` was seen through `fromView`, `to` will be through `toView`.
    Transition(const Diagram& from, const Viewport& fromView, std::shared_ptr<const Diagram> to, const Viewport& toView);

    // Whether there is something to see that moves, and not so much that it would stutter.
    bool isWorthwhile(QSizeF view) const;
    // Same boxes and edges as `to`, in its coordinates, with the places of the moment. 0 … 1.
    Diagram at(double fraction) const;

private:
    std::shared_ptr<const Diagram> m_to;
    Viewport m_toView;
    std::vector<QRectF> m_starts;              // of each box
    std::vector<std::vector<QPointF>> m_routes;  // of each edge; empty: it is not drawn on the way
};

}  // namespace tenscope

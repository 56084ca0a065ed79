#pragma once

#include <QPainter>
#include <QString>
#include <optional>

#include "core/base/result.h"
#include "core/edit/touched.h"
#include "ui/diagram/diagram.h"
#include "ui/theme/theme.h"

namespace tenscope {

// Something that is dragged over a diagram: an end of an edge, nodes, an operator from the palette. It lasts from when the
// drag begins to when the mouse is let go, and belongs to the diagram and model that were there when it began: when they
// change, the view drops it.
class CanvasDrag {
public:
    virtual ~CanvasDrag() = default;

    // The cursor is there now (diagram units); `pixel` is how large a pixel of the screen is.
    virtual void moveTo(QPointF place, double pixel) = 0;
    // What would happen, in a few words, or why nothing would; stands beside the cursor. Empty: nothing to say.
    virtual QString message() const = 0;
    // Whether letting go here would change something.
    virtual bool isAllowed() const = 0;
    // Over the diagram, in its units.
    virtual void paint(QPainter& painter, const Theme& theme, const QRectF& region, double pixel) const = 0;
    virtual Result<Touched> drop() = 0;

    // The diagram as it would be, to be shown meanwhile; nothing: as it is.
    virtual std::optional<Diagram> preview() const { return std::nullopt; }
};

}  // namespace tenscope

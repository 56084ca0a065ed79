#pragma once

#include <QPainter>
#include <QRectF>
#include <algorithm>

#include "ui/diagram/diagram.h"
#include "ui/diagram/diagrampainter.h"
#include "ui/diagram/diagramstate.h"
#include "ui/diagram/textcache.h"
#include "ui/theme/theme.h"

namespace tenscope {

// What the parts of one DiagramPainter::paint() share.
struct PaintContext {
    QPainter& painter;
    const Diagram& diagram;
    const DiagramState& state;
    const Theme& theme;
    TextCache& texts;
    QRectF region;
    double scale = 1;
    DiagramPainter::Detail detail = DiagramPainter::Detail::Full;
    bool isVector = false;

    // A width that is `units` at 100 % and never less than `leastPixels` on the device.
    double lineWidth(double units, double leastPixels = 1) const { return std::max(units, leastPixels / scale); }
};

}  // namespace tenscope

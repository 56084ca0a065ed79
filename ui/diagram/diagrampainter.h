#pragma once

#include <QPainter>
#include <QRectF>

#include "ui/diagram/diagram.h"
#include "ui/diagram/diagramstate.h"
#include "ui/diagram/textcache.h"
#include "ui/theme/theme.h"

namespace tenscope {

// Paints a region of a diagram at a scale, with as much detail as can be seen there. The one painter of the window, the
// minimap and all exported pictures. Keeps shaped text between frames, so give each view one that lives with it; one
// thread at a time.
class DiagramPainter {
public:
    enum class Detail {
        Full,    // all text; from 55 % on
        Titles,  // one large title a box; from 20 % on
        Blocks,  // boxes as areas of colour
    };
    static Detail detailAt(double scale);

    explicit DiagramPainter(Theme theme) : m_theme(std::move(theme)) {}

    const Theme& theme() const { return m_theme; }
    void setTheme(Theme theme) { m_theme = std::move(theme); }
    // For SVG and PDF: every text at every scale, nothing grouped or left out.
    void setVector(bool isVector) { m_isVector = isVector; }

    // Paints what lies in `region` (diagram units). The painter's transform must already take diagram units to the device by
    // `scale` and a translation. Paints no background.
    void paint(QPainter& painter, const Diagram& diagram, const DiagramState& state, const QRectF& region, double scale);

    // The canvas behind: plain, with dots in steps that follow the zoom. In device coordinates; `origin` is where the
    // diagram's (0, 0) lies.
    void paintCanvas(QPainter& painter, const QRectF& device, QPointF origin, double scale) const;

    // A tiny picture of the whole, boxes and frames only: what a minimap shows. Fits `device`, keeping proportions.
    void paintOverview(QPainter& painter, const Diagram& diagram, const QRectF& device) const;
    // How paintOverview() takes diagram units to the device.
    static QTransform overviewTransform(const Diagram& diagram, const QRectF& device);

private:
    Theme m_theme;
    bool m_isVector = false;
    TextCache m_texts;
};

}  // namespace tenscope

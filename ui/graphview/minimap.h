#pragma once

#include <QPixmap>
#include <QWidget>
#include <memory>

#include "ui/diagram/diagram.h"
#include "ui/theme/theme.h"

namespace tenscope {

// The whole diagram in a corner, with a frame around what the view shows. Pressing or dragging in it moves the view.
class Minimap : public QWidget {
    Q_OBJECT

public:
    Minimap(const Theme& theme, QWidget* parent);

    void setTheme(const Theme& theme);
    void setDiagram(std::shared_ptr<const Diagram> diagram);
    void setVisibleRegion(const QRectF& region);  // diagram units
    // The size that suits the diagram's proportions, inside `most`.
    QSize suitableSize(QSize most) const;

signals:
    void centreRequested(QPointF place);  // diagram units

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;

private:
    QRectF contentRect() const;
    void request(QPointF point);

    Theme m_theme;
    std::shared_ptr<const Diagram> m_diagram;
    QRectF m_region;
    QPixmap m_picture;  // null: to be drawn again
};

}  // namespace tenscope

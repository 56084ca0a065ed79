#pragma once

#include <QImage>
#include <QWidget>
#include <optional>

#include "ui/panels/heatmapdata.h"

namespace tenscope {

// Paints a HeatmapData with its colour scale and reads off the cell under the cursor; arrow keys move it too.
class HeatmapCanvas : public QWidget {
    Q_OBJECT

public:
    explicit HeatmapCanvas(QWidget* parent = nullptr);

    void setData(std::optional<HeatmapData> data);
    void setTheme(const Theme& theme);
    void setStale(bool stale);  // a new slice is on its way
    const std::optional<HeatmapData>& data() const { return m_data; }

    QSize sizeHint() const override { return {280, 240}; }

signals:
    // Row and column of cells; −1 where the cursor is elsewhere.
    void cellHovered(int row, int column);
    void cellActivated(int row, int column);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QRectF plotArea() const;
    void setCell(int row, int column);

    std::optional<HeatmapData> m_data;
    QImage m_image;
    Theme m_theme;
    int m_row = -1, m_column = -1;
    bool m_stale = false;
};

}  // namespace tenscope

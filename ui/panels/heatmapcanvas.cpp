#include "ui/panels/heatmapcanvas.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>

#include "ui/panels/paneltext.h"

namespace tenscope {

namespace {

constexpr int margin = 12;
constexpr int scaleWidth = 10;

}  // namespace

HeatmapCanvas::HeatmapCanvas(QWidget* parent) : QWidget(parent)
{
    setObjectName("heatmapCanvas");
    setAccessibleName(tr("Heatmap of the slice"));
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setMinimumHeight(100);
}

void HeatmapCanvas::setData(std::optional<HeatmapData> data)
{
    m_data = std::move(data);
    m_image = m_data ? m_data->image(m_theme) : QImage();
    m_stale = false;
    setCell(-1, -1);
    update();
}

void HeatmapCanvas::setTheme(const Theme& theme)
{
    m_theme = theme;
    m_image = m_data ? m_data->image(m_theme) : QImage();
    update();
}

void HeatmapCanvas::setStale(bool stale)
{
    m_stale = stale;
    update();
}

QRectF HeatmapCanvas::plotArea() const
{
    const QFontMetrics metrics(monospaceFont(0.85));
    const int right = scaleWidth + 8 + metrics.horizontalAdvance(QStringLiteral("−0.0000")) + margin;
    const QRectF free = QRectF(rect()).adjusted(margin, margin / 2.0, -right - 8, -margin / 2.0);
    if (m_image.isNull() || free.width() < 8 || free.height() < 8)
        return {};
    // Cells are square unless that would make the picture a thread.
    double width = free.width(), height = width * m_image.height() / m_image.width();
    if (height > free.height()) {
        height = free.height();
        width = height * m_image.width() / m_image.height();
    }
    // A few columns of many rows may be wider than high, so that there is something to see.
    width = std::min({free.width(), width * 6, std::max(width, free.width() / 3)});
    width = std::clamp(width, std::min(24.0, free.width()), free.width());
    height = std::clamp(height, std::min(24.0, free.height()), free.height());
    return {free.left(), free.top(), width, height};
}

void HeatmapCanvas::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.panel);
    const QRectF area = plotArea();
    if (area.isEmpty())
        return;
    if (m_stale)
        painter.setOpacity(0.45);
    // Enlarged cells keep their edges; a reduced picture is averaged.
    painter.setRenderHint(QPainter::SmoothPixmapTransform, area.width() < m_image.width());
    painter.drawImage(area, m_image);

    if (m_row >= 0) {
        const double w = area.width() / m_data->columns, h = area.height() / m_data->rows;
        const QRectF cell(area.left() + m_column * w, area.top() + m_row * h, std::max(w, 3.0), std::max(h, 3.0));
        painter.setPen(QPen(m_theme.accent, 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(cell);
    }

    const QFont font = monospaceFont(0.85);
    const QFontMetrics metrics(font);
    const double height = std::min(double(rect().height() - margin), std::max(area.height(), 80.0));
    const QRectF scale(area.right() + 12, area.top(), scaleWidth, height);
    QLinearGradient gradient(scale.bottomLeft(), scale.topLeft());
    const bool isDiverging = m_data->min < 0 && m_data->max > 0;
    const bool isNegative = m_data->max <= 0 && m_data->min < 0;
    for (int i = 0; i <= 16; ++i) {
        const double at = i / 16.0;
        gradient.setColorAt(at, heatmapColour(m_theme, isDiverging ? at : isNegative ? at / 2 : 0.5 + at / 2));
    }
    painter.fillRect(scale, gradient);
    painter.setFont(font);
    painter.setPen(m_theme.dimText);
    const double x = scale.right() + 6;
    painter.drawText(QPointF(x, scale.top() + metrics.ascent() * 0.8), number(m_data->scaleMax(), 3));
    if (isDiverging)
        painter.drawText(QPointF(x, scale.center().y() + metrics.ascent() * 0.4), number(0));
    painter.drawText(QPointF(x, scale.bottom()), number(m_data->scaleMin(), 3));
}

void HeatmapCanvas::setCell(int row, int column)
{
    if (row == m_row && column == m_column)
        return;
    m_row = row;
    m_column = column;
    emit cellHovered(row, column);
    update();
}

void HeatmapCanvas::mouseMoveEvent(QMouseEvent* event)
{
    const QRectF area = plotArea();
    if (!area.contains(event->position()))
        return setCell(-1, -1);
    setCell(std::clamp(int((event->position().y() - area.top()) / area.height() * m_data->rows), 0, m_data->rows - 1),
            std::clamp(int((event->position().x() - area.left()) / area.width() * m_data->columns), 0, m_data->columns - 1));
}

void HeatmapCanvas::mouseDoubleClickEvent(QMouseEvent*)
{
    if (m_row >= 0)
        emit cellActivated(m_row, m_column);
}

void HeatmapCanvas::leaveEvent(QEvent*)
{
    setCell(-1, -1);
}

void HeatmapCanvas::keyPressEvent(QKeyEvent* event)
{
    if (!m_data || m_data->rows == 0)
        return QWidget::keyPressEvent(event);
    int row = std::max(m_row, 0), column = std::max(m_column, 0);
    switch (event->key()) {
    case Qt::Key_Up:
        --row;
        break;
    case Qt::Key_Down:
        ++row;
        break;
    case Qt::Key_Left:
        --column;
        break;
    case Qt::Key_Right:
        ++column;
        break;
    case Qt::Key_Return:
        if (m_row >= 0)
            emit cellActivated(m_row, m_column);
        return;
    default:
        return QWidget::keyPressEvent(event);
    }
    setCell(std::clamp(row, 0, m_data->rows - 1), std::clamp(column, 0, m_data->columns - 1));
}

}  // namespace tenscope

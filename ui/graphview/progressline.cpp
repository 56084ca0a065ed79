#include "ui/graphview/progressline.h"

#include <QPainter>
#include <QTimerEvent>
#include <QToolButton>

#include <algorithm>
#include <cmath>

namespace tenscope {

namespace {

constexpr int unnoticed = 200;  // milliseconds
constexpr int thickness = 3;

}  // namespace

ProgressLine::ProgressLine(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme), m_cancel(new QToolButton(this))
{
    setObjectName("layoutProgress");
    setAccessibleName(tr("Laying out the diagram"));
    m_cancel->setObjectName("layoutCancel");
    m_cancel->setAutoRaise(true);
    m_cancel->setText(QStringLiteral("\u2715"));
    m_cancel->setToolTip(tr("Stop laying out"));
    m_cancel->setAccessibleName(tr("Stop laying out"));
    connect(m_cancel, &QToolButton::clicked, this, &ProgressLine::cancelRequested);
    hide();
}

void ProgressLine::setTheme(const Theme& theme)
{
    m_theme = theme;
    update();
}

void ProgressLine::setBusy(bool busy)
{
    if (busy) {
        m_fraction = -1;
        if (!isVisible())
            m_delay.start(unnoticed, this);
        return;
    }
    m_delay.stop();
    m_motion.stop();
    hide();
}

void ProgressLine::setFraction(double fraction)
{
    m_fraction = fraction;
    update();
}

void ProgressLine::timerEvent(QTimerEvent* event)
{
    if (event->timerId() == m_delay.timerId()) {
        m_delay.stop();
        m_motion.start(40, this);
        show();
        raise();
    } else if (event->timerId() == m_motion.timerId()) {
        m_phase = std::fmod(m_phase + 0.02, 1.0);
        if (m_fraction < 0)
            update();
    } else {
        QWidget::timerEvent(event);
    }
}

void ProgressLine::resizeEvent(QResizeEvent*)
{
    m_cancel->adjustSize();
    m_cancel->move(width() - m_cancel->width() - 4, thickness + 3);
    setMask(QRegion(0, 0, width(), thickness) + m_cancel->geometry());  // the diagram under it can be used
}

void ProgressLine::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(QRect(0, 0, width(), thickness), m_theme.line);
    painter.fillRect(m_cancel->geometry(), m_theme.canvas);
    const double length = m_fraction < 0 ? 0.25 : std::clamp(m_fraction, 0.0, 1.0);
    const double start = m_fraction < 0 ? m_phase * 1.25 - 0.25 : 0;
    painter.fillRect(QRectF(start * width(), 0, length * width(), thickness), m_theme.accent);
}

}  // namespace tenscope

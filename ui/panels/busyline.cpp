#include "ui/panels/busyline.h"

#include <QPainter>
#include <QStyle>
#include <algorithm>

namespace tenscope {

BusyLine::BusyLine(QWidget* parent) : QWidget(parent)
{
    setObjectName("busyLine");
    setFixedHeight(2);
    setAccessibleName(tr("Computing"));
    m_delay.setSingleShot(true);
    m_delay.setInterval(150);
    m_step.setInterval(40);
    connect(&m_delay, &QTimer::timeout, this, [this] {
        m_shown = true;
        // The style says whether people want things to move; a still line says as much.
        if (style()->styleHint(QStyle::SH_Widget_Animation_Duration, nullptr, this) > 0)
            m_step.start();
        update();
    });
    connect(&m_step, &QTimer::timeout, this, [this] {
        m_phase += 0.03;
        if (m_phase > 1.3)
            m_phase = -0.3;
        update();
    });
}

void BusyLine::start()
{
    m_fraction = -1;
    if (m_busy)
        return;
    m_busy = true;
    m_phase = 0.35;
    m_delay.start();
}

void BusyLine::setProgress(double fraction)
{
    m_fraction = fraction;
    update();
}

void BusyLine::stop()
{
    m_busy = m_shown = false;
    m_delay.stop();
    m_step.stop();
    update();
}

void BusyLine::setColours(const QColor& accent, const QColor& track)
{
    m_accent = accent;
    m_track = track;
    update();
}

void BusyLine::paintEvent(QPaintEvent*)
{
    if (!m_shown)
        return;
    QPainter painter(this);
    painter.fillRect(rect(), m_track);
    if (m_fraction >= 0)
        painter.fillRect(QRectF(0, 0, width() * std::min(m_fraction, 1.0), height()), m_accent);
    else
        painter.fillRect(QRectF(width() * (m_phase - 0.15), 0, width() * 0.3, height()), m_accent);
}

}  // namespace tenscope

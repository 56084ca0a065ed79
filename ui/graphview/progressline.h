#pragma once

#include <QBasicTimer>
#include <QWidget>

#include "ui/theme/theme.h"

class QToolButton;

namespace tenscope {

// A thin line at the top of what is busy, with a button to cancel. Shows itself only when the work takes long enough to be
// noticed.
class ProgressLine : public QWidget {
    Q_OBJECT

public:
    ProgressLine(const Theme& theme, QWidget* parent);

    void setTheme(const Theme& theme);
    void setBusy(bool busy);
    void setFraction(double fraction);  // negative: the end is not known

signals:
    void cancelRequested();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void timerEvent(QTimerEvent* event) override;

private:
    Theme m_theme;
    double m_fraction = -1;
    double m_phase = 0;  // of the moving piece, 0 … 1
    QBasicTimer m_delay, m_motion;
    QToolButton* m_cancel;
};

}  // namespace tenscope

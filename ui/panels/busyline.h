#pragma once

#include <QColor>
#include <QTimer>
#include <QWidget>

namespace tenscope {

// The thin line at the top of a panel that is computing. It takes its two pixels always, so that nothing jumps, and shows
// itself only after 150 ms: what is quicker than that should not flicker.
class BusyLine : public QWidget {
    Q_OBJECT

public:
    explicit BusyLine(QWidget* parent = nullptr);

    void start();
    void setProgress(double fraction);  // 0…1, negative: not known
    void stop();
    bool isBusy() const { return m_busy; }
    void setColours(const QColor& accent, const QColor& track);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QTimer m_delay;
    QTimer m_step;
    QColor m_accent, m_track;
    double m_fraction = -1;
    double m_phase = 0;
    bool m_busy = false;
    bool m_shown = false;
};

}  // namespace tenscope

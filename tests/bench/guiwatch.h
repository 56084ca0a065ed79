#pragma once

#include <QObject>

#include "tests/bench/samples.h"

namespace tenscope {

// How long the event loop of this thread was away at most, while this lives: a timer that should fire all the time tells.
class GuiWatch : public QObject {
public:
    GuiWatch() { startTimer(0); }

    double longestAbsence() const { return m_longest; }  // milliseconds

protected:
    void timerEvent(QTimerEvent* event) override;

private:
    Stopwatch m_since;
    double m_last = 0;
    double m_longest = 0;
};

}  // namespace tenscope

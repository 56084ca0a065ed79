#include "tests/bench/frametimes.h"

#include <QCoreApplication>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

#include "tests/bench/samples.h"
#include "ui/graphview/graphview.h"

namespace tenscope {

namespace {

class Script {
public:
    explicit Script(GraphView& view) : m_view(view) {}

    std::vector<double> run()
    {
        m_view.fit();
        finishMotion();
        const double whole = m_view.zoom();
        // Where text begins, where all of it is there, and close.
        for (const double scale : {std::min(whole * 4, 0.2), 0.3, 1.0}) {
            zoomTo(scale);
            walk();
        }
        zoomTo(2);
        zoomTo(whole);
        return m_times;
    }

private:
    static constexpr int stepsAcross = 60;
    static constexpr double turn = 120;  // of a wheel's notch

    QPointF middle() const { return QRectF(m_view.rect()).center(); }

    // Glides take a person along and are no part of the script.
    void finishMotion()
    {
        const Stopwatch since;
        while (since.elapsed() < 400)
            QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
    }

    void wheel(QPoint pixels, QPoint angle, Qt::KeyboardModifiers modifiers)
    {
        QWheelEvent event(middle(), m_view.mapToGlobal(middle()), pixels, angle, Qt::NoButton, modifiers, Qt::NoScrollPhase, false);
        const Stopwatch since;
        QCoreApplication::sendEvent(&m_view, &event);
        m_view.repaint();
        m_times.push_back(since.elapsed());
        QCoreApplication::processEvents();
    }

    void zoomTo(double scale)
    {
        const bool isIn = scale > m_view.zoom();
        for (int step = 0; step < 200 && (m_view.zoom() < scale) == isIn; ++step) {
            const double before = m_view.zoom();
            wheel({}, {0, int(isIn ? turn : -turn)}, Qt::ControlModifier);
            if (m_view.zoom() == before)
                return;
        }
    }

    // To an edge of the diagram and then to the other, in steps that are a part of the way, however long that is.
    void walk()
    {
        const QRectF bounds = m_view.diagram()->bounds();
        const Viewport& viewport = m_view.viewport();
        const QPointF size(bounds.width() * viewport.scale(), bounds.height() * viewport.scale());
        const int down = int(std::clamp(size.y() / stepsAcross, 1.0, 1e6));
        const int across = int(std::clamp(size.x() / stepsAcross, 1.0, 1e6));
        // First by what a hand does: a hundred pixels at a time.
        for (int step = 0; step < stepsAcross; ++step)
            wheel({step % 4 == 3 ? 40 : 0, -100}, {0, -100}, Qt::NoModifier);
        for (int step = 0; step < stepsAcross / 2; ++step)
            wheel({0, down}, {0, down}, Qt::NoModifier);
        for (int step = 0; step < stepsAcross; ++step)
            wheel({0, -down}, {0, -down}, Qt::NoModifier);
        for (int step = 0; step < stepsAcross / 2; ++step)
            wheel({0, down}, {0, down}, Qt::NoModifier);
        for (int step = 0; step < stepsAcross / 2; ++step)
            wheel({across, 0}, {across, 0}, Qt::NoModifier);
        for (int step = 0; step < stepsAcross; ++step)
            wheel({-across, 0}, {-across, 0}, Qt::NoModifier);
        for (int step = 0; step < stepsAcross / 2; ++step)
            wheel({across, 0}, {across, 0}, Qt::NoModifier);
    }

    GraphView& m_view;
    std::vector<double> m_times;
};

}  // namespace

std::vector<double> frameTimes(GraphView& view)
{
    if (!view.diagram() || view.diagram()->isEmpty())
        return {};
    return Script(view).run();
}

}  // namespace tenscope

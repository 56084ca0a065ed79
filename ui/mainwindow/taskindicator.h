#pragma once

#include <QMap>
#include <QWidget>

class QLabel;
class QProgressBar;
class QToolButton;

namespace tenscope {

class TaskRunner;

// The running task in the status bar: what it does, how far it is, and a button that cancels it. Tasks that end within
// half a second are never shown; where several run, the oldest is, with the number of the others.
class TaskIndicator : public QWidget {
    Q_OBJECT

public:
    explicit TaskIndicator(TaskRunner* runner, QWidget* parent = nullptr);

private:
    struct Running {
        QString title;
        QString what;
        double fraction = -1;
    };

    void update();

    TaskRunner* m_runner;
    QMap<int, Running> m_running;  // by id, so the first is the oldest
    QLabel* m_label;
    QProgressBar* m_bar;
    QToolButton* m_cancel;
};

}  // namespace tenscope

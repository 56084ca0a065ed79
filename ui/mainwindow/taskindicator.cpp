#include "ui/mainwindow/taskindicator.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QTimer>
#include <QToolButton>

#include "ui/taskrunner/taskrunner.h"

namespace tenscope {

TaskIndicator::TaskIndicator(TaskRunner* runner, QWidget* parent)
    : QWidget(parent), m_runner(runner), m_label(new QLabel), m_bar(new QProgressBar), m_cancel(new QToolButton)
{
    setObjectName("taskIndicator");
    m_label->setObjectName("taskLabel");
    m_bar->setObjectName("taskProgress");
    m_bar->setTextVisible(false);
    m_bar->setFixedSize(120, 6);
    m_cancel->setObjectName("taskCancel");
    m_cancel->setText("✕");
    m_cancel->setAutoRaise(true);
    m_cancel->setToolTip(tr("Cancel"));
    m_cancel->setAccessibleName(tr("Cancel the running task"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(m_label);
    row->addWidget(m_bar, 0, Qt::AlignVCenter);
    row->addWidget(m_cancel);
    hide();

    connect(m_cancel, &QToolButton::clicked, this, [this] {
        if (!m_running.isEmpty())
            m_runner->cancel(m_running.firstKey());
    });
    // What is over within half a second would only flicker. Tasks without a title are not for people to see.
    connect(runner, &TaskRunner::started, this, [this](int id, const QString& title) {
        if (title.isEmpty())
            return;
        m_running.insert(id, {title, {}, -1});
        QTimer::singleShot(500, this, [this, id] {
            if (m_running.contains(id))
                update();
        });
    });
    connect(runner, &TaskRunner::progressed, this, [this](int id, double fraction, const QString& what) {
        const auto running = m_running.find(id);
        if (running == m_running.end())
            return;
        running->fraction = fraction;
        running->what = what;
        if (isVisible())
            update();
    });
    connect(runner, &TaskRunner::finished, this, [this](int id) {
        if (m_running.remove(id) > 0 && (isVisible() || m_running.isEmpty()))
            update();
    });
}

void TaskIndicator::update()
{
    setVisible(!m_running.isEmpty());
    if (m_running.isEmpty())
        return;
    const Running& oldest = m_running.first();
    QString text = oldest.what.isEmpty() ? oldest.title : tr("%1: %2", "task: step").arg(oldest.title, oldest.what);
    if (m_running.size() > 1)
        text += ' ' + tr("and %n more", nullptr, int(m_running.size()) - 1);
    m_label->setText(text);
    m_bar->setRange(0, oldest.fraction < 0 ? 0 : 1000);
    m_bar->setValue(int(oldest.fraction * 1000));
}

}  // namespace tenscope

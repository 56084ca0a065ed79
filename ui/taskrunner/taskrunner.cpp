#include "ui/taskrunner/taskrunner.h"

#include <QMetaObject>
#include <QThread>
#include <algorithm>

namespace tenscope {

struct TaskRunner::Task {
    explicit Task(Progress::Listener listener) : progress(std::move(listener)) {}

    Progress progress;
    QString key;
    QPointer<QObject> context;
    std::function<void()> done;
};

TaskRunner::TaskRunner(QObject* parent) : QObject(parent)
{
    // Tasks that wait for the worker process sleep; two of them must not keep a layout from starting.
    m_pool.setMaxThreadCount(std::max(4, QThread::idealThreadCount()));
}

TaskRunner::~TaskRunner()
{
    for (const auto& [id, task] : m_tasks)
        task->progress.cancel();
    m_pool.waitForDone();
}

TaskRunner::TaskId TaskRunner::start(const QString& title, const QString& key, QObject* context,
                                     std::function<void(Progress&)> work, std::function<void()> done)
{
    if (!key.isEmpty())
        cancel(key);

    const TaskId id = m_next++;
    auto task = std::make_shared<Task>([this, id](double fraction, const std::string& what) {
        QMetaObject::invokeMethod(
            this,
            [this, id, fraction, text = QString::fromStdString(what)] {
                if (m_tasks.contains(id))
                    emit progressed(id, fraction, text);
            },
            Qt::QueuedConnection);
    });
    task->key = key;
    task->context = context;
    task->done = std::move(done);
    m_tasks.emplace(id, task);
    emit started(id, title);

    m_pool.start([this, id, task, work = std::move(work)] {
        if (!task->progress.cancelled())
            work(task->progress);
        QMetaObject::invokeMethod(this, [this, id] { finish(id); }, Qt::QueuedConnection);
    });
    return id;
}

void TaskRunner::finish(TaskId id)
{
    const auto entry = m_tasks.find(id);
    if (entry == m_tasks.end())
        return;  // was cancelled
    const std::shared_ptr<Task> task = entry->second;
    m_tasks.erase(entry);
    emit finished(id);
    if (task->context)
        task->done();
}

void TaskRunner::cancel(TaskId id)
{
    const auto entry = m_tasks.find(id);
    if (entry == m_tasks.end())
        return;
    // Forgotten at once: whatever the thread still delivers reaches nobody.
    entry->second->progress.cancel();
    m_tasks.erase(entry);
    emit finished(id);
}

void TaskRunner::cancel(const QString& key)
{
    const auto entry =
        std::find_if(m_tasks.begin(), m_tasks.end(), [&key](const auto& item) { return item.second->key == key; });
    if (entry != m_tasks.end())
        cancel(entry->first);
}

bool TaskRunner::isRunning(const QString& key) const
{
    return std::any_of(m_tasks.begin(), m_tasks.end(), [&key](const auto& item) { return item.second->key == key; });
}

}  // namespace tenscope

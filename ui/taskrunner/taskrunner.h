#pragma once

#include <QObject>
#include <QPointer>
#include <QString>
#include <QThreadPool>
#include <functional>
#include <map>
#include <memory>

#include "core/base/progress.h"
#include "core/base/result.h"

namespace tenscope {

// The only place that knows threads. Work runs on a thread pool with a Progress of its own; `done` runs on the GUI
// thread, unless `context` is gone by then. Starting a task with a key that is running cancels the old one first: its
// `done` is never called. A cancelled task calls `done` never either: cancelled is not a failure and shows nothing.
class TaskRunner : public QObject {
    Q_OBJECT

public:
    using TaskId = int;

    explicit TaskRunner(QObject* parent = nullptr);
    ~TaskRunner() override;  // cancels all tasks and waits until their threads are back

    // title: what the status bar says, "Inferring shapes"; empty: not shown. key: "" for none.
    template <class T>
    TaskId run(const QString& title, const QString& key, QObject* context, std::function<Result<T>(Progress&)> work,
               std::function<void(Result<T>)> done)
    {
        // The result crosses threads in a shared slot, so that T need not be copyable.
        auto slot = std::make_shared<Result<T>>(fail(Error::cancelled()));
        return start(
            title, key, context, [slot, work = std::move(work)](Progress& progress) { *slot = work(progress); },
            [slot, done = std::move(done)] {
                if (slot->has_value() || !slot->error().isCancelled())
                    done(std::move(*slot));
            });
    }

    // Neither waits. finished() is emitted at once, while the thread may need up to 100 ms more to notice.
    void cancel(TaskId id);
    void cancel(const QString& key);
    bool isRunning(const QString& key) const;

signals:
    void started(int id, const QString& title);
    // fraction is 0…1, or negative where the end is not known.
    void progressed(int id, double fraction, const QString& what);
    void finished(int id);

private:
    TaskId start(const QString& title, const QString& key, QObject* context, std::function<void(Progress&)> work,
                 std::function<void()> done);

    void finish(TaskId id);

    struct Task;
    std::map<TaskId, std::shared_ptr<Task>> m_tasks;
    QThreadPool m_pool;
    TaskId m_next = 1;
};

}  // namespace tenscope

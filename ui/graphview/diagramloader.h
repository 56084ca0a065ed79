#pragma once

#include <QObject>
#include <memory>

#include "core/base/result.h"
#include "core/graph/model.h"
#include "ui/diagram/diagram.h"

namespace tenscope {

class TaskRunner;

// Builds diagrams off the GUI thread, the newest wish only: a new one cancels the one that is under way.
class DiagramLoader : public QObject {
    Q_OBJECT

public:
    // `tasks` must outlive it.
    explicit DiagramLoader(TaskRunner* tasks, QObject* parent = nullptr);
    ~DiagramLoader() override;

    void load(std::shared_ptr<const Model> model, GraphId graph, const DiagramOptions& options);
    void cancel();
    bool isBusy() const { return m_isBusy; }

signals:
    void busyChanged(bool busy);
    void progressed(double fraction);
    void loaded(std::shared_ptr<const tenscope::Diagram> diagram);
    void failed(const tenscope::Error& error);

private:
    void setBusy(bool busy);

    TaskRunner* m_tasks;
    QString m_key;  // of this loader's task: each view has one of its own
    int m_task = 0;
    bool m_isBusy = false;
};

}  // namespace tenscope

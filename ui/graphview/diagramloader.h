#pragma once

#include <QObject>
#include <memory>
#include <vector>

#include "core/base/result.h"
#include "core/graph/model.h"
#include "ui/diagram/diagram.h"

namespace tenscope {

class DiagramBuilder;
class TaskRunner;

// Builds diagrams off the GUI thread, the newest wish only: a new one cancels the one that is under way. Remembers what the
// graphs shown lately are made of, so that folding, unfolding and coming back are quick.
class DiagramLoader : public QObject {
    Q_OBJECT

public:
    // `tasks` must outlive it.
    explicit DiagramLoader(TaskRunner* tasks, QObject* parent = nullptr);
    ~DiagramLoader() override;

    void load(std::shared_ptr<const Model> model, GraphId graph, const DiagramOptions& options);
    void forget();  // what is remembered of graphs
    void cancel();
    bool isBusy() const { return m_isBusy; }

signals:
    void busyChanged(bool busy);
    void progressed(double fraction);
    void loaded(std::shared_ptr<const tenscope::Diagram> diagram);
    void failed(const tenscope::Error& error);

private:
    void setBusy(bool busy);
    std::shared_ptr<DiagramBuilder> builder(std::shared_ptr<const Model> model, GraphId graph);

    TaskRunner* m_tasks;
    std::vector<std::shared_ptr<DiagramBuilder>> m_builders;  // of the graphs that were shown lately, the last one last
    QString m_key;  // of this loader's task: each view has one of its own
    int m_task = 0;
    bool m_isBusy = false;
};

}  // namespace tenscope

#pragma once

#include <QObject>
#include <QString>
#include <memory>
#include <vector>

#include "core/graph/model.h"
#include "core/worker/run.h"
#include "ui/document/change.h"
#include "ui/document/selection.h"

namespace tenscope {

// An open model: the graph, what is selected in it, which of its graphs is shown, and the last run. All views of a file
// show one Document and talk to each other through its changed() signal only. GUI thread only; model() and lastRun()
// hand out immutable snapshots that other threads may keep.
class Document : public QObject {
    Q_OBJECT

public:
    Document(QString path, std::shared_ptr<const Model> model, QObject* parent = nullptr);
    ~Document() override;

    const QString& path() const { return m_path; }
    QString title() const;  // the file's name
    std::shared_ptr<const Model> model() const { return m_model; }

    const Selection& selection() const { return m_selection; }
    void select(Selection selection);
    void selectNode(NodeId node);
    // Enters the node's graph if need be, selects it and asks the views to bring it into view.
    void reveal(NodeId node);
    void reveal(ValueId value);

    // The graph that is shown, and the way there from the main graph: the breadcrumb (main graph first).
    GraphId currentGraph() const { return m_graphPath.back(); }
    const std::vector<GraphId>& graphPath() const { return m_graphPath; }
    void enterGraph(GraphId graph);   // a body of a node or a function; extends the path, or goes back along it
    void leaveGraph();                // to the one around it; nothing at the top

    std::shared_ptr<const RunOutcome> lastRun() const { return m_run; }
    void setLastRun(std::shared_ptr<const RunOutcome> run);

signals:
    void changed(const tenscope::Change& change);

private:
    void showGraph(GraphId graph);
    void changeGraph();

    QString m_path;
    std::shared_ptr<const Model> m_model;
    Selection m_selection;
    std::vector<GraphId> m_graphPath;
    std::shared_ptr<const RunOutcome> m_run;
};

}  // namespace tenscope

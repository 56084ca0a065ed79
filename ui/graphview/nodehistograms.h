#pragma once

#include <QObject>
#include <QPointer>
#include <QRectF>
#include <memory>
#include <set>
#include <unordered_map>
#include <vector>

#include "ui/diagram/diagram.h"
#include "ui/diagram/diagramstate.h"

namespace tenscope {

class Document;
class TaskRunner;
struct RunOutcome;

// The small histograms of the nodes that are on the screen, once they are large enough there: of the largest tensor that a
// node reads, and of its first output in the last run. What the document does not know yet is computed off the GUI
// thread, one tensor at a time, and left in its statistics for the tensor panel and for later.
class NodeHistograms : public QObject {
    Q_OBJECT

public:
    static constexpr double leastScale = 1.499;  // 150 %, where a glide may end a rounding short of it

    // `tasks` must outlive it.
    explicit NodeHistograms(TaskRunner* tasks, QObject* parent = nullptr);
    ~NodeHistograms() override;

    void setDiagram(Document* document, std::shared_ptr<const Diagram> diagram);
    // The part of the diagram that is on the screen.
    void show(const QRectF& region, double scale);
    void update();  // the run is another

    const std::unordered_map<std::uint32_t, DiagramState::Histograms>& histograms() const { return m_histograms; }

signals:
    void changed();

private:
    void computeNext();
    TensorId largestTensor(NodeId node) const;
    std::vector<float> outputBars(NodeId node);

    TaskRunner* m_tasks;
    QString m_key;  // of this object's task: each view has one of its own
    QPointer<Document> m_document;
    std::shared_ptr<const Diagram> m_diagram;
    QRectF m_region;
    double m_scale = 0;
    std::unordered_map<std::uint32_t, DiagramState::Histograms> m_histograms;  // by box
    std::vector<TensorId> m_wanted;  // on the screen and not known
    std::set<TensorId> m_missing;    // whose numbers cannot be had
    TensorId m_current;              // that is computed now
    std::shared_ptr<const RunOutcome> m_run;
    std::unordered_map<NodeId, std::size_t> m_runNodes;  // places in m_run->nodes
};

}  // namespace tenscope

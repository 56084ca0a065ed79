#include "ui/document/document.h"

#include <QFileInfo>
#include <algorithm>
#include <cassert>

#include "core/edit/apply.h"
#include "ui/document/editcommand.h"

namespace tenscope {

Document::Document(QString path, std::shared_ptr<const Model> model, QObject* parent)
    : QObject(parent), m_path(std::move(path)), m_model(std::move(model)), m_graphPath{m_model->mainGraph},
      m_onDisk(m_model->files.empty() ? nullptr : m_model->files.front())
{
    // Told once for any number of steps, and when the stack knows of them.
    connect(&m_undo, &QUndoStack::indexChanged, this, &Document::finishSteps);
    connect(&m_undo, &QUndoStack::cleanChanged, this, [this] { emit changed(SavedChanged{}); });
}

Document::~Document()
{
    m_undo.blockSignals(true);  // it empties itself, which is no news to anybody
    // Closed in peace: what was not saved was not wanted.
    if (m_journal)
        m_journal->remove();
}

QString Document::title() const
{
    return QFileInfo(m_path).fileName();
}

void Document::select(Selection selection)
{
    if (selection == m_selection)
        return;
    m_selection = std::move(selection);
    emit changed(SelectionChanged{});
}

void Document::selectNode(NodeId node)
{
    Selection selection;
    if (node)
        selection.nodes = {node};
    select(std::move(selection));
}

void Document::reveal(NodeId node)
{
    if (!node || node.index() >= m_model->nodeCount() || !m_model->node(node).isAlive())
        return;
    showGraph(m_model->node(node).graph);
    selectNode(node);
    emit changed(RevealRequested{node});
}

void Document::reveal(ValueId value)
{
    if (!value || value.index() >= m_model->valueCount() || !m_model->value(value).isAlive())
        return;
    // What a node makes is best seen at the node that makes it, and a weight at the first node that reads it.
    const Value& target = m_model->value(value);
    if (target.producer())
        return reveal(target.producer());
    if (target.tensor && !target.uses().empty())
        return reveal(target.uses().front().node);
    showGraph(target.graph);
    Selection selection;
    selection.value = value;
    select(std::move(selection));
    emit changed(RevealValueRequested{value});
}

void Document::reveal(ScopeId scope)
{
    if (!scope || scope.index() >= m_model->scopeCount())
        return;
    Selection selection;
    selection.scope = scope;
    select(std::move(selection));
    emit changed(RevealScopeRequested{scope});
}

void Document::enterGraph(GraphId graph)
{
    if (!graph || graph == currentGraph())
        return;
    const auto known = std::find(m_graphPath.begin(), m_graphPath.end(), graph);
    if (known != m_graphPath.end())
        m_graphPath.erase(known + 1, m_graphPath.end());
    else
        m_graphPath.push_back(graph);
    changeGraph();
}

void Document::leaveGraph()
{
    if (m_graphPath.size() < 2)
        return;
    const GraphId left = currentGraph();
    m_graphPath.pop_back();
    changeGraph();
    // Back outside, the node whose body was left is where the eye should be.
    if (const NodeId owner = m_model->graph(left).owner; owner && m_model->node(owner).graph == currentGraph()) {
        selectNode(owner);
        emit changed(RevealRequested{owner});
    }
}

void Document::showGraph(GraphId graph)
{
    if (graph == currentGraph())
        return;
    const auto known = std::find(m_graphPath.begin(), m_graphPath.end(), graph);
    if (known != m_graphPath.end()) {
        m_graphPath.erase(known + 1, m_graphPath.end());
    } else {
        // The way in from outside: bodies inside bodies, up to a graph that no node owns.
        std::vector<GraphId> path;
        for (GraphId step = graph; step && path.size() <= m_model->graphCount();) {
            path.push_back(step);
            const NodeId owner = m_model->graph(step).owner;
            step = owner ? m_model->node(owner).graph : GraphId();
        }
        if (path.back() != m_model->mainGraph && m_model->mainGraph)
            path.push_back(m_model->mainGraph);
        m_graphPath.assign(path.rbegin(), path.rend());
    }
    changeGraph();
}

void Document::changeGraph()
{
    emit changed(CurrentGraphChanged{});
    select({});
}

void Document::setLastRun(std::shared_ptr<const RunOutcome> run)
{
    m_run = std::move(run);
    emit changed(RunChanged{});
}

}  // namespace tenscope

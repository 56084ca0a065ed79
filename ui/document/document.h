#pragma once

#include <QObject>
#include <QString>
#include <QUndoStack>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/edit/edit.h"
#include "core/edit/journal.h"
#include "core/graph/model.h"
#include "core/worker/run.h"
#include "ui/document/change.h"
#include "ui/document/selection.h"
#include "ui/document/statisticscache.h"

namespace tenscope {

// How an edit joins the one before it.
enum class EditMerge {
    Never,
    Typing,  // with the step before, where both change the same text or number: one undo takes back a word, not a letter
};

// An open model: the graph, what is selected in it, which of its graphs is shown, what was edited, and the last run. All
// views of a file show one Document and talk to each other through its changed() signal only. GUI thread only; model() and
// lastRun() hand out immutable snapshots that other threads may keep: an edit makes another model, which shares with the
// snapshot all that the edit does not touch.
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
    void reveal(ScopeId scope);  // selects the module

    // The graph that is shown, and the way there from the main graph: the breadcrumb (main graph first).
    GraphId currentGraph() const { return m_graphPath.back(); }
    const std::vector<GraphId>& graphPath() const { return m_graphPath; }
    void enterGraph(GraphId graph);   // a body of a node or a function; extends the path, or goes back along it
    void leaveGraph();                // to the one around it; nothing at the top

    // The only way in which the window changes a model. Applies the edit (or the Macro, as one step) and puts it on the undo
    // stack; `text` names the step for people. Gives what the edit touched, or says why it cannot be done; then nothing
    // changed. What an edit adds has the ids from model()->mark() before it on.
    Result<Touched> edit(Edit edit, const QString& text, EditMerge merge = EditMerge::Never);
    // Takes back one step of undoStack()'s, as a new step, where nothing that was done after it touches the same objects;
    // else fails and says which step stands in the way.
    Result<Touched> revertStep(int index);
    // Why revertStep() would fail; empty where it would not.
    QString whyNotRevertStep(int index) const;
    // Takes what was inferred of `model`, a snapshot, where it is still the one at hand: `types` become the types of values
    // for which none is stated; where another one is stated for a value that nodes make, that is set right, as a part of the
    // last step. False where the model is another one by now.
    bool setInferred(const std::shared_ptr<const Model>& model, const std::vector<std::pair<ValueId, Type>>& types,
                     std::vector<Issue> issues);
    const std::vector<Issue>& inferenceIssues() const { return m_inferenceIssues; }
    // Holds one EditCommand a step. Undo, redo and jumping go through it; steps are pushed by edit() only.
    QUndoStack& undoStack() { return m_undo; }
    const QUndoStack& undoStack() const { return m_undo; }
    bool isEdited() const { return !m_undo.isClean(); }
    // Another number after every edit, undo and redo.
    std::uint64_t revision() const { return m_revision; }
    // The file `path` holds the model now as it was in that revision; the document is clean unless it was edited since.
    void setSaved(const QString& path, std::uint64_t revision);
    // Whether another program has written or removed the file since it was opened or saved here.
    bool isChangedOnDisk() const { return m_onDisk && !m_onDisk->unchanged(); }

    // Steps are written to a journal that `begin` makes before the first of them, until the document is saved or closed, or
    // writing fails: journalFailed().
    void setJournal(std::function<Result<Journal>()> begin);
    void setJournal(Journal journal);
    // The steps of a journal that was replayed on this document's model, which has become `model` by them.
    void adopt(std::shared_ptr<const Model> model, Recovered recovered);

    // What is known of the numbers in stored tensors: all that look at them share it.
    StatisticsCache& statistics() { return m_statistics; }

    std::shared_ptr<const RunOutcome> lastRun() const { return m_run; }
    void setLastRun(std::shared_ptr<const RunOutcome> run);

signals:
    void changed(const tenscope::Change& change);
    void journalFailed(const QString& sentence);

private:
    friend class EditCommand;
    Edit step(const Edit& edit, const Touched& touched);  // for undo and redo, which cannot fail; gives the inverse
    void journalUndo(std::size_t steps);
    void journalRedo(std::size_t steps);
    template <class Write>
    void writeJournal(Write write);

    void push(Edit edit, Edit inverse, Touched touched, const QString& text, EditMerge merge);
    void correctLastStep(Edit corrections);
    void finishSteps();
    void dropRemoved();
    const class EditCommand& command(int index) const;

    void showGraph(GraphId graph);
    void changeGraph();

    QString m_path;
    std::shared_ptr<const Model> m_model;
    Selection m_selection;
    std::vector<GraphId> m_graphPath;
    StatisticsCache m_statistics;
    std::shared_ptr<const RunOutcome> m_run;
    QUndoStack m_undo;
    std::optional<Touched> m_pending;  // of steps that changed() has not told of yet
    std::vector<Issue> m_inferenceIssues;
    std::uint64_t m_revision = 0;
    std::function<Result<Journal>()> m_beginJournal;
    std::optional<Journal> m_journal;
    std::shared_ptr<const MappedFile> m_onDisk;  // the file as it was opened or saved; null where it is not known
};

}  // namespace tenscope

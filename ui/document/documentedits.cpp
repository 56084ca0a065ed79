// Edits of a document: ui/document/document.h.

#include <QCoreApplication>
#include <algorithm>
#include <cassert>

#include "core/edit/apply.h"
#include "ui/document/document.h"
#include "ui/document/editcommand.h"

namespace tenscope {

namespace {

// Whether a stated type says something that cannot be; saying less, or naming a dimension, is none of that.
bool contradicts(const Type& stated, const Type& inferred)
{
    if (stated.kind != inferred.kind || !stated.isTensor())
        return stated.kind != inferred.kind;
    if (stated.element != inferred.element)
        return true;
    if (!stated.shape || !inferred.shape)
        return false;
    if (stated.shape->size() != inferred.shape->size())
        return true;
    for (std::size_t d = 0; d < stated.shape->size(); ++d) {
        const Dimension &a = (*stated.shape)[d], &b = (*inferred.shape)[d];
        if ((a.isKnown() && b.isKnown() && a.size != b.size) || (a.isKnown() && !b.isKnown() && !b.symbol.empty()))
            return true;
    }
    return false;
}

}  // namespace

Result<Touched> Document::edit(Edit edit, const QString& text, EditMerge merge)
{
    auto next = std::make_shared<Model>(*m_model);
    Result<Edit> inverse = applyEdit(*next, edit);
    if (!inverse)
        return fail(std::move(inverse.error()));
    writeJournal([&](Journal& journal) { return journal.did(*m_model, edit, text.toStdString()); });
    m_model = std::move(next);
    Touched touched = tenscope::touched(*m_model, edit, *inverse);
    push(std::move(edit), std::move(*inverse), touched, text, merge);
    return touched;
}

Result<Touched> Document::revertStep(int index)
{
    if (const QString why = whyNotRevertStep(index); !why.isEmpty())
        return fail(Error::usage(why.toStdString()));
    const EditCommand& reverted = command(index);
    auto next = std::make_shared<Model>(*m_model);
    Edit edit = reverted.inverse();
    Result<Edit> inverse = applyEdit(*next, edit);
    if (!inverse)
        return fail(std::move(inverse.error()));
    const QString text = tr("Take back “%1”", "name of an edit").arg(reverted.text());
    std::size_t first = 0;
    for (int earlier = 0; earlier < index; ++earlier)
        first += command(earlier).steps();
    writeJournal([&](Journal& journal) { return journal.reverted(first, reverted.steps(), text.toStdString()); });
    m_model = std::move(next);
    Touched touched = reverted.touched();
    push(std::move(edit), std::move(*inverse), touched, text, EditMerge::Never);
    return touched;
}

QString Document::whyNotRevertStep(int index) const
{
    if (index < 0 || index >= m_undo.index())
        return tr("This change is undone already.");
    for (int later = index + 1; later < m_undo.index(); ++later)
        if (command(later).touched().overlaps(command(index).touched()))
            return tr("“%1” builds on this change; undo that first.", "name of an edit").arg(command(later).text());
    return {};
}

const EditCommand& Document::command(int index) const
{
    return *static_cast<const EditCommand*>(m_undo.command(index));
}

void Document::push(Edit edit, Edit inverse, Touched touched, const QString& text, EditMerge merge)
{
    ++m_revision;
    if (m_pending)
        m_pending->add(touched);
    else
        m_pending = touched;
    m_undo.push(new EditCommand(*this, text, std::move(edit), std::move(inverse), std::move(touched), merge == EditMerge::Typing));
}

Edit Document::step(const Edit& edit, const Touched& touched)
{
    auto next = std::make_shared<Model>(*m_model);
    Result<Edit> inverse = applyEdit(*next, edit);
    assert(inverse);
    if (!inverse)
        return edit;
    m_model = std::move(next);
    ++m_revision;
    if (m_pending)
        m_pending->add(touched);
    else
        m_pending = touched;
    return std::move(*inverse);
}

void Document::finishSteps()
{
    if (m_pending) {
        const Touched touched = *std::exchange(m_pending, std::nullopt);
        if (touched.isResults && m_run) {
            m_run = nullptr;
            emit changed(RunChanged{});
        }
        dropRemoved();
        emit changed(ModelChanged{touched});
    }
    emit changed(SavedChanged{});
}

void Document::dropRemoved()
{
    // A body that went with its node: what is around it is shown.
    const auto isGone = [this](GraphId graph) {
        const NodeId owner = graph ? m_model->graph(graph).owner : NodeId();
        if (!owner)
            return false;
        const std::vector<GraphId> bodies = m_model->bodies(owner);
        return !m_model->node(owner).isAlive() || std::find(bodies.begin(), bodies.end(), graph) == bodies.end();
    };
    const auto gone = std::find_if(m_graphPath.begin() + 1, m_graphPath.end(), isGone);
    if (gone != m_graphPath.end()) {
        m_graphPath.erase(gone, m_graphPath.end());
        changeGraph();
    }
    Selection selection = m_selection;
    std::erase_if(selection.nodes, [this](NodeId node) { return !m_model->node(node).isAlive(); });
    if (selection.value && !m_model->value(selection.value).isAlive())
        selection.value = {};
    select(std::move(selection));
}

bool Document::setInferred(const std::shared_ptr<const Model>& model, const std::vector<std::pair<ValueId, Type>>& types,
                           std::vector<Issue> issues)
{
    if (model != m_model)
        return false;
    auto next = std::make_shared<Model>(*m_model);
    Macro corrections;
    std::vector<bool> isInferred(next->valueCount());
    for (const auto& [id, type] : types) {
        const Value& value = std::as_const(*next).value(id);
        isInferred[id.index()] = true;
        if (value.isTypeInferred || value.type.kind == Type::Kind::Unknown) {
            if (value.type != type) {
                next->value(id).type = type;
                next->value(id).isTypeInferred = true;
            }
        } else if (contradicts(value.type, type)) {
            corrections.edits.push_back(SetValueType{id, type});
        }
    }
    // What can be inferred no more is not known.
    for (std::size_t v = 0; v < next->valueCount(); ++v)
        if (std::as_const(*next).value(ValueId(v)).isTypeInferred && !isInferred[v]) {
            next->value(ValueId(v)).type = Type();
            next->value(ValueId(v)).isTypeInferred = false;
        }
    m_model = std::move(next);
    m_inferenceIssues = std::move(issues);
    // Shapes that an edit made wrong are that edit's doing, and go back with it; a file's own are its own.
    if (!corrections.edits.empty() && m_undo.index() > 0 && m_undo.index() == m_undo.count() && m_undo.cleanIndex() != m_undo.index())
        correctLastStep(std::move(corrections));
    emit changed(TypesChanged{});
    return true;
}

void Document::correctLastStep(Edit corrections)
{
    auto next = std::make_shared<Model>(*m_model);
    Result<Edit> inverse = applyEdit(*next, corrections);
    if (!inverse)
        return;
    writeJournal([&](Journal& journal) { return journal.did(*m_model, corrections, {}); });
    m_model = std::move(next);
    ++m_revision;
    auto* last = const_cast<EditCommand*>(&command(m_undo.index() - 1));
    last->extend(std::move(corrections), std::move(*inverse));
}

void Document::setSaved(const QString& path, std::uint64_t revision)
{
    m_path = path;
    m_onDisk = MappedFile::open(std::filesystem::path(path.toStdU16String())).value_or(nullptr);
    // A journal names objects by ids, which mean something else in the new file.
    m_beginJournal = nullptr;
    if (m_journal) {
        m_journal->remove();
        m_journal.reset();
    }
    if (revision == m_revision)
        m_undo.setClean();
    else
        m_undo.resetClean();
    emit changed(SavedChanged{});
}

void Document::adopt(std::shared_ptr<const Model> model, Recovered recovered)
{
    m_model = std::move(model);
    m_pending.emplace();
    const auto pushStep = [this](Edit edit, Edit inverse, const std::string& title) {
        Touched touched = tenscope::touched(*m_model, edit, inverse);
        push(std::move(edit), std::move(inverse), std::move(touched), QString::fromStdString(title), EditMerge::Never);
    };
    for (RecoveredStep& step : recovered.undo) {
        Edit inverse = std::move(step.edit);
        pushStep(inverse, inverse, step.title);
    }
    // What was undone is done and undone again: so each step knows both ways.
    const int done = m_undo.index();
    for (auto undone = recovered.redo.rbegin(); undone != recovered.redo.rend(); ++undone) {
        Edit inverse = step(undone->edit, {});
        pushStep(std::move(undone->edit), std::move(inverse), undone->title);
    }
    m_undo.setIndex(done);
}

void Document::setJournal(std::function<Result<Journal>()> begin)
{
    m_beginJournal = std::move(begin);
}

void Document::setJournal(Journal journal)
{
    m_beginJournal = nullptr;
    m_journal.emplace(std::move(journal));
}

template <class Write>
void Document::writeJournal(Write write)
{
    const auto giveUp = [this](const Error& error) {
        m_journal.reset();
        emit journalFailed(QString::fromStdString(error.message));
    };
    if (const auto begin = std::exchange(m_beginJournal, nullptr)) {
        Result<Journal> journal = begin();
        if (!journal)
            return giveUp(journal.error());
        m_journal.emplace(std::move(*journal));
    }
    if (!m_journal)
        return;
    if (const Result<void> written = write(*m_journal); !written)
        giveUp(written.error());
}

void Document::journalUndo(std::size_t steps)
{
    for (; steps > 0; --steps)
        writeJournal([](Journal& journal) { return journal.undid(); });
}

void Document::journalRedo(std::size_t steps)
{
    for (; steps > 0; --steps)
        writeJournal([](Journal& journal) { return journal.redid(); });
}

}  // namespace tenscope

#include "ui/document/editcommand.h"

#include "core/edit/apply.h"
#include "ui/document/document.h"

namespace tenscope {

namespace {

// Both in their order, as one flat list however often it is done.
Edit joined(Edit first, Edit second)
{
    Macro both;
    for (Edit* part : {&first, &second}) {
        if (auto* macro = std::get_if<Macro>(part))
            std::move(macro->edits.begin(), macro->edits.end(), std::back_inserter(both.edits));
        else
            both.edits.push_back(std::move(*part));
    }
    return both;
}

const Edit& lastOf(const Edit& edit)
{
    const auto* macro = std::get_if<Macro>(&edit);
    return macro && !macro->edits.empty() ? macro->edits.back() : edit;
}

}  // namespace

EditCommand::EditCommand(Document& document, const QString& text, Edit edit, Edit inverse, Touched touched, bool isTyping)
    : QUndoCommand(text), m_document(document), m_edit(std::move(edit)), m_inverse(std::move(inverse)),
      m_touched(std::move(touched)), m_isTyping(isTyping)
{
}

void EditCommand::undo()
{
    m_edit = m_document.step(m_inverse, m_touched);
    m_document.journalUndo(m_steps);
    m_isDone = false;
}

void EditCommand::redo()
{
    if (m_isDone)
        return;
    m_inverse = m_document.step(m_edit, m_touched);
    m_document.journalRedo(m_steps);
    m_isDone = true;
}

void EditCommand::extend(Edit edit, Edit inverse)
{
    m_edit = joined(std::move(m_edit), std::move(edit));
    m_inverse = joined(std::move(inverse), std::move(m_inverse));
    ++m_steps;
}

bool EditCommand::mergeWith(const QUndoCommand* command)
{
    const auto* later = static_cast<const EditCommand*>(command);
    if (!continues(lastOf(m_edit), later->m_edit))
        return false;
    m_edit = joined(std::move(m_edit), later->m_edit);
    m_inverse = joined(later->m_inverse, std::move(m_inverse));
    m_touched.add(later->m_touched);
    m_steps += later->m_steps;
    setText(later->text());
    return true;
}

}  // namespace tenscope

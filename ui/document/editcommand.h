#pragma once

#include <QUndoCommand>

#include "core/edit/edit.h"
#include "core/edit/touched.h"

namespace tenscope {

class Document;

// What the undo stack holds: one step, which is any edit at all with its inverse. It knows the document, never a view.
class EditCommand : public QUndoCommand {
public:
    // The edit has been applied already, by Document::edit(): the first redo() does nothing. `edit` may have become
    // several when typing went on.
    EditCommand(Document& document, const QString& text, Edit edit, Edit inverse, Touched touched, bool isTyping);

    void undo() override;
    void redo() override;
    int id() const override { return m_isTyping ? 1 : -1; }
    bool mergeWith(const QUndoCommand* later) override;

    // One more edit that belongs to the step; it has been applied already.
    void extend(Edit edit, Edit inverse);

    const Edit& edit() const { return m_edit; }        // while it is done: what did it last
    const Edit& inverse() const { return m_inverse; }  // while it is done: what takes it back
    const Touched& touched() const { return m_touched; }
    std::size_t steps() const { return m_steps; }      // calls of Document::edit() that it stands for

private:
    Document& m_document;
    Edit m_edit;
    Edit m_inverse;
    Touched m_touched;
    std::size_t m_steps = 1;
    bool m_isTyping;
    bool m_isDone = true;
};

}  // namespace tenscope

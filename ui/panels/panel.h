#pragma once

#include <QPointer>
#include <QWidget>

#include "ui/document/document.h"
#include "ui/theme/theme.h"

namespace tenscope {

class TaskRunner;

// What all panels share: the document that they show and follow, where their work runs, and how they look. A panel
// without a document says what it would show. The document may be destroyed at any time; the panel is empty then.
class Panel : public QWidget {
    Q_OBJECT

public:
    ~Panel() override;

    void setDocument(Document* document);  // null: none is open
    Document* document() const { return m_document; }
    void setTheme(const Theme& theme);
    const Theme& theme() const { return m_theme; }

protected:
    // tasks outlives the panel.
    Panel(TaskRunner* tasks, const Theme& theme, QWidget* parent);

    virtual void documentReplaced() = 0;
    virtual void documentChanged(const Change& change) = 0;
    // Called once by the constructors of derived classes when their widgets are there, then at every change.
    virtual void applyTheme();

    TaskRunner* tasks() const { return m_tasks; }
    // A key for TaskRunner that no other panel uses.
    QString taskKey(const char* what) const;

private:
    QPointer<Document> m_document;
    TaskRunner* m_tasks;
    Theme m_theme;
};

}  // namespace tenscope

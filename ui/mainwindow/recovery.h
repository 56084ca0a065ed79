#pragma once

#include <QHash>
#include <QObject>
#include <QString>
#include <QStringList>
#include <functional>

class QWidget;

namespace tenscope {

class DocumentPage;
class TaskRunner;

// Journals of what is edited and not saved, one a document, in the user's own data folder, and the way back after a crash.
class Recovery : public QObject {
    Q_OBJECT

public:
    Recovery(QWidget* window, TaskRunner* tasks);

    // Writes the document's steps to a journal from its first edit on.
    void follow(DocumentPage* page);
    // Asks, where journals were left behind by a window that is gone, whether to go on with them; `open` opens a file.
    void offer(const std::function<void(const QString& file)>& open);
    // Takes the steps of a journal again that offer() has promised for this file; nothing where there is none.
    void restore(DocumentPage* page);

private:
    QStringList abandoned() const;
    QString folder() const;

    QWidget* m_window;
    TaskRunner* m_tasks;
    QHash<QString, QString> m_promised;  // file → journal
};

}  // namespace tenscope

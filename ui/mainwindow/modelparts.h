#pragma once

#include <QObject>
#include <memory>

namespace tenscope {

class DocumentPage;
class Model;
class TaskRunner;

// Models made of parts of others: the selection as a model of its own, another model merged into this one. Asks for files,
// works off the GUI thread, and tells failures in the document's page.
class ModelParts : public QObject {
    Q_OBJECT

public:
    ModelParts(QWidget* window, TaskRunner* tasks);

    // Writes the selected nodes as a model into a file that people choose. The document stays as it is.
    void extract(DocumentPage* page);
    // Reads a model that people choose, asks what is joined, and adds it: one step of the document's undo stack.
    void merge(DocumentPage* page);

signals:
    void extracted(const QString& path);

private:
    void write(DocumentPage* page, const QString& path);
    void readAndJoin(DocumentPage* page, const QString& path);
    void join(DocumentPage* page, const std::shared_ptr<const Model>& merged, const QString& name);

    QWidget* m_window;
    TaskRunner* m_tasks;
};

}  // namespace tenscope

#pragma once

#include <QObject>
#include <functional>
#include <memory>
#include <vector>

#include "core/formats/onnx/onnxwriter.h"

class QWidget;

namespace tenscope {

class DocumentPage;
class Model;
class TaskRunner;
class WorkerClient;

// Saves documents off the GUI thread, and asks what must be asked first: where to, whether a file that another program has
// changed may be replaced, what becomes of changes when a document is closed. Failures are told in the document's page.
class DocumentSaver : public QObject {
    Q_OBJECT

public:
    using Then = std::function<void()>;  // called when all went well; not when people changed their mind or saving failed

    // `worker` writes TorchScript.
    DocumentSaver(QWidget* window, TaskRunner* tasks, std::shared_ptr<WorkerClient> worker);

    void save(DocumentPage* page, Then then = {});
    void saveAs(DocumentPage* page, Then then = {});
    // Reads the file again, after asking where changes would be lost.
    void revert(DocumentPage* page, Then then);
    // Sees to it that nothing is lost by closing these pages: asks for each that is edited, in turn.
    void settle(std::vector<DocumentPage*> pages, Then then);

    // Why the document's model cannot be saved in its format, as a sentence; empty where it can.
    static QString whyNotSave(const Model& model);

signals:
    void saved(tenscope::DocumentPage* page, const QString& oldPath);

private:
    void write(DocumentPage* page, const QString& path, OnnxWriteOptions::Data data, Then then);
    bool refuse(DocumentPage* page) const;

    QWidget* m_window;
    TaskRunner* m_tasks;
    std::shared_ptr<WorkerClient> m_worker;
};

}  // namespace tenscope

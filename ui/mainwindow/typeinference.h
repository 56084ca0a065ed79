#pragma once

#include <QObject>
#include <memory>

#include "core/worker/workerclient.h"
#include "ui/document/document.h"

namespace tenscope {

class TaskRunner;

// Has the types and shapes of an ONNX document inferred after every edit that may change them, and at once where the file
// states none, by the worker's ONNX library.
class TypeInference : public QObject {
    Q_OBJECT

public:
    // Belongs to the document, and ends with it.
    TypeInference(Document* document, std::shared_ptr<WorkerClient> worker, TaskRunner* tasks);

private:
    void start();

    Document* m_document;
    std::shared_ptr<WorkerClient> m_worker;
    TaskRunner* m_tasks;
};

}  // namespace tenscope

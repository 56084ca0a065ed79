#include "ui/mainwindow/typeinference.h"

#include "core/worker/modelinference.h"
#include "ui/taskrunner/taskrunner.h"

namespace tenscope {

TypeInference::TypeInference(Document* document, std::shared_ptr<WorkerClient> worker, TaskRunner* tasks)
    : QObject(document), m_document(document), m_worker(std::move(worker)), m_tasks(tasks)
{
    if (document->model()->format != Format::Onnx)
        return;
    connect(document, &Document::changed, this, [this](const Change& change) {
        if (const auto* edit = std::get_if<ModelChanged>(&change); edit && edit->touched.isResults)
            start();
    });
    if (lacksTypes(*document->model()))
        start();
}

void TypeInference::start()
{
    m_tasks->run<ModelInference>(
        tr("Inferring shapes"), QStringLiteral("infer %1").arg(quintptr(this), 0, 16), this,
        [model = m_document->model(), worker = m_worker](Progress& progress) { return inferTypes(*model, *worker, progress); },
        [this, model = m_document->model()](Result<ModelInference> inferred) {
            if (inferred)
                m_document->setInferred(model, inferred->types, std::move(inferred->issues));
            else
                m_document->setInferred(model, {}, {{Severity::Info, inferred.error().message, {}}});
        });
}

}  // namespace tenscope

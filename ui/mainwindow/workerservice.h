#pragma once

#include <QObject>
#include <QString>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "core/worker/workerclient.h"
#include "ui/panels/inferenceservice.h"

namespace tenscope {

class Document;
class TaskRunner;

// The window's one worker process: kept warm, shared by all documents, told of in the status bar. Knows which document is
// which in the worker, and runs models for the run panel.
class WorkerService : public QObject, public InferenceService {
    Q_OBJECT

public:
    // The process starts at once for the files awaited that it has to read, else when the window has had time to show what
    // it opens: loading LibTorch takes half a second of a core, and of the memory's bandwidth.
    WorkerService(TaskRunner* tasks, const QStringList& awaited);

    // For tasks: they keep it alive for as long as they need it.
    std::shared_ptr<WorkerClient> client() const { return m_client; }

    // Says under which handle the worker knows a document as it is now; None for one that it gets when it is run first. GUI
    // thread.
    void add(const Document* document, WorkerHandle handle);
    void remove(const QObject* document);

    QString details() const;  // LibTorch, BLAS, devices and warnings, for a tooltip

    bool isReady() const override;
    QString status() const override;
    std::optional<WorkerInfo> info() const override { return m_info; }
    void restart() override;
    Result<RunOutcome> run(const Document* document, std::shared_ptr<const Model> model, const RunRequest& request,
                           const std::function<void(const NodeRun&)>& onNode, Progress& progress) override;
    Result<Tensor> activation(const Document* document, ValueId value, Progress& progress) override;

signals:
    // isReady(), status() or info() are others.
    void changed();
    // The process died, hung or could not be started while nothing was asked of it; a sentence.
    void troubled(const QString& sentence);

private:
    void takeStatus(const WorkerStatus& status);
    void askForInfo();
    // What the worker knows of a document.
    struct Known {
        struct Snapshot {
            WorkerHandle handle = WorkerHandle::None;
            std::shared_ptr<const Model> model;
        };
        Snapshot opened;  // as the worker has read it from its file; None where the window's process did that
        Snapshot given;   // as it was last handed over, edited
        bool isGivenLast = false;  // whether that ran last
    };
    WorkerHandle handle(const Document* document) const;
    Result<WorkerHandle> giveModel(const Document* document, std::shared_ptr<const Model> model, Progress& progress);

    TaskRunner* m_tasks;
    std::shared_ptr<WorkerClient> m_client;
    WorkerStatus m_status;
    std::optional<WorkerInfo> m_info;
    mutable std::mutex m_mutex;  // guards what follows, which the tasks' threads ask for too
    std::unordered_map<const void*, Known> m_known;
};

}  // namespace tenscope

#include "ui/mainwindow/workerservice.h"

#include <QMetaObject>
#include <QPointer>
#include <QTimer>

#include <algorithm>

#include "core/formats/formats.h"
#include "ui/document/document.h"
#include "ui/taskrunner/taskrunner.h"

namespace tenscope {

namespace {

constexpr std::chrono::milliseconds warmUpDelay(600);

bool isReadByWorker(const QString& path)
{
    const auto file = MappedFile::open(std::filesystem::path(path.toStdU16String()));
    if (!file)
        return false;
    const Result<FormatInfo> format = recognize(**file);
    return format && format->reader == Reader::Worker;
}

}  // namespace

WorkerService::WorkerService(TaskRunner* tasks, const QStringList& awaited) : m_tasks(tasks)
{
    WorkerOptions options;
    // Told on the client's thread, which ends before this object does: the client goes with it, unless a task keeps it.
    options.onStatus = [service = QPointer<WorkerService>(this)](const WorkerStatus& status) {
        if (service)
            QMetaObject::invokeMethod(
                service, [service, status] { service->takeStatus(status); }, Qt::QueuedConnection);
    };
    m_client = std::make_shared<WorkerClient>(std::move(options));
    m_status.state = WorkerStatus::State::Starting;
    if (std::any_of(awaited.begin(), awaited.end(), isReadByWorker))
        m_client->start();
    else
        QTimer::singleShot(warmUpDelay, this, [this] { m_client->start(); });
}

void WorkerService::takeStatus(const WorkerStatus& status)
{
    const bool wasIdle = m_status.state != WorkerStatus::State::Busy;
    const bool isUp = status.state == WorkerStatus::State::Ready && m_status.state != WorkerStatus::State::Ready;
    m_status = status;
    // While something is asked of it, whoever asked is told.
    if (wasIdle && !status.text.empty() && !isReady())
        emit troubled(QString::fromStdString(status.text));
    if (isUp && !m_info)
        askForInfo();
    emit changed();
}

void WorkerService::askForInfo()
{
    m_tasks->run<WorkerInfo>(
        {}, "workerInfo", this, [client = m_client](Progress& progress) { return client->info(progress); },
        [this](Result<WorkerInfo> info) {
            if (!info)
                return;
            m_info = std::move(*info);
            emit changed();
        });
}

void WorkerService::add(const Document* document, WorkerHandle handle)
{
    const std::lock_guard lock(m_mutex);
    m_known.insert_or_assign(document, Known{{handle, document->model()}, {}, false});
}

void WorkerService::remove(const QObject* document)
{
    Known known;
    {
        const std::lock_guard lock(m_mutex);
        if (auto found = m_known.extract(document))
            known = std::move(found.mapped());
    }
    for (const WorkerHandle handle : {known.opened.handle, known.given.handle})
        if (handle != WorkerHandle::None)
            m_client->close(handle);
}

WorkerHandle WorkerService::handle(const Document* document) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_known.find(document);
    if (found == m_known.end())
        return WorkerHandle::None;
    return found->second.isGivenLast ? found->second.given.handle : found->second.opened.handle;
}

// A model that was edited since is another one for the worker.
Result<WorkerHandle> WorkerService::giveModel(const Document* document, std::shared_ptr<const Model> model, Progress& progress)
{
    {
        const std::lock_guard lock(m_mutex);
        if (const auto found = m_known.find(document); found != m_known.end()) {
            Known& known = found->second;
            known.isGivenLast = known.opened.handle == WorkerHandle::None || known.opened.model != model;
            if (!known.isGivenLast)
                return known.opened.handle;
            if (known.given.model == model)
                return known.given.handle;
        }
    }
    const auto given = m_client->openModel(model, progress);
    if (!given)
        return given;
    WorkerHandle outdated = *given;
    {
        const std::lock_guard lock(m_mutex);
        // The document may have been closed meanwhile.
        if (const auto found = m_known.find(document); found != m_known.end()) {
            outdated = found->second.given.handle;
            found->second.given = {*given, std::move(model)};
        }
    }
    if (outdated != WorkerHandle::None)
        m_client->close(outdated);
    if (outdated == *given)
        return fail(Error::cancelled());
    return given;
}

bool WorkerService::isReady() const
{
    return m_status.state == WorkerStatus::State::Ready || m_status.state == WorkerStatus::State::Busy;
}

QString WorkerService::status() const
{
    switch (m_status.state) {
    case WorkerStatus::State::Stopped:
        return m_status.text.empty() ? tr("The worker is not running") : QString::fromStdString(m_status.text);
    case WorkerStatus::State::Starting:
        return tr("The worker is starting…");
    case WorkerStatus::State::Ready:
        return m_info ? tr("LibTorch %1 ready").arg(QString::fromStdString(m_info->libtorchVersion)) : tr("The worker is ready");
    case WorkerStatus::State::Busy:
        return tr("The worker is busy");
    }
    return {};
}

QString WorkerService::details() const
{
    if (!m_info)
        return QString::fromStdString(m_status.text);
    QStringList lines{tr("LibTorch %1, BLAS: %2")
                          .arg(QString::fromStdString(m_info->libtorchVersion), QString::fromStdString(m_info->blas))};
    for (const Device& device : m_info->devices)
        lines << QString::fromStdString(device.description);
    if (!m_info->noCudaReason.empty())
        lines << QString::fromStdString(m_info->noCudaReason);
    for (const std::string& warning : m_info->warnings)
        lines << "▲ " + QString::fromStdString(warning);
    return lines.join('\n');
}

void WorkerService::restart()
{
    m_client->restart();
}

Result<RunOutcome> WorkerService::run(const Document* document, std::shared_ptr<const Model> model, const RunRequest& request,
                                      const std::function<void(const NodeRun&)>& onNode, Progress& progress)
{
    const auto given = giveModel(document, std::move(model), progress);
    if (!given)
        return fail(given.error());
    return m_client->run(*given, request, onNode, progress);
}

Result<Tensor> WorkerService::activation(const Document* document, ValueId value, Progress& progress)
{
    return m_client->activation(handle(document), value, progress);
}

}  // namespace tenscope

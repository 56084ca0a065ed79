#include "ui/graphview/diagramloader.h"

#include <algorithm>

#include "ui/diagram/diagrambuilder.h"
#include "ui/taskrunner/taskrunner.h"

namespace tenscope {

DiagramLoader::DiagramLoader(TaskRunner* tasks, QObject* parent)
    : QObject(parent), m_tasks(tasks), m_key(QStringLiteral("layout %1").arg(quintptr(this), 0, 16))
{
    connect(tasks, &TaskRunner::progressed, this, [this](int id, double fraction) {
        if (m_isBusy && id == m_task)
            emit progressed(fraction);
    });
    // Cancelled from elsewhere, the status bar for one: `done` is never called then.
    connect(tasks, &TaskRunner::finished, this, [this](int id) {
        if (m_isBusy && id == m_task)
            setBusy(false);
    });
}

DiagramLoader::~DiagramLoader()
{
    if (m_isBusy)
        m_tasks->cancel(m_key);
}

void DiagramLoader::load(std::shared_ptr<const Model> model, GraphId graph, const DiagramOptions& options)
{
    m_task = 0;  // the old task's end is not ours any more
    m_task = m_tasks->run<std::shared_ptr<const Diagram>>(
        tr("Laying out"), m_key, this,
        [builder = builder(std::move(model), graph), options](Progress& progress) -> Result<std::shared_ptr<const Diagram>> {
            Result<Diagram> diagram = builder->build(options, progress);
            if (!diagram)
                return fail(std::move(diagram.error()));
            return std::make_shared<const Diagram>(std::move(*diagram));
        },
        [this](Result<std::shared_ptr<const Diagram>> result) {
            setBusy(false);
            if (result)
                emit loaded(std::move(*result));
            else
                emit failed(result.error());
        });
    setBusy(true);
}

std::shared_ptr<DiagramBuilder> DiagramLoader::builder(std::shared_ptr<const Model> model, GraphId graph)
{
    constexpr std::size_t most = 6;
    const auto known = std::find_if(m_builders.begin(), m_builders.end(),
                                    [&](const auto& builder) { return builder->model() == model && builder->graph() == graph; });
    if (known != m_builders.end()) {
        std::rotate(known, known + 1, m_builders.end());
        return m_builders.back();
    }
    if (m_builders.size() == most)
        m_builders.erase(m_builders.begin());
    m_builders.push_back(std::make_shared<DiagramBuilder>(std::move(model), graph));
    return m_builders.back();
}

void DiagramLoader::forget()
{
    m_builders.clear();
}

void DiagramLoader::cancel()
{
    if (!m_isBusy)
        return;
    m_tasks->cancel(m_key);
    setBusy(false);
}

void DiagramLoader::setBusy(bool busy)
{
    if (m_isBusy == busy)
        return;
    m_isBusy = busy;
    emit busyChanged(busy);
}

}  // namespace tenscope

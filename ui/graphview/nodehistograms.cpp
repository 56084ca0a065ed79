#include "ui/graphview/nodehistograms.h"

#include <algorithm>

#include "core/graph/literal.h"
#include "core/graph/model.h"
#include "ui/document/document.h"
#include "ui/taskrunner/taskrunner.h"

namespace tenscope {

NodeHistograms::NodeHistograms(TaskRunner* tasks, QObject* parent)
    : QObject(parent), m_tasks(tasks), m_key(QStringLiteral("histograms %1").arg(quintptr(this), 0, 16))
{
}

NodeHistograms::~NodeHistograms()
{
    if (m_current)
        m_tasks->cancel(m_key);
}

void NodeHistograms::setDiagram(Document* document, std::shared_ptr<const Diagram> diagram)
{
    m_document = document;
    m_diagram = std::move(diagram);
    m_missing.clear();
    update();
}

void NodeHistograms::show(const QRectF& region, double scale)
{
    m_region = region;
    m_scale = scale;
    update();
}

void NodeHistograms::update()
{
    const bool hadSome = !m_histograms.empty();
    m_histograms.clear();
    m_wanted.clear();
    if (m_document && m_diagram && m_scale >= leastScale) {
        const Model& model = *m_document->model();
        m_diagram->boxIndex().visit(m_region, [&](Diagram::Index index) {
            const DiagramBox& box = m_diagram->boxes()[index];
            // An edit may have removed what a diagram that is about to be replaced still shows.
            if (!box.node || box.isPill || box.node.index() >= model.nodeCount() || !model.node(box.node).isAlive())
                return;
            DiagramState::Histograms found;
            found.output = outputBars(box.node);
            if (const TensorId tensor = largestTensor(box.node)) {
                if (const TensorStatistics* known = m_document->statistics().find(model, tensor, StatisticsCache::usualBins))
                    found.weights = smallBars(known->histogram);
                else if (!m_missing.contains(tensor))
                    m_wanted.push_back(tensor);
            }
            if (!found.weights.empty() || !found.output.empty())
                m_histograms.emplace(index, std::move(found));
        });
    }
    // What left the screen is not waited for.
    if (m_current && std::find(m_wanted.begin(), m_wanted.end(), m_current) == m_wanted.end()) {
        m_tasks->cancel(m_key);
        m_current = {};
    }
    computeNext();
    if (hadSome || !m_histograms.empty())
        emit changed();
}

void NodeHistograms::computeNext()
{
    if (m_current || m_wanted.empty())
        return;
    m_current = m_wanted.front();
    m_tasks->run<TensorStatistics>(
        {}, m_key, this,
        [model = m_document->model(), tensor = m_current](Progress& progress) {
            return statistics(*model, model->tensor(tensor), StatisticsCache::usualBins, progress);
        },
        [this, model = m_document->model(), tensor = m_current](Result<TensorStatistics> result) {
            m_current = {};
            if (m_document && result)
                m_document->statistics().insert(*model, tensor, StatisticsCache::usualBins, std::move(*result));
            if (!result || !m_document || !m_document->statistics().find(*model, tensor, StatisticsCache::usualBins))
                m_missing.insert(tensor);
            update();
        });
}

TensorId NodeHistograms::largestTensor(NodeId node) const
{
    const Model& model = *m_document->model();
    TensorId largest;
    std::uint64_t most = 1;  // one number has no distribution
    for (const DataInput& input : dataInputs(model, node)) {
        const TensorId tensor = storedTensor(model, input.value);
        if (!tensor || model.tensor(tensor).element == ElementType::String)
            continue;
        const std::uint64_t elements = model.tensor(tensor).elements().value_or(0);
        if (elements > most) {
            most = elements;
            largest = tensor;
        }
    }
    return largest;
}

std::vector<float> NodeHistograms::outputBars(NodeId node)
{
    if (m_run != m_document->lastRun()) {
        m_run = m_document->lastRun();
        m_runNodes.clear();
        for (std::size_t i = 0; m_run && i < m_run->nodes.size(); ++i)
            m_runNodes.emplace(m_run->nodes[i].node, i);
    }
    const auto found = m_runNodes.find(node);
    if (found == m_runNodes.end())
        return {};
    for (const ValueRun& output : m_run->nodes[found->second].outputs)
        if (output.isTensor && output.statistics.elements > 1)
            return smallBars(output.statistics.histogram);
    return {};
}

}  // namespace tenscope

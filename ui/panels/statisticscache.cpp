#include "ui/panels/statisticscache.h"

#include <algorithm>

namespace tenscope {

const TensorStatistics* StatisticsCache::find(const std::shared_ptr<const Model>& model, TensorId tensor, int bins)
{
    const auto entry = std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry& e) {
        return e.tensor == tensor && e.bins == bins && e.model.lock() == model;
    });
    if (entry == m_entries.end())
        return nullptr;
    m_entries.splice(m_entries.begin(), m_entries, entry);
    return &m_entries.front().statistics;
}

void StatisticsCache::insert(const std::shared_ptr<const Model>& model, TensorId tensor, int bins, TensorStatistics statistics)
{
    m_entries.remove_if([](const Entry& e) { return e.model.expired(); });
    m_entries.push_front({model, tensor, bins, std::move(statistics)});
    if (m_entries.size() > m_capacity)
        m_entries.pop_back();
}

}  // namespace tenscope

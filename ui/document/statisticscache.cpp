#include "ui/document/statisticscache.h"

#include <algorithm>
#include <utility>

namespace tenscope {

bool StatisticsCache::Entry::isOf(const Entry& other) const
{
    // Expired ones are equal to each other, but not to what is there now.
    return tensor == other.tensor && bins == other.bins && offset == other.offset && element == other.element && !data.expired() &&
           !data.owner_before(other.data) && !other.data.owner_before(data);
}

StatisticsCache::Entry StatisticsCache::entryOf(const Model& model, TensorId id, int bins)
{
    const Tensor& tensor = model.tensor(id);
    Entry entry;
    entry.tensor = id;
    entry.bins = bins;
    entry.element = tensor.element;
    if (const auto* slice = std::get_if<FileSlice>(&tensor.data)) {
        entry.data = slice->file;
        entry.offset = slice->offset;
    } else if (const auto* owned = std::get_if<OwnedBytes>(&tensor.data)) {
        entry.data = owned->bytes;
    }
    return entry;
}

const TensorStatistics* StatisticsCache::find(const Model& model, TensorId tensor, int bins)
{
    const Entry wanted = entryOf(model, tensor, bins);
    const auto entry = std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry& e) { return e.isOf(wanted); });
    if (entry == m_entries.end())
        return nullptr;
    m_entries.splice(m_entries.begin(), m_entries, entry);
    return &m_entries.front().statistics;
}

void StatisticsCache::insert(const Model& model, TensorId tensor, int bins, TensorStatistics statistics)
{
    Entry added = entryOf(model, tensor, bins);
    m_entries.remove_if([&](const Entry& e) { return e.data.expired() || e.isOf(added); });
    if (added.data.expired())
        return;
    added.statistics = std::move(statistics);
    m_entries.push_front(std::move(added));
    if (m_entries.size() > m_capacity)
        m_entries.pop_back();
}

}  // namespace tenscope

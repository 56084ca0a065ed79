#pragma once

#include <list>
#include <memory>
#include <optional>

#include "core/analysis/statistics.h"
#include "core/graph/model.h"

namespace tenscope {

// The statistics of the stored tensors that were looked at last, by model, tensor and bins. Does not keep models alive.
class StatisticsCache {
public:
    explicit StatisticsCache(std::size_t capacity = 256) : m_capacity(capacity) {}

    // null where they are not known.
    const TensorStatistics* find(const std::shared_ptr<const Model>& model, TensorId tensor, int bins);
    void insert(const std::shared_ptr<const Model>& model, TensorId tensor, int bins, TensorStatistics statistics);

private:
    struct Entry {
        std::weak_ptr<const Model> model;
        TensorId tensor;
        int bins;
        TensorStatistics statistics;
    };

    std::size_t m_capacity;
    std::list<Entry> m_entries;  // the last one looked at first
};

}  // namespace tenscope

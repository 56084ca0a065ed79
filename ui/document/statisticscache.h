#pragma once

#include <list>
#include <memory>
#include <vector>

#include "core/analysis/statistics.h"
#include "core/graph/model.h"

namespace tenscope {

// The statistics of the stored tensors that were looked at last. They belong to a tensor's data and so outlive edits that
// leave it alone. Keeps neither models nor data alive.
class StatisticsCache {
public:
    // What a first look takes: the histogram's bins where nobody asks for others.
    static constexpr int usualBins = 64;

    explicit StatisticsCache(std::size_t capacity = 2048) : m_capacity(capacity) {}

    // null where they are not known; good until the next call.
    const TensorStatistics* find(const Model& model, TensorId tensor, int bins);
    void insert(const Model& model, TensorId tensor, int bins, TensorStatistics statistics);

private:
    struct Entry {
        TensorId tensor;
        int bins = 0;
        std::weak_ptr<const void> data;  // the file or the bytes
        std::uint64_t offset = 0;
        ElementType element = ElementType::Undefined;
        TensorStatistics statistics;

        bool isOf(const Entry& other) const;
    };
    // Without statistics. `data` is empty where the tensor's numbers have no place of their own; those are not kept.
    static Entry entryOf(const Model& model, TensorId tensor, int bins);

    std::size_t m_capacity;
    std::list<Entry> m_entries;  // the last one looked at first
};

}  // namespace tenscope

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/graph/tensor.h"

namespace tenscope {

class Model;

// Equal-width bins over [min, max] of the finite values: counts[i] counts edges[i] <= x < edges[i + 1], the last bin
// includes its upper edge. Empty where there is no finite value. edges.size() == counts.size() + 1.
struct Histogram {
    std::vector<double> edges;
    std::vector<std::uint64_t> counts;
};

// Over the finite values: min, max, mean and population standard deviation. Complex numbers count by their magnitude,
// booleans as 0 and 1, quantized types by their real (dequantized) value; strings have none.
struct TensorStatistics {
    std::uint64_t elements = 0;
    double min = 0, max = 0, mean = 0, std = 0;  // 0 where no value is finite
    std::uint64_t zeros = 0, nan = 0, inf = 0;
    Histogram histogram;

    std::uint64_t finite() const { return elements - nan - inf; }
};

// Reads the tensor once for the moments and range and once for the histogram, releasing pages of mapped files as it goes.
// Sums are compensated, so that a billion elements keep a relative error near 1e-15. Uses up to `threads` threads.
// Fails where the data is missing; Error::cancelled() after progress.cancel().
Result<TensorStatistics> statistics(const Model& model, const Tensor& tensor, int bins, Progress& progress, int threads = 1);

}  // namespace tenscope

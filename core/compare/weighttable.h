#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/compare/computegraph.h"

namespace tenscope {

class ElementReader;

// Sums over all elements of a tensor, equal for tensors that hold the same numbers in another order.
struct WeightSketch {
    std::uint64_t elements = 0;
    double sum = 0, magnitude = 0, squares = 0;
    bool tells = false;  // not all elements are equal, and all are finite

    bool agrees(const WeightSketch& other, double tolerance) const;
};

// A tensor as a unit computes with it: what is stored, or what a batch norm behind a convolution makes of it.
struct EffectiveWeight {
    TensorId tensor;
    std::string name;
    std::vector<std::int64_t> shape;
    std::uint32_t unit = 0;
    bool isDirect = false;
    std::vector<double> scale;   // by element of `axis`; empty: 1
    std::size_t axis = 0;
    std::vector<double> values;  // instead of what is stored: a bias that a batch norm was folded into
    WeightSketch sketch;
    bool isFolded() const { return !scale.empty() || !values.empty(); }
};

// Reads elements [first, first + out.size()) of an effective weight.
class WeightReader {
public:
    static std::optional<WeightReader> open(const Model& model, const EffectiveWeight& weight);
    void read(std::uint64_t first, std::span<double> out) const;
    std::vector<double> all() const;
    std::uint64_t elements() const { return m_elements; }

private:
    WeightReader() = default;
    const EffectiveWeight* m_weight = nullptr;
    std::shared_ptr<const ElementReader> m_reader;
    std::uint64_t m_elements = 0, m_inner = 1;
};

// The effective weights of all units; those of a unit are neighbours.
class WeightTable {
public:
    // `withContents` false: shapes only. Error::cancelled() after progress.cancel().
    static Result<WeightTable> build(const Model& model, const ComputeGraph& graph, bool withContents, Progress& progress);

    const std::vector<EffectiveWeight>& weights() const { return m_weights; }
    std::span<const EffectiveWeight> of(std::uint32_t unit) const;

private:
    std::vector<EffectiveWeight> m_weights;
    std::vector<std::uint32_t> m_first;  // by unit, one more than there are units
};

// How the elements of one tensor lie in the other.
enum class Arrangement { Same, Transposed, Reordered };
// Nothing: their sizes do not go together. Where both arrangements are possible the numbers decide.
std::optional<Arrangement> arrangement(const Model& modelA, const EffectiveWeight& a, const Model& modelB, const EffectiveWeight& b);

}  // namespace tenscope

#include "core/compare/weighttable.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <unordered_map>

#include "core/analysis/elementreader.h"
#include "core/compare/operatorclass.h"
#include "core/graph/literal.h"
#include "core/graph/model.h"

namespace tenscope {

namespace {

constexpr std::size_t chunk = 16384;

std::optional<std::vector<double>> smallValues(const Model& model, TensorId tensor)
{
    if (!tensor)
        return std::nullopt;
    const auto reader = ElementReader::open(model, model.tensor(tensor));
    if (!reader || reader->elements() > 1u << 20)
        return std::nullopt;
    std::vector<double> values(reader->elements());
    reader->read(0, values);
    return values;
}

TensorId inputTensor(const Model& model, NodeId node, std::size_t input)
{
    const auto& inputs = model.node(node).inputs();
    return input < inputs.size() && inputs[input].value ? storedTensor(model, dataSource(model, inputs[input].value)) : TensorId();
}

double epsilonOf(const Model& model, NodeId node)
{
    if (const Attribute* attribute = model.node(node).attribute("epsilon"))
        if (const auto* value = std::get_if<double>(&attribute->value))
            return *value;
    const auto& inputs = model.node(node).inputs();
    if (inputs.size() > 7 && inputs[7].value)
        if (const auto text = literal(model, inputs[7].value))
            return std::strtod(text->c_str(), nullptr);
    return 1e-5;
}

// What a batch norm behind a product makes of the product's weights: γ/√(σ²+ε) times each output channel, and a bias.
void fold(const Model& model, const Unit& unit, std::vector<EffectiveWeight>& weights)
{
    const NodeId norm = unit.core.back(), product = unit.main;
    if (operatorClass(model.op(norm)) != "batchnorm")
        return;
    const auto scale = smallValues(model, inputTensor(model, norm, 1)), shift = smallValues(model, inputTensor(model, norm, 2));
    const auto mean = smallValues(model, inputTensor(model, norm, 3)), variance = smallValues(model, inputTensor(model, norm, 4));
    if (!mean || !variance || mean->size() != variance->size() || (scale && scale->size() != mean->size()) ||
        (shift && shift->size() != mean->size()))
        return;
    const TensorId weight = inputTensor(model, product, 1), bias = inputTensor(model, product, 2);
    const auto biasValues = smallValues(model, bias);
    if (biasValues && biasValues->size() != mean->size())
        return;
    const double epsilon = epsilonOf(model, norm);
    std::vector<double> factor(mean->size()), offset(mean->size());
    for (std::size_t i = 0; i < factor.size(); ++i) {
        factor[i] = (scale ? (*scale)[i] : 1) / std::sqrt((*variance)[i] + epsilon);
        offset[i] = ((biasValues ? (*biasValues)[i] : 0) - (*mean)[i]) * factor[i] + (shift ? (*shift)[i] : 0);
    }
    std::vector<EffectiveWeight> folded;
    for (EffectiveWeight& one : weights) {
        if (one.tensor != weight)
            continue;
        one.axis = unit.cls == "convtranspose" ? 1 : 0;
        if (one.axis >= one.shape.size() || one.shape[one.axis] != std::int64_t(factor.size()))
            return;
        folded.push_back(one);
        folded.back().scale = factor;
        one.shape = {std::int64_t(factor.size())};
        one.values = offset;
        one.scale.clear();
        one.tensor = bias ? bias : inputTensor(model, norm, 2) ? inputTensor(model, norm, 2) : one.tensor;
        one.name += " + batch norm";
        folded.push_back(one);
        weights = std::move(folded);
        return;
    }
}

WeightSketch sketchOf(const Model& model, const EffectiveWeight& weight)
{
    WeightSketch sketch;
    const auto reader = WeightReader::open(model, weight);
    if (!reader)
        return sketch;
    sketch.elements = reader->elements();
    std::array<double, chunk> block;
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (std::uint64_t first = 0; first < sketch.elements; first += chunk) {
        const auto part = std::span(block).first(std::size_t(std::min<std::uint64_t>(chunk, sketch.elements - first)));
        reader->read(first, part);
        for (const double value : part) {
            sketch.sum += value;
            sketch.magnitude += std::abs(value);
            sketch.squares += value * value;
            low = std::min(low, value);
            high = std::max(high, value);
        }
    }
    sketch.tells = high > low && std::isfinite(sketch.squares);
    return sketch;
}

std::vector<std::int64_t> withoutOnes(const std::vector<std::int64_t>& shape)
{
    std::vector<std::int64_t> result;
    std::copy_if(shape.begin(), shape.end(), std::back_inserter(result), [](std::int64_t size) { return size != 1; });
    return result;
}

// How far apart some elements are that lie across both tensors, in the first one's mean magnitude.
double sampledDistance(const WeightReader& a, const WeightReader& b, std::uint64_t rows, std::uint64_t columns, bool isTransposed)
{
    constexpr std::uint64_t samples = 48;
    double distance = 0, magnitude = 0;
    const std::uint64_t count = a.elements();
    for (std::uint64_t k = 0; k < samples; ++k) {
        const std::uint64_t i = count <= samples ? k % count : (count / samples) * k + k % 7 % (count / samples);
        const std::uint64_t j = isTransposed ? (i % columns) * rows + i / columns : i;
        double x = 0, y = 0;
        a.read(i, {&x, 1});
        b.read(j, {&y, 1});
        distance += std::abs(x - y);
        magnitude += std::abs(x);
    }
    return magnitude > 0 ? distance / magnitude : distance;
}

}  // namespace

bool WeightSketch::agrees(const WeightSketch& other, double tolerance) const
{
    return elements == other.elements && std::abs(magnitude - other.magnitude) <= tolerance * magnitude &&
           std::abs(squares - other.squares) <= 2 * tolerance * squares && std::abs(sum - other.sum) <= tolerance * magnitude;
}

std::optional<WeightReader> WeightReader::open(const Model& model, const EffectiveWeight& weight)
{
    WeightReader result;
    result.m_weight = &weight;
    if (!weight.values.empty()) {
        result.m_elements = weight.values.size();
        return result;
    }
    auto reader = ElementReader::open(model, model.tensor(weight.tensor));
    if (!reader || reader->isText())
        return std::nullopt;
    result.m_elements = reader->elements();
    if (!weight.scale.empty())
        for (std::size_t d = weight.axis + 1; d < weight.shape.size(); ++d)
            result.m_inner *= std::uint64_t(weight.shape[d]);
    result.m_reader = std::make_shared<const ElementReader>(std::move(*reader));
    return result;
}

void WeightReader::read(std::uint64_t first, std::span<double> out) const
{
    if (!m_reader) {
        std::copy_n(m_weight->values.begin() + std::ptrdiff_t(first), out.size(), out.begin());
        return;
    }
    m_reader->read(first, out);
    if (!m_weight->scale.empty())
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] *= m_weight->scale[(first + i) / m_inner % m_weight->scale.size()];
}

std::vector<double> WeightReader::all() const
{
    std::vector<double> values(m_elements);
    for (std::uint64_t first = 0; first < m_elements; first += chunk)
        read(first, std::span(values).subspan(first, std::size_t(std::min<std::uint64_t>(chunk, m_elements - first))));
    return values;
}

Result<WeightTable> WeightTable::build(const Model& model, const ComputeGraph& graph, bool withContents, Progress& progress)
{
    WeightTable table;
    std::unordered_map<TensorId, WeightSketch> known;  // tensors that several units share are read once
    for (std::uint32_t i = 0; i < graph.units().size(); ++i) {
        if (progress.cancelled())
            return fail(Error::cancelled());
        progress.report(double(i) / double(graph.units().size()), "Reading weights");
        const Unit& unit = graph.unit(i);
        table.m_first.push_back(std::uint32_t(table.m_weights.size()));
        std::vector<EffectiveWeight> weights;
        for (const UnitWeight& weight : unit.weights) {
            EffectiveWeight one;
            one.tensor = weight.tensor;
            one.name = weight.name;
            one.shape = model.tensor(weight.tensor).shape;
            one.unit = i;
            one.isDirect = weight.isDirect;
            weights.push_back(std::move(one));
        }
        if (unit.isMerged() && (unit.cls == "conv" || unit.cls == "convtranspose" || unit.cls == "linear"))
            fold(model, unit, weights);
        for (EffectiveWeight& weight : weights) {
            if (withContents && weight.isFolded()) {
                weight.sketch = sketchOf(model, weight);
            } else if (withContents) {
                const auto [place, isNew] = known.try_emplace(weight.tensor);
                if (isNew)
                    place->second = sketchOf(model, weight);
                weight.sketch = place->second;
            }
            table.m_weights.push_back(std::move(weight));
        }
    }
    table.m_first.push_back(std::uint32_t(table.m_weights.size()));
    return table;
}

std::span<const EffectiveWeight> WeightTable::of(std::uint32_t unit) const
{
    return std::span(m_weights).subspan(m_first[unit], m_first[unit + 1] - m_first[unit]);
}

std::optional<Arrangement> arrangement(const Model& modelA, const EffectiveWeight& a, const Model& modelB, const EffectiveWeight& b)
{
    const auto shapeA = withoutOnes(a.shape), shapeB = withoutOnes(b.shape);
    const auto product = [](const std::vector<std::int64_t>& shape) {
        double count = 1;
        for (const std::int64_t size : shape)
            count *= double(size);
        return count;
    };
    if (product(shapeA) != product(shapeB) || product(shapeA) == 0)
        return std::nullopt;
    const bool canBeTransposed = shapeA.size() == 2 && shapeB.size() == 2 && shapeA[0] == shapeB[1] && shapeA[1] == shapeB[0];
    if (!canBeTransposed)
        return shapeA == shapeB ? Arrangement::Same : Arrangement::Reordered;
    if (shapeA != shapeB)
        return Arrangement::Transposed;
    const auto readerA = WeightReader::open(modelA, a), readerB = WeightReader::open(modelB, b);
    if (!readerA || !readerB)
        return Arrangement::Same;
    const std::uint64_t rows = std::uint64_t(shapeA[0]), columns = std::uint64_t(shapeA[1]);
    return sampledDistance(*readerA, *readerB, rows, columns, false) <= sampledDistance(*readerA, *readerB, rows, columns, true)
               ? Arrangement::Same
               : Arrangement::Transposed;
}

}  // namespace tenscope

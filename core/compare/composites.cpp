#include <algorithm>
#include <numeric>

#include "core/compare/computegraphbuilder.h"

namespace tenscope {

namespace {

using Index = std::uint32_t;
constexpr Index none = 0xffffffffu;
constexpr std::size_t mostSlices = 64;

// Looks for the few shapes of several operators that exporters and people write where another format has one operator.
class CompositeFinder {
public:
    explicit CompositeFinder(std::vector<Unit>& units) : m_units(units), m_partOf(units.size()), m_before(units.size()), m_after(units.size())
    {
        std::iota(m_partOf.begin(), m_partOf.end(), 0);
        for (Index i = 0; i < m_units.size(); ++i)
            for (const auto& slot : m_units[i].slots)
                for (const Index source : slot)
                    if (std::find(m_before[i].begin(), m_before[i].end(), source) == m_before[i].end()) {
                        m_before[i].push_back(source);
                        m_after[source].push_back(i);
                    }
    }

    std::vector<Index> find()
    {
        for (Index i = 0; i < m_units.size(); ++i) {
            const std::string& cls = m_units[i].cls;
            if (cls == "div")
                layerNorm(i);
            else if (cls == "erf")
                gelu(i);
            else if (cls == "matmul")
                linear(i);
            else if (cls == "sigmoid")
                gate(i, "silu");
            else if (cls == "hardsigmoid")
                gate(i, "hardswish");
        }
        for (Index i = 0; i < m_units.size(); ++i) {
            const std::string& cls = m_units[i].cls;
            if ((cls == "conv" || cls == "convtranspose" || cls == "linear") && is(onlyAfter(i), "batchnorm"))
                merge(i, {onlyAfter(i)}, cls);
            else if (cls == "reshape" || cls == "transpose" || cls == "slice")
                chain(i);
        }
        for (Index i = 0; i < m_units.size(); ++i)
            if (m_units[i].cls == "concat")
                roll(i);
        for (Index i = 0; i < m_units.size(); ++i)
            if (m_units[i].cls == "roll")
                chain(i);
        for (Index i = 0; i < m_units.size(); ++i)
            split(i);
        for (Index i = 0; i < m_units.size(); ++i)
            while (m_partOf[m_partOf[i]] != m_partOf[i])
                m_partOf[i] = m_partOf[m_partOf[i]];
        return m_partOf;
    }

private:
    bool isFree(Index unit) const { return unit != none && m_partOf[unit] == unit && !m_units[unit].isMerged(); }
    bool is(Index unit, std::string_view cls) const { return isFree(unit) && m_units[unit].cls == cls; }
    bool isWhole(Index unit, std::string_view cls) const { return unit != none && m_partOf[unit] == unit && m_units[unit].cls == cls; }
    Index whole(Index unit) const
    {
        while (m_partOf[unit] != unit)
            unit = m_partOf[unit];
        return unit;
    }
    Index only(const std::vector<Index>& list) const
    {
        Index found = none;
        for (const Index unit : list) {
            if (found != none && found != whole(unit))
                return none;
            found = whole(unit);
        }
        return found;
    }
    Index onlyBefore(Index unit) const { return unit == none ? none : only(m_before[unit]); }
    Index onlyAfter(Index unit) const { return unit == none ? none : only(m_after[unit]); }
    Index slot(Index unit, std::size_t n) const
    {
        return unit != none && n < m_units[unit].slots.size() ? only(m_units[unit].slots[n]) : none;
    }

    void merge(Index root, std::vector<Index> parts, std::string cls)
    {
        Unit& unit = m_units[root];
        parts.push_back(root);
        std::sort(parts.begin(), parts.end());
        Unit sum = unit;
        sum.core.clear(), sum.absorbed.clear(), sum.slots.clear(), sum.weights.clear(), sum.constants.clear();
        for (const Index part : parts) {
            const Unit& piece = m_units[part];
            sum.core.insert(sum.core.end(), piece.core.begin(), piece.core.end());
            sum.absorbed.insert(sum.absorbed.end(), piece.absorbed.begin(), piece.absorbed.end());
            sum.slots.insert(sum.slots.end(), piece.slots.begin(), piece.slots.end());
            sum.weights.insert(sum.weights.end(), piece.weights.begin(), piece.weights.end());
            sum.constants.insert(sum.constants.end(), piece.constants.begin(), piece.constants.end());
            m_partOf[part] = root;
        }
        sum.cls = std::move(cls);
        unit = std::move(sum);
        std::vector<Index> after;  // mostly of its last operator alone
        for (const Index part : parts)
            for (const Index next : m_after[part])
                if (whole(next) != root)
                    after.push_back(next);
        m_after[root] = std::move(after);
    }

    // x − mean(x) over sqrt(mean((x − mean(x))²) + ε), and a scale and a shift by stored tensors.
    void layerNorm(Index div)
    {
        const Index centred = slot(div, 0), root = slot(div, 1);
        if (!is(div, "div") || !is(centred, "sub") || !is(root, "sqrt"))
            return;
        const Index shifted = onlyBefore(root), variance = onlyBefore(shifted), square = onlyBefore(variance), mean = slot(centred, 1);
        if (!is(shifted, "add") || !is(variance, "reducemean") || !is(mean, "reducemean") || !(is(square, "pow") || is(square, "mul")))
            return;
        const Index difference = onlyBefore(square);
        if (difference != centred && !is(difference, "sub"))
            return;
        std::vector<Index> parts{centred, root, shifted, variance, square, mean};
        if (difference != centred)
            parts.push_back(difference);
        Index last = onlyAfter(div);
        if (is(last, "mul") && m_units[last].slots.size() == 1 && !m_units[last].weights.empty()) {
            parts.push_back(last);
            last = onlyAfter(last);
        }
        if (is(last, "add") && m_units[last].slots.size() == 1 && !m_units[last].weights.empty())
            parts.push_back(last);
        merge(div, std::move(parts), "layernorm");
    }

    bool isScaled(Index unit) const
    {
        return (is(unit, "mul") || is(unit, "div")) && m_units[unit].slots.size() == 1 && !m_units[unit].constants.empty();
    }

    // x · ½ (1 + erf(x / √2)), the half in any place.
    void gelu(Index erf)
    {
        const Index scaled = onlyBefore(erf), shifted = onlyAfter(erf);
        if (!isScaled(scaled) || !is(shifted, "add") || m_units[shifted].slots.size() != 1)
            return;
        const Index x = onlyBefore(scaled);
        std::vector<Index> parts{scaled, shifted};
        Index product = onlyAfter(shifted);
        if (isScaled(product)) {
            parts.push_back(product);
            product = onlyAfter(product);
        }
        if (!is(product, "mul") || m_units[product].slots.size() != 2)
            return;
        parts.push_back(product);
        const Index other = slot(product, 0) == parts[parts.size() - 2] ? slot(product, 1) : slot(product, 0);
        if (other != x) {
            if (!isScaled(other) || onlyBefore(other) != x)
                return;
            parts.push_back(other);
        }
        if (isScaled(onlyAfter(product)))
            parts.push_back(onlyAfter(product));
        merge(erf, std::move(parts), "gelu");
    }

    void linear(Index matmul)
    {
        Unit& unit = m_units[matmul];
        if (unit.slots.size() != 1 || unit.weights.empty())
            return;
        const Index bias = onlyAfter(matmul);
        if (is(bias, "add") && m_units[bias].slots.size() == 1 && m_units[bias].weights.size() == 1)
            merge(matmul, {bias}, "linear");
        else
            unit.cls = "linear";
    }

    void gate(Index sigmoid, const char* cls)
    {
        const Index product = onlyAfter(sigmoid), x = onlyBefore(sigmoid);
        if (x == none || !is(product, "mul") || m_units[product].slots.size() != 2)
            return;
        if ((slot(product, 0) == x && slot(product, 1) == sigmoid) || (slot(product, 1) == x && slot(product, 0) == sigmoid))
            merge(sigmoid, {product}, cls);
    }

    // Operators of one class that follow each other: reshaping twice is reshaping.
    void chain(Index first)
    {
        const std::string cls = m_units[first].cls;
        if (!isWhole(first, cls))
            return;
        std::vector<Index> parts;
        for (Index next = onlyAfter(first); isWhole(next, cls) && next > first && onlyBefore(next) != none; next = onlyAfter(next))
            parts.push_back(next);
        if (!parts.empty())
            merge(first, std::move(parts), cls);
    }

    // Two slices of one thing that are put together again, the other way round.
    void roll(Index concat)
    {
        const Index first = slot(concat, 0), second = slot(concat, 1);
        if (m_units[concat].slots.size() == 2 && first != second && isWhole(first, "slice") && isWhole(second, "slice") &&
            onlyAfter(first) == concat && onlyAfter(second) == concat && onlyBefore(first) != none && onlyBefore(first) == onlyBefore(second))
            merge(concat, {first, second}, "roll");
    }

    // Several slices of one thing, and slices of those.
    void split(Index source)
    {
        if (m_partOf[source] != source || isWhole(source, "slice"))
            return;
        std::vector<Index> slices;
        const auto look = [&](Index from) {
            for (const Index next : m_after[from])
                if (const Index slice = whole(next); isWhole(slice, "slice") && std::find(slices.begin(), slices.end(), slice) == slices.end())
                    slices.push_back(slice);
        };
        look(source);
        for (std::size_t at = 0; at < slices.size() && slices.size() <= mostSlices; ++at)
            look(slices[at]);
        if (slices.size() < 2 || slices.size() > mostSlices)
            return;
        const Index root = slices.front();
        slices.erase(slices.begin());
        merge(root, std::move(slices), "split");
    }

    std::vector<Unit>& m_units;
    std::vector<Index> m_partOf;
    std::vector<std::vector<Index>> m_before, m_after;
};

}  // namespace

std::vector<std::uint32_t> findComposites(std::vector<Unit>& units)
{
    return CompositeFinder(units).find();
}

}  // namespace tenscope

#include <limits>
#include <string>

#include "core/convert/fromonnx/build.h"
#include "core/convert/fromonnx/families.h"
#include "core/convert/fromonnx/plain.h"
#include "core/convert/fromonnx/window.h"

namespace tenscope {

namespace {

// LibTorch's own poolings take the padding where it is the same on both sides and at most half a window.
std::optional<Ints> nativePadding(const Window& w)
{
    const auto padding = w.symmetricPadding();
    for (std::size_t i = 0; padding && i < w.dimensions(); ++i)
        if ((*padding)[i] * 2 > *w.kernel[i].get<std::int64_t>())
            return std::nullopt;
    return padding;
}

Ints kernelOf(const Window& w)
{
    Ints kernel;
    for (const Term& size : w.kernel)
        kernel.push_back(*size.get<std::int64_t>());
    return kernel;
}

// What has to stand behind each dimension so that, rounding up, the last windows fit. A window that would begin in the
// padding at the end is left out, as PyTorch does, and ONNX since it says.
std::vector<Term> ceilingEnd(Lowering& l, const Term& x, const Window& w)
{
    std::vector<Term> end;
    for (std::size_t i = 0; i < w.dimensions(); ++i) {
        const Term before = spatialSize(l, x, i) + w.begin[i];
        const Term rest = before + w.end[i] - w.extent(i);
        const Term windows = smaller(floorDivide(rest + (w.strides[i] - 1), w.strides[i]),
                                     floorDivide(before - 1, w.strides[i])) + 1;
        end.push_back((windows - 1) * w.strides[i] + w.extent(i) - before);
    }
    return end;
}

// Kernels exist for floating-point numbers only; float32 holds 8-bit integers exactly, float64 all others that matter.
Term asFloat(Lowering& l, const Term& x)
{
    switch (l.element(0)) {
    case ElementType::Int8:
    case ElementType::UInt8:
    case ElementType::Float16: return asFloat32(l, x);
    case ElementType::Int16:
    case ElementType::Int32:
    case ElementType::Int64: return l.emit().cast(x, ElementType::Float64);
    default: return x;
    }
}

Term asBefore(Lowering& l, const Term& result)
{
    switch (l.element(0)) {
    case ElementType::Int8:
    case ElementType::UInt8:
    case ElementType::Float16:
    case ElementType::Int16:
    case ElementType::Int32:
    case ElementType::Int64: return l.emit().cast(result, heldAs(l.element(0)));
    default: return result;
    }
}

// LibTorch counts inside one padded plane; ONNX inside the whole tensor without padding, and for storage_order 1 with the
// first spatial dimension running fastest.
Term onnxIndices(Lowering& l, const Term& x, const Term& pooled, const Term& planeIndices, const std::vector<Term>& begin)
{
    AtenEmitter& emit = l.emit();
    const bool isColumnMajor = l.integer("storage_order", 0) != 0;
    const std::size_t dimensions = begin.size();
    std::vector<Term> coordinates(dimensions), sizes(dimensions);
    Term rest = planeIndices;
    for (std::size_t i = dimensions; i-- > 0;) {
        const Term paddedSize = emit.size(pooled, std::int64_t(i + 2));
        sizes[i] = spatialSize(l, x, i);
        coordinates[i] = l.aten("remainder", rest, paddedSize) - begin[i];
        if (i > 0)
            rest = l.aten("div", rest, paddedSize, "floor");
    }
    Term index, stride = 1;
    for (std::size_t k = 0; k < dimensions; ++k) {
        const std::size_t i = isColumnMajor ? k : dimensions - 1 - k;
        const Term part = coordinates[i] * stride;
        index = k == 0 ? part : index + part;
        stride = stride * sizes[i];
    }
    const Term batch = emit.size(x, 0), channels = emit.size(x, 1);
    std::vector<Term> planes{batch, channels};
    planes.resize(dimensions + 2, 1);
    const Term plane = l.aten("reshape", range(l, x, 0, batch * channels, ElementType::Int64),
                              emit.list(planes, Type::Kind::Int));
    return index + plane * stride;
}

void maxPool(Lowering& l)
{
    const Term original = l.input(0);
    const Term x = asFloat(l, original);
    Window w = window(l, x, kernelShape(l));
    const std::string op = ofDimensions("max_pool", w.dimensions());
    bool ceiling = l.integer("ceil_mode", 0) != 0;
    std::optional<Ints> padding = nativePadding(w);
    Term pooled = x;
    std::vector<Term> before(w.dimensions(), 0);
    if (!padding) {
        pooled = padded(l, x, w.begin, ceiling ? ceilingEnd(l, x, w) : w.end, -std::numeric_limits<double>::infinity());
        before = w.begin;
        padding = Ints(w.dimensions(), 0);
        ceiling = false;
    }
    if (!l.hasOutput(1))
        return l.output(0, asBefore(l, l.aten(op, pooled, kernelOf(w), w.strides, *padding, w.dilations, ceiling)));
    const auto both =
        l.atenMany(op + "_with_indices", 2, pooled, kernelOf(w), w.strides, *padding, w.dilations, ceiling);
    l.output(0, asBefore(l, both[0]));
    l.output(1, onnxIndices(l, x, pooled, both[1], before));
}

// The sum over each window, nothing padded. Dilated windows, which LibTorch's average pooling does not have, as a
// convolution of every plane with ones.
Term windowSums(Lowering& l, const Term& x, const Window& w)
{
    AtenEmitter& emit = l.emit();
    const Ints kernel = kernelOf(w), none(w.dimensions(), 0);
    if (w.dilations == Ints(w.dimensions(), 1)) {
        std::int64_t elements = 1;
        for (const std::int64_t size : kernel)
            elements *= size;
        return l.aten(ofDimensions("avg_pool", w.dimensions()), x, kernel, w.strides, none, false, true) * elements;
    }
    Ints weightShape{1, 1};
    weightShape.insert(weightShape.end(), kernel.begin(), kernel.end());
    const Term ones = l.aten("type_as", filled(l, x, weightShape, 1, ElementType::Float32), x);
    const Term batch = emit.size(x, 0), channels = emit.size(x, 1);
    const Term planes = l.aten("unsqueeze", l.aten("flatten", x, 0, 1), 1);
    const Term sums = l.aten(ofDimensions("conv", w.dimensions()), planes, ones, Term(), w.strides, none, w.dilations, 1);
    return l.aten("reshape", sums, emit.list({batch, channels}, Type::Kind::Int) + sublist(l, emit.sizes(sums), 2));
}

void averagePool(Lowering& l)
{
    const Term x = asFloat(l, l.input(0));
    const Window w = window(l, x, kernelShape(l));
    const bool ceiling = l.integer("ceil_mode", 0) != 0;
    const bool countsPadding = l.integer("count_include_pad", 0) != 0;
    const auto padding = nativePadding(w);
    if (padding && w.dilations == Ints(w.dimensions(), 1))
        return l.output(0, asBefore(l, l.aten(ofDimensions("avg_pool", w.dimensions()), x, kernelOf(w), w.strides,
                                              *padding, ceiling, countsPadding)));
    // Sums divided by how many elements count: the sums of a mask.
    const std::vector<Term> end = ceiling ? ceilingEnd(l, x, w) : w.end;
    const Term sums = windowSums(l, padded(l, x, w.begin, end, 0), w);
    Term mask = l.aten("ones_like", l.aten("narrow", l.aten("narrow", x, 0, 0, 1), 1, 0, 1));
    mask = padded(l, mask, w.begin, w.end, countsPadding ? 1 : 0);
    if (ceiling) {
        std::vector<Term> beyond;
        for (std::size_t i = 0; i < end.size(); ++i)
            beyond.push_back(end[i] - w.end[i]);
        mask = padded(l, mask, std::vector<Term>(w.dimensions(), 0), beyond, 0);
    }
    l.output(0, asBefore(l, sums / windowSums(l, mask, w)));
}

Term toPower(Lowering& l, const Term& x, double p)
{
    return p == 2 ? x * x : l.aten("pow", l.aten("abs", x), p);
}

// p was a real number in the first version.
double normOf(Lowering& l)
{
    return l.opset() < 2 ? l.real("p", 2.0) : double(l.integer("p", 2));
}

void lpPool(Lowering& l)
{
    const Term x = asFloat(l, l.input(0));
    const Window w = window(l, x, kernelShape(l));
    const double p = normOf(l);
    const std::vector<Term> end = l.integer("ceil_mode", 0) != 0 ? ceilingEnd(l, x, w) : w.end;
    const bool isPlain = l.integer("ceil_mode", 0) == 0 && !w.isPadded();
    const Term powers = toPower(l, isPlain ? x : padded(l, x, w.begin, end, 0), p);
    l.output(0, asBefore(l, l.aten("pow", windowSums(l, powers, w), 1.0 / p)));
}

// [2, …, rank − 1].
Term spatialAxes(Lowering& l)
{
    if (const auto rank = l.rank(0)) {
        Ints axes;
        for (std::int64_t axis = 2; axis < *rank; ++axis)
            axes.push_back(axis);
        return axes;
    }
    const Term x = l.input(0);
    return l.emit().toInts(range(l, x, 2, l.emit().rank(x), ElementType::Int64));
}

template <OperatorName op>
void globalPool(Lowering& l)
{
    l.output(0, reduced(l, op.text, l.input(0), spatialAxes(l)));
}

void globalLpPool(Lowering& l)
{
    const double p = normOf(l);
    const Term sums = reduced(l, "sum", toPower(l, l.input(0), p), spatialAxes(l));
    l.output(0, l.aten("pow", sums, 1.0 / p));
}

// The indices count inside the tensor that the pooling was made of, by its own shape; an output_shape that is larger
// gets zeros behind.
void maxUnpool(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const Term x = l.input(0);
    const Window w = window(l, x, kernelShape(l));
    std::vector<Term> sizes{emit.size(x, 0), emit.size(x, 1)};
    Term elements = sizes[0] * sizes[1];
    for (std::size_t i = 0; i < w.dimensions(); ++i) {
        sizes.push_back((spatialSize(l, x, i) - 1) * w.strides[i] + w.extent(i) - w.begin[i] - w.end[i]);
        elements = elements * sizes.back();
    }
    const Term flat = l.aten("new_zeros", x, emit.list({elements}));
    const Term spread = l.aten("scatter", flat, 0, l.aten("reshape", l.input(1), Ints{-1}), l.aten("reshape", x, Ints{-1}));
    Term result = l.aten("reshape", spread, emit.list(sizes, Type::Kind::Int));
    if (l.hasInput(2)) {
        const Term wanted = l.ints(2);
        std::vector<Term> before(w.dimensions(), 0), behind;
        for (std::size_t i = 0; i < w.dimensions(); ++i)
            behind.push_back(emit.element(wanted, std::int64_t(i + 2)) - sizes[i + 2]);
        result = padded(l, result, before, behind, 0);
    }
    l.output(0, result);
}

constexpr LoweringRule rules[] = {
    {"MaxPool", maxPool},
    {"AveragePool", averagePool},
    {"LpPool", lpPool},
    {"GlobalMaxPool", globalPool<"amax">},
    {"GlobalAveragePool", globalPool<"mean">},
    {"GlobalLpPool", globalLpPool},
    {"MaxUnpool", maxUnpool},
};

}  // namespace

LoweringTable poolingLowerings()
{
    return rules;
}

}  // namespace tenscope

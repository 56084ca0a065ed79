// Operators that read an image at places which other tensors give: grids, affine maps, regions of interest.
#include <limits>
#include <string>

#include "core/convert/fromonnx/build.h"
#include "core/convert/fromonnx/families.h"

namespace tenscope {

namespace {

// LibTorch's numbers for the modes.
std::int64_t interpolationOf(Lowering& l)
{
    const std::string mode = l.text("mode", "linear");
    if (mode == "linear" || mode == "bilinear")
        return 0;
    if (mode == "nearest")
        return 1;
    if (mode == "cubic" || mode == "bicubic")
        return 2;
    throw Unsupported("its mode '" + mode + "' is not known");
}

std::int64_t paddingOf(Lowering& l)
{
    const std::string padding = l.text("padding_mode", "zeros");
    if (padding == "zeros")
        return 0;
    if (padding == "border")
        return 1;
    if (padding == "reflection")
        return 2;
    throw Unsupported("its padding_mode '" + padding + "' is not known");
}

void gridSample(Lowering& l)
{
    const std::int64_t mode = interpolationOf(l);
    if (mode == 2 && l.rank(0) && *l.rank(0) != 4)
        throw Unsupported("LibTorch interpolates cubically in two dimensions only");
    l.output(0, l.aten("grid_sampler", l.input(0), l.aten("type_as", l.input(1), l.input(0)), mode, paddingOf(l),
                       l.integer("align_corners", 0) != 0));
}

void affineGrid(Lowering& l)
{
    l.output(0, l.aten("affine_grid_generator", l.input(0), l.ints(1), l.integer("align_corners", 0) != 0));
}

Term toInteger(Lowering& l, const char* op, const Term& number)
{
    Type integer;
    integer.kind = Type::Kind::Int;
    return l.emit().applyAs(integer, op, {number});
}

// Each region in turn; the results are stacked. `regions` is [regions, …].
template <class Function>
Term ofEachRegion(Lowering& l, const Term& regions, const Term& noRegions, Function function)
{
    AtenEmitter& emit = l.emit();
    const Term count = emit.size(regions, 0), results = emit.list({});
    const auto body = [&](const Term& i, const std::vector<Term>&, Term*) {
        emit.applyAs(emit.typeOf(results), "append", {results, function(i)});
        return std::vector<Term>();
    };
    emit.loop(count, true, {}, body);
    return emit.choose(
        equal(count, 0), [&] { return noRegions; }, [&] { return l.aten("stack", results, 0); });
}

// The image of batch number `index`: [C, H, W].
Term imageOf(Lowering& l, const Term& index)
{
    return l.aten("select", l.input(0), 0, index);
}

// --- RoiAlign. He et al., "Mask R-CNN" (2017): the region is divided into bins, and samples are taken in each bin, at
// regular places, by linear interpolation of the four pixels around.

// One side of one region: the pixels on both sides of its samples, and their weights (0 for samples outside of the
// image).
struct Samples {
    Term low, high;              // [bins × samples] indices
    Term lowWeight, highWeight;  // [bins × samples]
    Term perBin;                 // an int
};

Samples samplesOf(Lowering& l, const Term& begin, const Term& length, std::int64_t bins, const Term& size)
{
    AtenEmitter& emit = l.emit();
    const Term x = l.input(0);
    const std::int64_t ratio = l.integer("sampling_ratio", 0);
    Samples s;
    s.perBin = ratio > 0 ? Term(ratio) : larger(toInteger(l, "ceil", length / bins), 1);
    const Term step = length / (s.perBin * bins);
    const Term at = (range(l, x, 0, s.perBin * bins, ElementType::Float32) + 0.5) * step + begin;
    const Term isInside = l.aten("logical_and", l.aten("ge", at, -1.0), l.aten("le", at, size));
    const Term inside = clamped(l, at, 0.0, size - 1);
    const Term low = l.aten("floor", inside), part = inside - low;
    s.low = emit.cast(low, ElementType::Int64);
    s.high = clamped(l, s.low + 1, Term(), size - 1);
    s.highWeight = l.aten("type_as", part * isInside, x);
    s.lowWeight = l.aten("type_as", (1.0 - part) * isInside, x);
    return s;
}

// Averages are taken of the interpolated samples; the maximum, as ONNX Runtime and ONNX's reference have it, of the
// four weighted pixels of each.
Term aligned(Lowering& l, const Term& image, const Samples& rows, const Samples& columns, std::int64_t height,
             std::int64_t width)
{
    AtenEmitter& emit = l.emit();
    const bool isMaximum = l.text("mode", "avg") == "max";
    const Term pixels = l.aten("flatten", image, 1, -1), rowLength = emit.size(image, 2);
    Term all;
    for (const bool isHighRow : {false, true}) {
        for (const bool isHighColumn : {false, true}) {
            const Term row = l.aten("unsqueeze", isHighRow ? rows.high : rows.low, 1) * rowLength;
            const Term places = l.aten("flatten", row + (isHighColumn ? columns.high : columns.low), 0, -1);
            const Term weights = l.aten("unsqueeze", isHighRow ? rows.highWeight : rows.lowWeight, 1) *
                                 (isHighColumn ? columns.highWeight : columns.lowWeight);
            const Term part = l.aten("index_select", pixels, 1, places) * l.aten("flatten", weights, 0, -1);
            all = all.isNone() ? part : isMaximum ? l.aten("maximum", all, part) : all + part;
        }
    }
    const Term bins = l.aten("reshape", all, emit.list({-1, height, rows.perBin, width, columns.perBin}));
    return reduced(l, isMaximum ? "amax" : "mean", bins, Ints{2, 4}, false);
}

void roiAlign(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const std::string mode = l.text("mode", "avg");
    if (mode != "avg" && mode != "max")
        throw Unsupported("its mode '" + mode + "' is not known");
    const std::int64_t height = l.integer("output_height", 1), width = l.integer("output_width", 1);
    if (height < 1 || width < 1)
        throw Unsupported("its output has no elements");
    const bool isHalfPixel = l.opset() >= 16 && l.text("coordinate_transformation_mode", "half_pixel") == "half_pixel";
    const Term x = l.input(0);
    const Term corners = l.input(1) * l.real("spatial_scale", 1.0) - (isHalfPixel ? 0.5 : 0.0);
    const Term none = l.aten("new_zeros", x, emit.list({0, emit.size(x, 1), height, width}, Type::Kind::Int));
    l.output(0, ofEachRegion(l, corners, none, [&](const Term& i) {
                 const std::vector<Term> corner = emit.unpack(emit.toFloats(l.aten("select", corners, 0, i)), 4);
                 const auto samples = [&](std::size_t axis, std::int64_t bins, const Term& size) {
                     const Term length = corner[axis + 2] - corner[axis];
                     return samplesOf(l, corner[axis], isHalfPixel ? length : larger(length, 1.0), bins, size);
                 };
                 const Term image = imageOf(l, emit.toInt(l.aten("select", l.input(2), 0, i)));
                 return aligned(l, image, samples(1, height, emit.size(x, 2)), samples(0, width, emit.size(x, 3)),
                                height, width);
             }));
}

// --- MaxRoiPool. Girshick, "Fast R-CNN" (2015): the borders of the region and of its bins are rounded to whole pixels.

// Which pixels belong to which bin: [bins, size] bools.
Term binsOf(Lowering& l, const Term& first, const Term& last, std::int64_t bins, const Term& size)
{
    const Term x = l.input(0);
    const Term step = larger(last - first + 1, 1) / bins;
    const Term bin = l.aten("unsqueeze", range(l, x, 0, bins, ElementType::Float32), 1);
    const Term begin = l.aten("floor", bin * step) + first, end = l.aten("ceil", (bin + 1) * step) + first;
    const Term pixels = range(l, x, 0, size, ElementType::Float32);
    return l.aten("logical_and", l.aten("ge", pixels, begin), l.aten("lt", pixels, end));
}

void maxRoiPool(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const Ints shape = l.integers("pooled_shape");
    if (shape.size() != 2 || shape[0] < 1 || shape[1] < 1)
        throw Unsupported("its attribute 'pooled_shape' is not two sizes");
    const Term x = l.input(0);
    const double lowest = -std::numeric_limits<double>::infinity();
    const Term regions = l.input(1);
    const Term borders = l.aten("floor", l.aten("slice", regions, 1, 1, 5, 1) * l.real("spatial_scale", 1.0) + 0.5);
    const Term none = l.aten("new_zeros", x, emit.list({0, emit.size(x, 1), shape[0], shape[1]}, Type::Kind::Int));
    l.output(0, ofEachRegion(l, regions, none, [&](const Term& i) {
                 const std::vector<Term> border = emit.unpack(emit.toInts(l.aten("select", borders, 0, i)), 4);
                 const Term image = imageOf(l, emit.toInt(l.aten("select", l.aten("select", regions, 0, i), 0, 0)));
                 const Term rows = binsOf(l, border[1], border[3], shape[0], emit.size(x, 2));
                 const Term columns = binsOf(l, border[0], border[2], shape[1], emit.size(x, 3));
                 // [C, 1, H, W] with the rows of each bin, then [C, bins, 1, W] with its columns.
                 const Term tall = where(l, l.aten("unsqueeze", rows, -1), l.aten("unsqueeze", image, 1), lowest);
                 const Term strips = l.aten("unsqueeze", reduced(l, "amax", tall, Ints{2}, false), 2);
                 const Term largest = reduced(l, "amax", where(l, columns, strips, lowest), Ints{3}, false);
                 return l.aten("masked_fill", largest, equal(largest, lowest), 0.0);
             }));
}

constexpr LoweringRule rules[] = {
    {"GridSample", gridSample}, {"GridSample", gridSample, 1, "com.microsoft"},
    {"AffineGrid", affineGrid}, {"RoiAlign", roiAlign},
    {"MaxRoiPool", maxRoiPool},
};

}  // namespace

LoweringTable samplingLowerings()
{
    return rules;
}

}  // namespace tenscope

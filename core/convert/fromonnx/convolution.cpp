#include "core/convert/fromonnx/build.h"
#include "core/convert/fromonnx/convolve.h"
#include "core/convert/fromonnx/families.h"
#include "core/convert/fromonnx/window.h"

namespace tenscope {

// LibTorch pads both sides alike; everything else is padded before.
Term convolved(Lowering& l, const Term& x, const Term& weights, const Term& bias, std::size_t weightInput)
{
    const Window w = window(l, x, kernelShape(l, weightInput));
    const std::string op = ofDimensions("conv", w.dimensions());
    const std::int64_t groups = l.integer("group", 1);
    if (const auto padding = w.symmetricPadding())
        return l.aten(op, x, weights, bias, w.strides, *padding, w.dilations, groups);
    return l.aten(op, padded(l, x, w.begin, w.end, 0), weights, bias, w.strides, Ints(w.dimensions(), 0), w.dilations,
                  groups);
}

namespace {

void conv(Lowering& l)
{
    l.output(0, convolved(l, l.input(0), l.input(1), l.inputOr(2, Term())));
}

// What a transposed convolution is to lose at both sides of each dimension (negative: to gain), and the size that it is to
// have beyond what its windows cover.
struct Crop {
    std::vector<Term> begin, end;
};

// output_shape and auto_pad say how large the result is; what is lost for that is divided between both sides.
Crop cropOf(Lowering& l, const Term& x, const Window& w, const Ints& extra)
{
    const std::string automatic = l.text("auto_pad", "NOTSET");
    const bool isSame = automatic == "SAME_UPPER" || automatic == "SAME_LOWER";
    Ints wanted = l.integers("output_shape");
    if (wanted.empty() && !isSame)
        return {w.begin, w.end};
    if (wanted.size() > w.dimensions())
        wanted.erase(wanted.begin(), wanted.end() - std::ptrdiff_t(w.dimensions()));
    if (!wanted.empty() && wanted.size() < w.dimensions())
        throw Unsupported("its attribute 'output_shape' has fewer numbers than there are spatial dimensions");
    Crop crop;
    for (std::size_t i = 0; i < w.dimensions(); ++i) {
        const Term size = spatialSize(l, x, i);
        const Term whole = (size - 1) * w.strides[i] + w.extent(i) + extra[i];
        const Term total = whole - (wanted.empty() ? size * w.strides[i] : Term(wanted[i]));
        const Term half = floorDivide(total, 2);
        crop.begin.push_back(automatic == "SAME_UPPER" ? half : total - half);
        crop.end.push_back(automatic == "SAME_UPPER" ? total - half : half);
    }
    return crop;
}

// LibTorch crops both sides alike, and takes less output_padding than the stride or dilation. Where that does not hold the
// result is made whole, cropped and filled up, and the bias comes last, since what is filled up has it too.
void convTranspose(Lowering& l)
{
    const Term x = l.input(0);
    const Window w = window(l, x, kernelShape(l, 1));
    const std::string op = ofDimensions("conv_transpose", w.dimensions());
    const Ints extra = l.integers("output_padding", Ints(w.dimensions(), 0));
    if (extra.size() != w.dimensions())
        throw Unsupported("its attribute 'output_padding' does not have a number for each spatial dimension");
    const std::int64_t groups = l.integer("group", 1);
    const Crop crop = cropOf(l, x, w, extra);
    const Term bias = l.inputOr(2, Term());

    const std::optional<Ints> padding = Window{w.kernel, w.strides, w.dilations, crop.begin, crop.end}.symmetricPadding();
    bool fits = padding.has_value();
    for (std::size_t i = 0; i < w.dimensions(); ++i)
        fits = fits && extra[i] < std::max(w.strides[i], w.dilations[i]);
    if (fits)
        return l.output(0, l.aten(op, x, l.input(1), bias, w.strides, *padding, extra, groups, w.dilations));

    const Ints none(w.dimensions(), 0);
    const Term whole = l.aten(op, x, l.input(1), Term(), w.strides, none, none, groups, w.dilations);
    std::vector<Term> begin, end;
    for (std::size_t i = 0; i < w.dimensions(); ++i) {
        begin.push_back(-crop.begin[i]);
        end.push_back(extra[i] - crop.end[i]);
    }
    const Term cropped = padded(l, whole, begin, end, 0);
    const auto rank = std::int64_t(w.dimensions()) + 2;
    l.output(0, bias.isNone() ? cropped : cropped + l.aten("reshape", bias, vectorShape(l, 1, rank)));
}

// Integers below 2^16 times one another, added up in float64, are exact.
void convInteger(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const auto shifted = [&](std::size_t input, std::size_t zeroPoint) {
        const Term value = emit.cast(l.input(input), ElementType::Float64);
        if (!l.hasInput(zeroPoint))
            return value;
        const Term zero = emit.cast(l.input(zeroPoint), ElementType::Float64);
        if (zeroPoint == 2)
            return value - l.aten("reshape", zero, Ints{});
        // One zero point, or one an output channel: [M] against [M, C, k1, …].
        return value - l.aten("reshape", zero, vectorShape(l, 0, rankOf(l, input)));
    };
    const Term product = convolved(l, shifted(0, 2), shifted(1, 3), Term());
    l.output(0, emit.cast(product, ElementType::Int32));
}

// Each element of the kernel is moved by an offset of its own: the input is sampled at those places (grid_sampler, whose
// coordinates run from −1 to 1 over the whole), and the samples are multiplied with the weights as a matrix.
void deformConv(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const Term x = l.input(0), weights = l.input(1), offset = l.input(2);
    const Window w = window(l, x, kernelShape(l, 1));
    if (w.dimensions() != 2)
        throw Unsupported("only two spatial dimensions are supported for it");
    const std::int64_t groups = l.integer("group", 1), offsetGroups = l.integer("offset_group", 1);
    const Term batch = emit.size(x, 0), channels = emit.size(x, 1), height = emit.size(x, 2), width = emit.size(x, 3);
    const Term outHeight = emit.size(offset, 2), outWidth = emit.size(offset, 3), count = w.kernel[0] * w.kernel[1];
    const auto shaped = [&](const Term& t, const std::vector<Term>& sizes) {
        return l.aten("reshape", t, emit.list(sizes, Type::Kind::Int));
    };
    const auto toInput = [&](const Term& t) { return l.aten("type_as", t, x); };
    const auto places = [&](const Term& n) { return toInput(range(l, x, 0, n, ElementType::Int64)); };

    // Where the kernel's elements lie without offset: [kh, kw, oh, 1] and [kh, kw, 1, ow].
    const Term rows = shaped(places(w.kernel[0]) * w.dilations[0], {-1, 1, 1, 1}) +
                      shaped(places(outHeight) * w.strides[0] - w.begin[0], {1, 1, -1, 1});
    const Term columns = shaped(places(w.kernel[1]) * w.dilations[1], {1, -1, 1, 1}) +
                         shaped(places(outWidth) * w.strides[1] - w.begin[1], {1, 1, 1, -1});
    const Term offsets = shaped(offset, {batch * offsetGroups, w.kernel[0], w.kernel[1], 2, outHeight, outWidth});
    const auto normalized = [&](const Term& place, std::int64_t which, const Term& size) {
        return (l.aten("select", offsets, 3, which) + place) * 2 / size + (Term(1.0) / size - 1);
    };
    const Term grid = l.aten("stack", emit.list({normalized(columns, 1, width), normalized(rows, 0, height)}), -1);
    const Term flatGrid = shaped(grid, {batch * offsetGroups, count * outHeight, outWidth, 2});
    const Term grouped = shaped(x, {batch * offsetGroups, floorDivide(channels, offsetGroups), height, width});
    Term samples = l.aten("grid_sampler", grouped, flatGrid, 0, 0, false);  // bilinear, zeros outside
    samples = shaped(samples, {batch, offsetGroups, -1, count, outHeight * outWidth});
    if (l.hasInput(4))
        samples = samples * shaped(l.input(4), {batch, offsetGroups, 1, count, outHeight * outWidth});

    const Term matrix = shaped(samples, {batch, groups, -1, outHeight * outWidth});
    const Term product = l.aten("matmul", shaped(weights, {1, groups, floorDivide(emit.size(weights, 0), groups), -1}), matrix);
    const Term result = shaped(product, {batch, -1, outHeight, outWidth});
    l.output(0, l.hasInput(3) ? result + shaped(l.input(3), {1, -1, 1, 1}) : result);
}

constexpr LoweringRule rules[] = {
    {"Conv", conv},
    {"ConvTranspose", convTranspose},
    {"ConvInteger", convInteger},
    {"DeformConv", deformConv},
};

}  // namespace

LoweringTable convolutionLowerings()
{
    return rules;
}

}  // namespace tenscope

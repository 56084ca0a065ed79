#include <algorithm>

#include "core/convert/fromonnx/build.h"
#include "core/convert/fromonnx/families.h"
#include "core/convert/fromonnx/normalize.h"

namespace tenscope {

Term inverseDeviation(Lowering& l, const Term& variance, double epsilon)
{
    return l.aten("rsqrt", variance + epsilon);
}

Term lastDimensions(Lowering& l, const Term& x, const Term& axis, std::optional<std::int64_t> rank)
{
    const auto* first = axis.get<std::int64_t>();
    if (first && (*first < 0 || rank)) {
        Ints axes;
        for (std::int64_t at = *first < 0 ? *first : *first - *rank; at < 0; ++at)
            axes.push_back(at);
        return axes;
    }
    return l.emit().toInts(range(l, x, axis - l.emit().rank(x), 0, ElementType::Int64));
}

namespace {

// A parameter of each channel in the shape that the input [N, C, D1, …] takes it in.
Term perChannel(Lowering& l, const Term& parameter)
{
    return l.aten("reshape", parameter, vectorShape(l, 1, rankOf(l, 0)));
}

// All dimensions but the channels; without `spatial` (up to opset 8) all but the channels' whole shape: the batch.
Term batchAxes(Lowering& l)
{
    if (l.integer("spatial", 1) == 0)
        return Ints{0};
    if (const auto rank = l.rank(0)) {
        Ints axes{0};
        for (std::int64_t axis = 2; axis < *rank; ++axis)
            axes.push_back(axis);
        return axes;
    }
    const Term x = l.input(0);
    return Term(Ints{0}) + l.emit().toInts(range(l, x, 2, l.emit().rank(x), ElementType::Int64));
}

bool isBatchTraining(Lowering& l)
{
    if (l.opset() >= 14)
        return l.integer("training_mode", 0) != 0;
    return l.opset() < 7 && l.integer("is_test", 0) == 0 && l.hasOutput(1);
}

// With the statistics of the batch, which also move those that are kept.
void batchNormalizationTraining(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const Term x = l.input(0), axes = batchAxes(l);
    const double momentum = l.real("momentum", 0.9), epsilon = l.real("epsilon", 1e-5);
    const bool isSpatial = l.integer("spatial", 1) != 0;
    const auto shaped = [&](const Term& parameter) { return isSpatial ? perChannel(l, parameter) : parameter; };
    const Term mean = reduced(l, "mean", x, axes);
    const Term centered = x - mean;
    const Term variance = reduced(l, "mean", centered * centered, axes);
    const Term normalized = centered * inverseDeviation(l, variance, epsilon);
    l.output(0, l.aten("type_as", normalized * shaped(l.input(1)) + shaped(l.input(2)), x));
    const auto moved = [&](std::size_t output, std::size_t input, const Term& now) {
        const Term before = l.input(input);
        l.output(output, before * momentum + l.aten("reshape", now, emit.sizes(before)) * (1.0 - momentum));
    };
    moved(1, 3, mean);
    moved(2, 4, variance);
    if (l.hasOutput(3))
        l.output(3, l.aten("reshape", mean, emit.sizes(l.input(3))));
    if (l.hasOutput(4))
        l.output(4, l.aten("reshape", variance, emit.sizes(l.input(4))));
}

void batchNormalization(Lowering& l)
{
    if (isBatchTraining(l))
        return batchNormalizationTraining(l);
    const Term x = l.input(0), scale = l.input(1), bias = l.input(2), mean = l.input(3), variance = l.input(4);
    const double epsilon = l.real("epsilon", 1e-5);
    const bool isOneType = l.element(0) == l.element(1) && l.element(0) == l.element(3);
    if (l.integer("spatial", 1) != 0 && isOneType)
        return l.output(0, l.aten("batch_norm", x, scale, bias, mean, variance, false, 0.0, epsilon, false));
    const bool isSpatial = l.integer("spatial", 1) != 0;
    const auto shaped = [&](const Term& parameter) { return isSpatial ? perChannel(l, parameter) : parameter; };
    const Term factor = inverseDeviation(l, variance, epsilon) * scale;
    l.output(0, l.aten("type_as", (x - shaped(mean)) * shaped(factor) + shaped(bias), x));
}

void instanceNormalization(Lowering& l)
{
    l.output(0, l.aten("instance_norm", l.input(0), l.input(1), l.input(2), Term(), Term(), true, 0.0,
                       l.real("epsilon", 1e-5), false));
}

// The first version normalized each group with a scale and bias of the group, later ones have them for each channel.
void groupNormalization(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const Term x = l.input(0);
    const std::int64_t groups = l.integer("num_groups");
    Term scale = l.input(1), bias = l.input(2);
    if (l.opset() < 21) {
        const Term each = floorDivide(emit.size(x, 1), groups);
        scale = l.aten("repeat_interleave", scale, each, 0, Term());
        bias = l.aten("repeat_interleave", bias, each, 0, Term());
    }
    l.output(0, l.aten("group_norm", x, groups, scale, bias, l.real("epsilon", 1e-5), false));
}

// Whether a parameter of a layer normalization is missing or has exactly the shape of what is normalized, by what the file
// says of both. A vector with the last dimension's size has it where only that one is normalized.
bool hasShapeOf(Lowering& l, std::size_t input, std::int64_t axis)
{
    if (!l.hasInput(input))
        return true;
    const Type parameter = l.type(input), whole = l.type(0);
    if (!parameter.shape || parameter.element != whole.element)
        return false;
    const bool isLast = axis == -1 || (whole.shape && axis == std::int64_t(whole.shape->size()) - 1);
    if (isLast)
        return parameter.shape->size() == 1 && parameter.shape->front().size != 1;
    const std::int64_t first = axis < 0 && whole.shape ? axis + std::int64_t(whole.shape->size()) : axis;
    return whole.shape && first >= 0 && first < std::int64_t(whole.shape->size()) &&
           std::equal(whole.shape->begin() + first, whole.shape->end(), parameter.shape->begin(), parameter.shape->end(),
                      [](const Dimension& a, const Dimension& b) { return a.isKnown() && a == b; });
}

// Scale and bias may be broadcast; where they have exactly the normalized shape LibTorch's operator does it at once.
void layerNormalization(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const Term x = l.input(0);
    const std::int64_t axis = l.integer("axis", -1);
    const double epsilon = l.real("epsilon", 1e-5);
    const bool isNarrow = l.element(0) == ElementType::Float16 || l.element(0) == ElementType::BFloat16;
    if (!isNarrow && !l.hasOutput(1) && !l.hasOutput(2)) {
        const Term shape = sublist(l, emit.sizes(x), axis);
        if (hasShapeOf(l, 1, axis) && hasShapeOf(l, 2, axis))
            return l.output(0, l.aten("layer_norm", x, shape, l.input(1), l.inputOr(2, Term()), epsilon, false));
        const Term normalized = l.aten("layer_norm", x, shape, Term(), Term(), epsilon, false) * l.input(1);
        return l.output(0, l.hasInput(2) ? normalized + l.input(2) : normalized);
    }
    const Term axes = lastDimensions(l, x, axis, l.rank(0));
    const Term wide = isNarrow ? asFloat32(l, x) : x;
    const Term mean = reduced(l, "mean", wide, axes);
    const Term centered = wide - mean;
    const Term inverse = inverseDeviation(l, reduced(l, "mean", centered * centered, axes), epsilon);
    const Term normalized = l.aten("type_as", centered * inverse, x) * l.input(1);
    l.output(0, l.hasInput(2) ? normalized + l.input(2) : normalized);
    l.output(1, mean);
    l.output(2, inverse);
}

void rmsNormalization(Lowering& l)
{
    const Term x = l.input(0);
    const Term axes = lastDimensions(l, x, l.integer("axis", -1), l.rank(0));
    const Term wide = l.integer("stash_type", 1) == 1 && l.element(0) != ElementType::Float64 ? asFloat32(l, x) : x;
    const Term inverse = inverseDeviation(l, reduced(l, "mean", wide * wide, axes), l.real("epsilon", 1e-5));
    l.output(0, l.aten("type_as", wide * inverse, x) * l.input(1));
}

// Each element is divided by what its neighbours in other channels sum up to: an average pooling over the channels, in a
// tensor that has them as the rows of one plane. What is cut off at the borders counts as zeros.
void localResponseNormalization(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const Term x = l.input(0);
    const std::int64_t size = l.integer("size");
    if (size < 1)
        throw Unsupported("its attribute 'size' is below 1");
    const Term planes = l.aten("unsqueeze", l.aten("flatten", l.aten("unsqueeze", x * x, -1), 2, -1), 1);
    const Term fenced = l.aten("constant_pad_nd", planes, Ints{0, 0, (size - 1) / 2, size - 1 - (size - 1) / 2}, 0);
    const Term mean = l.aten("avg_pool2d", fenced, Ints{size, 1}, Ints{1, 1}, Ints{0, 0}, false, true, Term());
    const Term sums = l.aten("reshape", mean, emit.sizes(x)) * l.real("alpha", 0.0001) + l.real("bias", 1.0);
    l.output(0, x / l.aten("pow", sums, l.real("beta", 0.75)));
}

void meanVarianceNormalization(Lowering& l)
{
    const Term x = l.input(0);
    const Term axes = l.integers("axes", l.opset() < 9 && l.integer("across_channels", 0) != 0 ? Ints{0, 1, 2, 3} : Ints{0, 2, 3});
    const Term mean = reduced(l, "mean", x, axes);
    if (l.opset() < 9 && l.integer("normalize_variance", 1) == 0)
        return l.output(0, x - mean);
    const Term variance = reduced(l, "mean", x * x, axes) - mean * mean;
    l.output(0, (x - mean) / (l.aten("sqrt", variance) + 1e-9));
}

// Vectors of norm 0 stay as they are.
void lpNormalization(Lowering& l)
{
    const Term x = l.input(0), axes = Ints{l.integer("axis", -1)};
    const bool isFirst = l.integer("p", 2) == 1;
    const Term norm = isFirst ? reduced(l, "sum", l.aten("abs", x), axes)
                              : l.aten("sqrt", reduced(l, "sum", x * x, axes));
    l.output(0, x / where(l, equal(norm, 0), 1, norm));
}

constexpr LoweringRule rules[] = {
    {"BatchNormalization", batchNormalization},
    {"InstanceNormalization", instanceNormalization},
    {"GroupNormalization", groupNormalization},
    {"LayerNormalization", layerNormalization},
    {"RMSNormalization", rmsNormalization},
    {"LRN", localResponseNormalization},
    {"MeanVarianceNormalization", meanVarianceNormalization},
    {"LpNormalization", lpNormalization},
};

}  // namespace

LoweringTable normalizationLowerings()
{
    return rules;
}

}  // namespace tenscope

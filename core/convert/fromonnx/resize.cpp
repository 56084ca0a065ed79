// Resize and Upsample. Where LibTorch has an operator that means exactly the same it is used; everything else is resized
// one dimension after the other, as ONNX defines it (interpolation.h).
#include <cmath>
#include <string>

#include "core/convert/fromonnx/build.h"
#include "core/convert/fromonnx/families.h"
#include "core/convert/fromonnx/interpolation.h"

namespace tenscope {

namespace {

// What says how large the result is, by version: input or attribute.
struct Target {
    Term scales;  // float[], or None
    Term sizes;   // int[], or None
    Term region;  // float[], or None
    std::optional<Ints> axes;          // what they speak of; nothing: all
    std::optional<std::int64_t> rank;  // of x, where it is known
    std::string policy = "stretch";    // keep_aspect_ratio_policy
};

// The numbers of an input of floats: a constant, or read at run time.
Term floats(Lowering& l, std::size_t input)
{
    if (const auto constant = l.constantFloats(input))
        return *constant;
    return l.emit().toFloats(l.input(input));
}

std::optional<std::int64_t> constantLength(const Term& list)
{
    if (const auto* integers = list.get<Ints>())
        return std::int64_t(integers->size());
    if (const auto* reals = list.get<Floats>())
        return std::int64_t(reals->size());
    return std::nullopt;
}

bool isEmptyInput(Lowering& l, std::size_t input)
{
    if (!l.hasInput(input))
        return true;
    const Type type = l.type(input);
    return type.shape && type.shape->size() == 1 && type.shape->front().size == 0;
}

Target targetOf(Lowering& l)
{
    Target target;
    target.rank = l.rank(0);
    if (l.opset() < 11) {
        target.scales = floats(l, 1);
    } else {
        if (!isEmptyInput(l, 3))
            target.sizes = l.ints(3);
        else if (!isEmptyInput(l, 2))
            target.scales = floats(l, 2);
        else
            throw Unsupported("it has neither scales nor sizes");
        if (l.text("coordinate_transformation_mode", "half_pixel") == "tf_crop_and_resize")
            target.region = floats(l, 1);
        target.policy = l.text("keep_aspect_ratio_policy", "stretch");
    }
    if (l.has("axes"))
        target.axes = l.integers("axes");
    else if (!target.rank)
        target.rank = constantLength(target.sizes.isNone() ? target.scales : target.sizes);
    return target;
}

Interpolation interpolationOf(Lowering& l)
{
    Interpolation how;
    how.mode = l.text("mode", "nearest");
    if (l.opset() < 11) {
        if (how.mode == "bilinear" || how.mode == "trilinear")
            how.mode = "linear";
        how.coordinates = "asymmetric";
        how.nearest = "simple";
        return how;
    }
    how.coordinates = l.text("coordinate_transformation_mode", how.coordinates);
    how.nearest = l.text("nearest_mode", how.nearest);
    how.cubicA = l.real("cubic_coeff_a", how.cubicA);
    how.excludesOutside = l.integer("exclude_outside", 0) != 0;
    how.isAntialiased = l.integer("antialias", 0) != 0 && how.mode != "nearest";
    how.extrapolation = l.real("extrapolation_value", 0);
    return how;
}

Term toInteger(Lowering& l, const char* op, const Term& number)
{
    Type integer;
    integer.kind = Type::Kind::Int;
    return l.emit().applyAs(integer, op, {number});
}

// The factor that keeps the proportions: the smallest or the largest of those that the sizes ask for.
Term commonScale(Lowering& l, const Term& x, const Target& target)
{
    if (!target.axes && !target.rank)
        throw Unsupported("its keep_aspect_ratio_policy needs the number of dimensions, which is not known");
    if (target.policy != "not_larger" && target.policy != "not_smaller")
        throw Unsupported("its keep_aspect_ratio_policy '" + target.policy + "' is not known");
    AtenEmitter& emit = l.emit();
    Term scale;
    const std::int64_t count = target.axes ? std::int64_t(target.axes->size()) : *target.rank;
    for (std::int64_t i = 0; i < count; ++i) {
        const std::int64_t axis = target.axes ? (*target.axes)[std::size_t(i)] : i;
        const Term wanted = emit.element(target.sizes, i) / emit.size(x, axis);
        scale = i == 0 ? wanted : target.policy == "not_larger" ? smaller(scale, wanted) : larger(scale, wanted);
    }
    return scale;
}

// `i` counts the entries of scales or sizes; `entries` is how many there are.
ResizedAxis axisOf(Lowering& l, const Term& x, const Target& target, const Term& common, const Term& axis, const Term& i,
                   const Term& entries)
{
    AtenEmitter& emit = l.emit();
    ResizedAxis a;
    a.axis = axis;
    a.in = emit.size(x, axis);
    if (!common.isNone()) {
        a.scale = common;
        a.out = toInteger(l, "floor", common * a.in + 0.5);
    } else if (!target.sizes.isNone()) {
        a.out = emit.element(target.sizes, i);
        a.scale = a.out / a.in;
    } else {
        const auto* constants = target.scales.get<Floats>();
        const auto* index = i.get<std::int64_t>();
        a.scale = constants && index && std::size_t(*index) < constants->size() ? Term((*constants)[std::size_t(*index)])
                                                                             : emit.element(target.scales, i);
        // A product of float32 is rounded up to the next whole number if it is that close: 0.7 × 10 gives 7.
        a.out = toInteger(l, "floor", a.scale * a.in * (1.0 + std::ldexp(1.0, -24)));
    }
    if (!target.region.isNone()) {
        a.begin = emit.element(target.region, i);
        a.end = emit.element(target.region, i + entries);
    }
    return a;
}

// Dimensions that keep their size are left alone, which the sizes may tell in a run only.
Term resizedWhereNeeded(Lowering& l, const Term& x, const Term& rank, const ResizedAxis& a, const Interpolation& how,
                        bool hasSizes)
{
    const auto* scale = a.scale.get<double>();
    if (!how.isCropping() && scale && *scale == 1)
        return x;
    if (how.isCropping() || !hasSizes)
        return resizedAlong(l, x, rank, a, how);
    return l.emit().choose(
        equal(a.in, a.out), [&] { return x; }, [&] { return resizedAlong(l, x, rank, a, how); });
}

Term resizedByAxes(Lowering& l, const Term& original, const Target& target, const Interpolation& how)
{
    AtenEmitter& emit = l.emit();
    Term common;
    if (target.policy != "stretch" && !target.sizes.isNone())
        common = commonScale(l, original, target);
    const bool hasSizes = !target.sizes.isNone();
    const Term rank = target.rank ? Term(*target.rank) : emit.rank(original);
    if (target.axes || target.rank) {
        const std::int64_t count = target.axes ? std::int64_t(target.axes->size()) : *target.rank;
        Term x = original;
        for (std::int64_t i = 0; i < count; ++i) {
            const Term axis = fromFront(target.axes ? (*target.axes)[std::size_t(i)] : i, rank);
            x = resizedWhereNeeded(l, x, rank, axisOf(l, original, target, common, axis, i, count), how, hasSizes);
        }
        return x;
    }
    const auto body = [&](const Term& i, const std::vector<Term>& now, Term*) {
        const ResizedAxis axis = axisOf(l, original, target, common, i, i, rank);
        return std::vector<Term>{resizedWhereNeeded(l, now[0], rank, axis, how, true)};
    };
    return emit.loop(rank, true, {original}, body).front();
}

// One of LibTorch's operators, and on what it depends at run time that it means the same.
struct Native {
    std::string op;
    std::vector<Term> sizes;   // of the spatial dimensions
    std::vector<Term> scales;  // a float or None each
    Term condition = true;
    std::optional<bool> alignsCorners;
};

Term both(Lowering& l, const Term& a, const Term& b)
{
    if (const auto* decided = a.get<bool>())
        return *decided ? b : a;
    if (const auto* decided = b.get<bool>())
        return *decided ? a : b;
    return l.aten("__and__", a, b);
}

bool isWhole(double number)
{
    return number == std::floor(number) && number >= 1;
}

// Only where batch and channels stay as they are, and with the arithmetic that both define alike.
std::optional<Native> nativeFor(Lowering& l, const Term& x, const Target& target, const Interpolation& how)
{
    const bool isPlain = !target.axes && target.policy == "stretch" && !how.isAntialiased && !how.excludesOutside;
    if (!isPlain || !target.rank || *target.rank < 3 || *target.rank > 5)
        return std::nullopt;
    if (l.element(0) != ElementType::Float32 && l.element(0) != ElementType::Float64)
        return std::nullopt;
    const std::int64_t spatial = *target.rank - 2;
    const auto* scales = target.scales.get<Floats>();
    if (!scales && target.sizes.isNone())
        return std::nullopt;
    bool isWholeScale = scales != nullptr;
    for (std::size_t i = 0; scales && i < scales->size(); ++i) {
        if (i < 2 && (*scales)[i] != 1)
            return std::nullopt;
        isWholeScale = isWholeScale && isWhole((*scales)[i]);
    }
    if (scales && std::int64_t(scales->size()) != *target.rank)
        return std::nullopt;

    Native native;
    const bool isHalf = how.coordinates == "half_pixel" || how.coordinates == "pytorch_half_pixel";
    if (how.mode == "nearest") {
        const bool isFloor = how.coordinates == "asymmetric" && (how.nearest == "floor" || how.nearest == "simple") &&
                             (isWholeScale || !scales);
        // With whole scales half a pixel rounded down is the same.
        if (!isFloor && !(how.coordinates == "half_pixel" && how.nearest == "round_prefer_floor" && isWholeScale))
            return std::nullopt;
        native.op = "upsample_nearest" + std::to_string(spatial) + 'd';
    } else {
        const bool isAligned = how.coordinates == "align_corners" && (isWholeScale || !scales);
        if (!isHalf && !isAligned)
            return std::nullopt;
        if (how.mode == "cubic" && (spatial != 2 || how.cubicA != -0.75))
            return std::nullopt;
        constexpr const char* linear[] = {"upsample_linear1d", "upsample_bilinear2d", "upsample_trilinear3d"};
        native.op = how.mode == "cubic" ? "upsample_bicubic2d" : linear[spatial - 1];
        native.alignsCorners = isAligned;
    }
    for (std::int64_t i = 0; i < *target.rank; ++i) {
        const ResizedAxis axis = axisOf(l, x, target, Term(), i, i, *target.rank);
        if (i < 2) {
            if (!scales)
                native.condition = both(l, native.condition, equal(axis.in, axis.out));
            continue;
        }
        native.sizes.push_back(axis.out);
        native.scales.push_back(scales ? axis.scale : Term());
        if (how.coordinates == "pytorch_half_pixel")
            native.condition = both(l, native.condition, greater(axis.out, 1));
    }
    return native;
}

Term applied(Lowering& l, const Term& x, const Native& native)
{
    std::vector<Term> arguments{x, l.emit().list(native.sizes, Type::Kind::Int)};
    if (native.alignsCorners)
        arguments.emplace_back(*native.alignsCorners);
    arguments.insert(arguments.end(), native.scales.begin(), native.scales.end());
    return l.emit().apply(native.op, arguments);
}

Term resized(Lowering& l, const Target& target, const Interpolation& how)
{
    AtenEmitter& emit = l.emit();
    const Term x = l.input(0);
    const bool needsReals = how.mode != "nearest" && l.element(0) != ElementType::Undefined && !l.isFloat(0);
    if (needsReals)
        return emit.cast(resizedByAxes(l, asFloat32(l, x), target, how), heldAs(l.element(0)));
    const auto native = nativeFor(l, x, target, how);
    if (!native)
        return resizedByAxes(l, x, target, how);
    return emit.choose(
        native->condition, [&] { return applied(l, x, *native); }, [&] { return resizedByAxes(l, x, target, how); });
}

void resize(Lowering& l)
{
    l.output(0, resized(l, targetOf(l), interpolationOf(l)));
}

// Scales were attributes before they were an input; the very first version had those of an image's sides only.
void upsample(Lowering& l)
{
    if (l.opset() >= 9)
        return resize(l);
    Target target;
    target.scales = l.opset() >= 7 ? Floats(l.reals("scales")) : Floats{1, 1, l.real("height_scale", 1), l.real("width_scale", 1)};
    target.rank = constantLength(target.scales);
    l.output(0, resized(l, target, interpolationOf(l)));
}

constexpr LoweringRule rules[] = {
    {"Resize", resize},
    {"Upsample", upsample},
};

}  // namespace

LoweringTable resizeLowerings()
{
    return rules;
}

}  // namespace tenscope

#include "core/convert/fromonnx/interpolation.h"

#include "core/convert/fromonnx/build.h"

namespace tenscope {

namespace {

// Where the elements of the result lie in the original: a vector of float32.
Term places(Lowering& l, const Term& x, const ResizedAxis& a, const Interpolation& how)
{
    const Term at = range(l, x, 0, a.out, ElementType::Float32);
    const std::string& mode = how.coordinates;
    if (mode == "half_pixel")
        return (at + 0.5) / a.scale - 0.5;
    if (mode == "asymmetric")
        return at / a.scale;
    if (mode == "tf_half_pixel_for_nn")
        return (at + 0.5) / a.scale;
    if (mode == "pytorch_half_pixel") {
        const Term half = l.emit().choose(
            greater(a.out, 1), [] { return Term(0.5); }, [] { return Term(0.0); });
        return (at + half) / a.scale - half;
    }
    if (mode == "half_pixel_symmetric") {
        const Term adjustment = a.out / (a.scale * a.in);
        return (at + 0.5) / a.scale + ((1.0 - adjustment) * a.in / 2 - 0.5);
    }
    // With one element the only place is the first one, whatever the step.
    if (mode == "align_corners")
        return at * ((a.in - 1) / larger(a.scale * a.in - 1.0, 1e-6));
    if (mode == "tf_crop_and_resize") {
        const Term whole = a.in - 1;
        return l.emit().choose(
            greater(a.out, 1),
            [&] { return at * ((a.end - a.begin) * whole / (a.out - 1)) + a.begin * whole; },
            [&] { return at + (a.begin + a.end) * whole * 0.5; });
    }
    throw Unsupported("its coordinate_transformation_mode '" + mode + "' is not known");
}

Term nearestIndices(Lowering& l, const Term& places, const Term& scale, const Interpolation& how)
{
    // Before the modes were defined ONNX Runtime rounded up where it made smaller, and down elsewhere.
    if (how.nearest == "simple")
        return l.emit().choose(
            less(scale, 1.0), [&] { return l.aten("ceil", places); }, [&] { return l.aten("floor", places); });
    if (how.nearest == "round_prefer_floor")
        return l.aten("ceil", places - 0.5);
    if (how.nearest == "round_prefer_ceil")
        return l.aten("floor", places + 0.5);
    if (how.nearest == "floor" || how.nearest == "ceil")
        return l.aten(how.nearest, places);
    throw Unsupported("its nearest_mode '" + how.nearest + "' is not known");
}

// The weight of a neighbour at that distance: a tent, or the cubic of Keys, "Cubic Convolution Interpolation for Digital
// Image Processing" (1981).
Term kernel(Lowering& l, const Term& distance, const Interpolation& how)
{
    if (how.mode == "linear")
        return clamped(l, 1 - distance, 0, Term());
    if (how.mode != "cubic")
        throw Unsupported("its mode '" + how.mode + "' is not known");
    const double a = how.cubicA;
    const Term& t = distance;
    const Term near = (t * (a + 2) - (a + 3)) * t * t + 1;
    const Term far = ((t - 5) * t + 8) * t * a - 4 * a;
    return where(l, l.aten("le", t, 1), near, where(l, less(t, 2), far, 0.0));
}

// [out, neighbours] each. Neighbours outside are the outermost elements, unless they are excluded.
struct Neighbours {
    Term indices, weights;
};

Neighbours neighbours(Lowering& l, const Term& x, const Term& places, const ResizedAxis& a, const Interpolation& how)
{
    AtenEmitter& emit = l.emit();
    const std::int64_t reach = how.mode == "linear" ? 1 : 2;
    // Downwards, antialiasing widens the kernel by the scale.
    const Term shrink = how.isAntialiased ? smaller(a.scale, 1.0) : Term(1.0);
    Term half = reach;
    if (how.isAntialiased) {
        Type integer;
        integer.kind = Type::Kind::Int;
        half = emit.applyAs(integer, "ceil", {Term(double(reach)) / shrink});
    }
    const Term offsets = range(l, x, 1 - half, half + 1, ElementType::Float32);
    const Term column = l.aten("unsqueeze", places, 1);
    const Term taps = l.aten("floor", column) + offsets;
    Term weights = kernel(l, l.aten("abs", taps - column) * shrink, how);
    if (how.excludesOutside) {
        const Term inside = l.aten("logical_and", l.aten("ge", taps, 0), less(taps, a.in));
        weights = weights * inside;
    }
    if (how.excludesOutside || how.isAntialiased)
        weights = weights / reduced(l, "sum", weights, Ints{1});
    return {emit.cast(clamped(l, taps, 0, a.in - 1), ElementType::Int64), weights};
}

}  // namespace

Term resizedAlong(Lowering& l, const Term& x, const Term& rank, const ResizedAxis& a, const Interpolation& how)
{
    AtenEmitter& emit = l.emit();
    const Term at = places(l, x, a, how);
    const Term shape = vectorShape(l, a.axis, rank);
    Term result;
    if (how.mode == "nearest") {
        const Term indices = clamped(l, nearestIndices(l, at, a.scale, how), 0, a.in - 1);
        result = l.aten("index_select", x, a.axis, emit.cast(indices, ElementType::Int64));
    } else {
        const Neighbours n = neighbours(l, x, at, a, how);
        const Term weights = l.aten("type_as", n.weights, x);
        if (how.isAntialiased) {
            // How many neighbours there are depends on the scale: all weights as one matrix.
            const Term none = l.aten("new_zeros", x, emit.list({a.out, a.in}, Type::Kind::Int));
            const Term matrix = l.aten("scatter_add", none, 1, n.indices, weights);
            const Term product = l.aten("tensordot", x, matrix, emit.list({a.axis}, Type::Kind::Int), Ints{1});
            result = l.aten("movedim", product, -1, a.axis);
        } else {
            for (std::int64_t tap = 0; tap < (how.mode == "linear" ? 2 : 4); ++tap) {
                const Term chosen = l.aten("index_select", x, a.axis, l.aten("select", n.indices, 1, tap));
                const Term part = chosen * l.aten("reshape", l.aten("select", weights, 1, tap), shape);
                result = tap == 0 ? part : result + part;
            }
        }
    }
    if (!how.isCropping())
        return result;
    const Term outside = l.aten("logical_or", less(at, 0), greater(at, a.in - 1));
    return l.aten("masked_fill", result, l.aten("reshape", outside, shape), how.extrapolation);
}

}  // namespace tenscope

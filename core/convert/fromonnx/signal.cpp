#include <numbers>
#include <string>

#include "core/convert/fromonnx/build.h"
#include "core/convert/fromonnx/families.h"

namespace tenscope {

namespace {

ElementType elementFrom(Lowering& l, std::string_view attribute, ElementType fallback)
{
    if (!l.has(attribute))
        return fallback;
    const ElementType element = elementTypeFromOnnx(std::int32_t(l.integer(attribute)));
    if (element == ElementType::Undefined)
        throw Unsupported("the type that its attribute '" + std::string(attribute) + "' names is not known");
    return element;
}

// ONNX's complex numbers are a last dimension of two; real ones may have a last dimension of one. Without that
// dimension here, real or complex.
Term withoutParts(Lowering& l, const Term& x)
{
    AtenEmitter& emit = l.emit();
    const Type type = l.type(0);
    const std::int64_t known = type.shape && !type.shape->empty() ? type.shape->back().size : -1;
    const Term isComplex = known >= 0 ? Term(known == 2) : equal(emit.size(x, -1), 2);
    return emit.choose(
        isComplex, [&] { return l.aten("view_as_complex", l.aten("contiguous", x, 0)); },
        [&] { return l.aten("select", x, -1, 0); });
}

// The axis counts from before the dimension of the parts.
Term fourierAxis(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    if (l.opset() < 20)
        return l.integer("axis", 1) < 0 ? l.integer("axis", 1) + 1 : l.integer("axis", 1);
    if (!l.hasInput(2))
        return -1;
    const Term axis = l.integer(2);
    return emit.choose(
        less(axis, 0), [&] { return axis + 1; }, [&] { return axis; });
}

// Half of the spectrum of a real signal is the other half mirrored. The inverse of a half is real.
void fourier(Lowering& l)
{
    const Term x = withoutParts(l, l.input(0)), axis = fourierAxis(l);
    const Term length = l.hasInput(1) ? l.integer(1) : Term();
    const bool isInverse = l.integer("inverse", 0) != 0, isHalf = l.integer("onesided", 0) != 0;
    if (isInverse && isHalf)
        return l.output(0, l.aten("unsqueeze", l.aten("fft_irfft", x, length, axis, Term()), -1));
    const char* op = isInverse ? "fft_ifft" : isHalf ? "fft_rfft" : "fft_fft";
    l.output(0, l.aten("view_as_real", l.aten(op, x, length, axis, Term())));
}

// The signal is cut into frames that overlap, each weighted by the window.
void shortTimeFourier(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const Term signal = l.input(0);
    const Type type = l.type(0);
    const bool hasParts = !type.shape || type.shape->size() > 2;
    const bool isReal = !hasParts || (type.shape && type.shape->back().size == 1);
    const Term x = hasParts ? withoutParts(l, signal) : signal;
    const Term window = l.inputOr(2, Term());
    if (window.isNone() && !l.hasInput(3))
        throw Unsupported("it has neither a window nor a length of frames");
    const Term length = l.hasInput(3) ? l.integer(3) : emit.size(window, 0);
    Term frames = l.aten("unfold", x, 1, length, l.integer(1));
    if (!window.isNone())
        frames = frames * window;
    const bool isHalf = l.integer("onesided", 1) != 0;
    if (isHalf && isReal)
        return l.output(0, l.aten("view_as_real", l.aten("fft_rfft", frames, Term(), -1, Term())));
    const Term whole = l.aten("fft_fft", frames, Term(), -1, Term());
    const Term spectrum = isHalf ? l.aten("slice", whole, -1, 0, floorDivide(length, 2) + 1, 1) : whole;
    l.output(0, l.aten("view_as_real", spectrum));
}

// A sum of cosines over one period: factors[0] − factors[1] · cos(2πn / N) + factors[2] · cos(4πn / N).
void cosineWindow(Lowering& l, const Floats& factors)
{
    const ElementType element = elementFrom(l, "output_datatype", ElementType::Float32);
    const Term size = l.integer(0);
    const Term period = l.integer("periodic", 1) != 0 ? size : size - 1;
    const Term angle = range(l, l.input(0), 0, size, ElementType::Float64) * (2 * std::numbers::pi) / period;
    Term window = factors[0] - l.aten("cos", angle) * factors[1];
    if (factors.size() > 2)
        window = window + l.aten("cos", angle * 2.0) * factors[2];
    l.output(0, l.emit().cast(window, element), element);
}

void hannWindow(Lowering& l)
{
    cosineWindow(l, {0.5, 0.5});
}

void hammingWindow(Lowering& l)
{
    cosineWindow(l, {25.0 / 46.0, 21.0 / 46.0});
}

void blackmanWindow(Lowering& l)
{
    cosineWindow(l, {0.42, 0.5, 0.08});
}

// Triangles that overlap, as wide as the ear's resolution: the corners lie at equal distances on the mel scale
// (O'Shaughnessy, 1987), rounded down to bins of the spectrum.
void melWeightMatrix(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const ElementType element = elementFrom(l, "output_datatype", ElementType::Float32);
    const Term bands = l.integer(0), length = l.integer(1), rate = l.integer(2);
    const auto mel = [&](std::size_t input) {
        const Term hertz = emit.cast(l.input(input), ElementType::Float64);
        return l.aten("log10", hertz / 700.0 + 1.0) * 2595.0;
    };
    const Term lowest = mel(3), highest = mel(4);
    const Term steps = range(l, lowest, 0, bands + 2, ElementType::Float64);
    const Term mels = steps * ((highest - lowest) / (bands + 2)) + lowest;
    const Term hertz = (l.aten("pow", 10.0, mels / 2595.0) - 1.0) * 700.0;
    const Term corners = l.aten("floor", hertz * (length + 1) / rate);
    const auto corner = [&](std::int64_t which) { return l.aten("slice", corners, 0, which, bands + which, 1); };
    const Term low = corner(0), center = corner(1), high = corner(2);
    const Term bins = l.aten("unsqueeze", range(l, lowest, 0, floorDivide(length, 2) + 1, ElementType::Float64), 1);
    const auto both = [&](const Term& a, const Term& b) { return l.aten("logical_and", a, b); };
    const Term width = center - low;
    const Term rising = where(l, equal(width, 0), 1.0, (bins - low) / width);
    const Term falling = (high - bins) / (high - center);
    const Term isRising = both(l.aten("ge", bins, low), l.aten("le", bins, center));
    const Term isFalling = both(l.aten("gt", bins, center), l.aten("lt", bins, high));
    const Term weights = where(l, isRising, rising, where(l, isFalling, falling, 0.0));
    l.output(0, emit.cast(weights, element), element);
}

constexpr LoweringRule rules[] = {
    {"DFT", fourier},
    {"STFT", shortTimeFourier},
    {"HannWindow", hannWindow},
    {"HammingWindow", hammingWindow},
    {"BlackmanWindow", blackmanWindow},
    {"MelWeightMatrix", melWeightMatrix},
};

}  // namespace

LoweringTable signalLowerings()
{
    return rules;
}

}  // namespace tenscope

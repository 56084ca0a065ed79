// Attention and RotaryEmbedding of ONNX, and those of ONNX Runtime (com.microsoft), which came before.
#include <string>

#include "core/convert/fromonnx/attend.h"
#include "core/convert/fromonnx/build.h"
#include "core/convert/fromonnx/families.h"

namespace tenscope {

namespace {

constexpr std::string_view microsoft = "com.microsoft";

// There are no schemas of ONNX Runtime's operators to tell the type of a result: it is that of the first input.
void result(Lowering& l, std::size_t i, const Term& value)
{
    l.output(i, value, l.element(0));
}

Term scaleOf(Lowering& l)
{
    const double scale = l.real("scale", 0);
    return scale == 0 ? Term() : Term(scale);
}

// With what went before in the sequence; [B, H, T, D].
Term withPast(Lowering& l, const Term& past, const Term& now)
{
    return past.isNone() ? now : l.aten("cat", l.emit().list({past, now}), 2);
}

Term lengthOf(Lowering& l, const Term& past)
{
    return past.isNone() ? Term(0) : l.emit().size(past, 2);
}

// Whether each key is one of the first `lengths` [B] ones: [B, 1, 1, T].
Term isWithin(Lowering& l, const Term& lengths, const Term& total)
{
    const Term places = range(l, lengths, 0, total, ElementType::Int64);
    return l.aten("lt", places, l.aten("reshape", lengths, Ints{-1, 1, 1, 1}));
}

std::int64_t requiredRank(Lowering& l, std::size_t input)
{
    const auto rank = l.rank(input);
    if (!rank)
        throw Unsupported("the number of dimensions of its input " + std::to_string(input) + " is not known");
    return *rank;
}

// --- ONNX's.

void attention(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const bool isFlat = requiredRank(l, 0) == 3;
    const auto heads = [&](std::size_t input, const char* count) {
        return isFlat ? splitHeads(l, l.input(input), l.integer(count)) : l.input(input);
    };
    const Term pastKey = l.inputOr(4, Term()), pastValue = l.inputOr(5, Term());
    Attention a;
    a.query = heads(0, "q_num_heads");
    a.key = withPast(l, pastKey, heads(1, "kv_num_heads"));
    a.value = withPast(l, pastValue, heads(2, "kv_num_heads"));
    a.scale = scaleOf(l);
    a.isCausal = l.integer("is_causal", 0) != 0;
    a.offset = lengthOf(l, pastKey);
    a.softcap = l.real("softcap", 0);
    a.hasGroups = true;
    if (l.hasInput(3))
        (l.element(3) == ElementType::Bool ? a.masks : a.biases).push_back(l.input(3));
    if (l.hasInput(6))
        a.masks.push_back(isWithin(l, l.input(6), emit.size(a.key, 2)));
    const Attended result = attended(l, a);
    l.output(0, isFlat ? mergedHeads(l, result.output) : result.output);
    l.output(1, a.key);
    l.output(2, a.value);
    if (!l.hasOutput(3))
        return;
    switch (l.integer("qk_matmul_output_mode", 0)) {
    case 0: return l.output(3, result.scores);
    case 1: return l.output(3, result.masked);
    case 2: return l.output(3, result.capped);
    case 3: return l.output(3, result.weights);
    default: throw Unsupported("its qk_matmul_output_mode is not known");
    }
}

// `x` as [B, S, H, D] and back; `heads` is None where it has four dimensions [B, H, S, D] already.
Term rotatedHeads(Lowering& l, const Term& x, const Term& heads, const Term& cosine, const Term& sine)
{
    AtenEmitter& emit = l.emit();
    const bool isInterleaved = l.integer("interleaved", 0) != 0;
    if (heads.isNone())
        return l.aten("transpose", rotated(l, l.aten("transpose", x, 1, 2), cosine, sine, isInterleaved), 1, 2);
    const Term shape = emit.list({emit.size(x, 0), emit.size(x, 1), heads, -1}, Type::Kind::Int);
    return l.aten("flatten", rotated(l, l.aten("reshape", x, shape), cosine, sine, isInterleaved), 2, -1);
}

void rotaryEmbedding(Lowering& l)
{
    const auto cached = [&](std::size_t input) {
        return l.hasInput(3) ? l.aten("embedding", l.input(input), l.input(3), -1, false, false) : l.input(input);
    };
    const Term heads = requiredRank(l, 0) == 3 ? Term(l.integer("num_heads")) : Term();
    l.output(0, rotatedHeads(l, l.input(0), heads, cached(1), cached(2)));
}

// --- ONNX Runtime's.

// One position is that of the first element; otherwise each has its own.
void microsoftRotaryEmbedding(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const Term x = l.input(0), given = l.input(1);
    const bool isFlat = requiredRank(l, 0) == 3;
    Term positions = given;
    if (requiredRank(l, 1) == 1) {
        const Term length = emit.size(x, isFlat ? 1 : 2);
        positions = l.aten("unsqueeze", range(l, x, 0, length, ElementType::Int64) + given, 0);
    }
    const auto cached = [&](std::size_t input) {
        return l.aten("embedding", l.input(input), positions, -1, false, false);
    };
    Term heads;
    if (isFlat) {
        const std::int64_t count = l.integer("num_heads", 0);
        heads = count > 0 ? Term(count) : floorDivide(emit.size(x, 2), emit.size(l.input(2), 1) * 2);
    }
    result(l, 0, rotatedHeads(l, x, heads, cached(2), cached(3)));
}

// A mask of keys: lengths [B], or what may be attended to as [B, T] or [B, S, T].
Term keyMask(Lowering& l, std::size_t input, const Term& total)
{
    const Term mask = l.input(input);
    switch (requiredRank(l, input)) {
    case 1: return isWithin(l, mask, total);
    case 2: return l.aten("ne", l.aten("unsqueeze", l.aten("unsqueeze", mask, 1), 1), 0);
    case 3: return l.aten("ne", l.aten("unsqueeze", mask, 1), 0);
    default: throw Unsupported("its mask has " + std::to_string(*l.rank(input)) + " dimensions");
    }
}

// Masked scores are lowered by a number that the model gives, not made impossible: where all are masked all are alike.
void addKeyMask(Lowering& l, Attention& a, std::size_t input)
{
    const Term mask = keyMask(l, input, l.emit().size(a.key, 2));
    const Term isMasked = l.aten("type_as", l.aten("logical_not", mask), a.query);
    a.biases.push_back(isMasked * l.real("mask_filter_value", -10000.0));
}

// The projections of all three are one matrix.
void microsoftAttention(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const std::int64_t count = l.integer("num_heads");
    if (l.integer("do_rotary", 0) != 0 || l.integer("past_present_share_buffer", 0) != 0)
        throw Unsupported("do_rotary and past_present_share_buffer are not supported for it");
    const Term product = l.aten("matmul", l.input(0), l.input(1));
    const Term projected = l.hasInput(2) ? product + l.input(2) : product;
    const Ints sizes = l.integers("qkv_hidden_sizes");
    std::vector<Term> projections;
    if (sizes.size() == 3) {
        for (std::int64_t i = 0, begin = 0; i < 3; begin += sizes[std::size_t(i++)])
            projections.push_back(l.aten("slice", projected, -1, begin, begin + sizes[std::size_t(i)], 1));
    } else {
        projections = parts(l, projected, 3, -1);
    }
    const auto past = [&](std::int64_t which) {
        return l.hasInput(4) ? l.aten("select", l.input(4), 0, which) : Term();
    };
    const Term pastKey = past(0), pastValue = past(1);
    Attention a;
    a.query = splitHeads(l, projections[0], count);
    a.key = withPast(l, pastKey, splitHeads(l, projections[1], count));
    a.value = withPast(l, pastValue, splitHeads(l, projections[2], count));
    a.scale = scaleOf(l);
    a.isCausal = l.integer("unidirectional", 0) != 0;
    a.offset = lengthOf(l, pastKey);
    if (l.hasInput(3))
        addKeyMask(l, a, 3);
    if (l.hasInput(5))
        a.biases.push_back(l.input(5));
    result(l, 0, mergedHeads(l, attended(l, a).output));
    if (l.hasOutput(1))
        result(l, 1, l.aten("stack", emit.list({a.key, a.value}), 0));
}

// Keys and values may come as heads already: then they are those of a sequence seen before.
void multiHeadAttention(Lowering& l)
{
    const std::int64_t count = l.integer("num_heads");
    if (requiredRank(l, 0) != 3 || !l.hasInput(1) || !l.hasInput(2))
        throw Unsupported("its queries, keys and values are packed into one");
    std::vector<Term> biases(3);
    if (l.hasInput(3)) {
        // The values may have another size than queries and keys.
        const Term size = l.emit().size(l.input(0), 2);
        for (std::int64_t i = 0; i < 3; ++i)
            biases[std::size_t(i)] = l.aten("slice", l.input(3), 0, size * i, i == 2 ? Term() : size * (i + 1), 1);
    }
    const auto heads = [&](std::size_t input) {
        if (requiredRank(l, input) == 4)
            return l.input(input);
        return splitHeads(l, biases[input].isNone() ? l.input(input) : l.input(input) + biases[input], count);
    };
    const Term pastKey = l.inputOr(6, Term()), pastValue = l.inputOr(7, Term());
    Attention a;
    a.query = heads(0);
    a.key = withPast(l, pastKey, heads(1));
    a.value = withPast(l, pastValue, heads(2));
    a.scale = scaleOf(l);
    a.isCausal = l.integer("unidirectional", 0) != 0;
    a.offset = lengthOf(l, pastKey);
    if (l.hasInput(4))
        addKeyMask(l, a, 4);
    if (l.hasInput(5))
        a.biases.push_back(l.input(5));
    const Attended all = attended(l, a);
    result(l, 0, mergedHeads(l, all.output));
    result(l, 1, a.key);
    result(l, 2, a.value);
    result(l, 3, all.scores);
}

constexpr LoweringRule rules[] = {
    {"Attention", attention},
    {"RotaryEmbedding", rotaryEmbedding},
    {"Attention", microsoftAttention, 1, microsoft},
    {"MultiHeadAttention", multiHeadAttention, 1, microsoft},
    {"RotaryEmbedding", microsoftRotaryEmbedding, 1, microsoft},
};

}  // namespace

LoweringTable attentionLowerings()
{
    return rules;
}

}  // namespace tenscope

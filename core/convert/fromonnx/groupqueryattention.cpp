// GroupQueryAttention of ONNX Runtime, as language models use it: each sequence of the batch has a length of its own,
// its keys and values go into a buffer behind those of its past, and a query sees what is not behind it.
#include <string>

#include "core/convert/fromonnx/attend.h"
#include "core/convert/fromonnx/build.h"
#include "core/convert/fromonnx/families.h"

namespace tenscope {

namespace {

constexpr std::size_t pastKeyInput = 3, pastValueInput = 4, lastPlaceInput = 5, totalInput = 6, cosineInput = 7,
                      sineInput = 8;

struct Projections {
    Term query, key, value;  // [B, S, heads, D]
};

// Three inputs, or one that holds all three.
Projections projectionsOf(Lowering& l, std::int64_t heads, std::int64_t keyHeads)
{
    AtenEmitter& emit = l.emit();
    const Term query = l.input(0);
    const auto shaped = [&](const Term& x, std::int64_t count) {
        return l.aten("reshape", x, emit.list({emit.size(x, 0), emit.size(x, 1), count, -1}, Type::Kind::Int));
    };
    if (l.hasInput(1) && l.hasInput(2))
        return {shaped(query, heads), shaped(l.input(1), keyHeads), shaped(l.input(2), keyHeads)};
    const Term all = shaped(query, heads + 2 * keyHeads);
    const auto part = [&](std::int64_t begin, std::int64_t count) {
        return l.aten("slice", all, 2, begin, begin + count, 1);
    };
    return {part(0, heads), part(heads, keyHeads), part(heads + keyHeads, keyHeads)};
}

// What came before with `now` [B, S, heads, D] at its places [B, S]: [B, heads, total, D].
Term buffered(Lowering& l, std::size_t pastInput, const Term& now, const Term& places, const Term& total)
{
    AtenEmitter& emit = l.emit();
    const Term heads = l.aten("transpose", now, 1, 2);
    Term buffer;
    if (l.hasInput(pastInput)) {
        const Term past = l.input(pastInput);
        buffer = l.aten("constant_pad_nd", past, emit.list({0, 0, 0, total - emit.size(past, 2)}, Type::Kind::Int), 0);
    } else {
        buffer =
            l.aten("new_zeros", heads,
                   emit.list({emit.size(heads, 0), emit.size(heads, 1), total, emit.size(heads, 3)}, Type::Kind::Int));
    }
    const Term index = l.aten("unsqueeze", l.aten("unsqueeze", places, 1), -1);
    return l.aten("scatter", buffer, 2, l.aten("expand_as", index, heads), heads);
}

void groupQueryAttention(Lowering& l)
{
    AtenEmitter& emit = l.emit();
    const std::int64_t heads = l.integer("num_heads"), keyHeads = l.integer("kv_num_heads");
    if (heads < 1 || keyHeads < 1 || heads % keyHeads != 0)
        throw Unsupported("its num_heads is no multiple of its kv_num_heads");
    Projections p = projectionsOf(l, heads, keyHeads);
    const Term length = emit.size(l.input(0), 1);
    const Term last = l.aten("reshape", emit.cast(l.input(lastPlaceInput), ElementType::Int64), Ints{-1, 1});
    const Term first = clamped(l, last + 1 - length, 0, Term());
    const Term places = first + range(l, l.input(0), 0, length, ElementType::Int64);
    if (l.integer("do_rotary", 0) != 0) {
        const bool isInterleaved = l.integer("rotary_interleaved", 0) != 0;
        const auto cached = [&](std::size_t input) {
            return l.aten("embedding", l.input(input), places, -1, false, false);
        };
        const Term cosine = cached(cosineInput), sine = cached(sineInput);
        p.query = rotated(l, p.query, cosine, sine, isInterleaved);
        p.key = rotated(l, p.key, cosine, sine, isInterleaved);
    }
    Term total = l.integer(totalInput);
    if (l.hasInput(pastKeyInput))
        total = larger(total, emit.size(l.input(pastKeyInput), 2));

    Attention a;
    a.query = l.aten("transpose", p.query, 1, 2);
    a.key = buffered(l, pastKeyInput, p.key, places, total);
    a.value = buffered(l, pastValueInput, p.value, places, total);
    a.hasGroups = true;
    a.softcap = l.real("softcap", 0);
    if (const double scale = l.real("scale", 0); scale != 0)
        a.scale = scale;
    const Term own = l.aten("unsqueeze", l.aten("unsqueeze", places, 1), -1),
               all = range(l, places, 0, total, ElementType::Int64);
    a.masks.push_back(l.aten("le", all, own));
    if (const std::int64_t window = l.integer("local_window_size", -1); window > 0)
        a.masks.push_back(greater(all, own - window));
    l.output(0, mergedHeads(l, attended(l, a).output), l.element(0));
    l.output(1, a.key, l.element(0));
    l.output(2, a.value, l.element(0));
}

constexpr LoweringRule rules[] = {
    {"GroupQueryAttention", groupQueryAttention, 1, "com.microsoft"},
};

}  // namespace

LoweringTable groupQueryAttentionLowerings()
{
    return rules;
}

}  // namespace tenscope

#pragma once

#include "core/convert/lowering.h"

namespace tenscope {

// Scaled dot-product attention (Vaswani et al., "Attention Is All You Need", 2017) of queries [B, H, S, D], keys [B,
// H', T, D] and values [B, H', T, E]. H is a multiple of H': then several queries share a head of keys.
struct Attention {
    Term query, key, value;
    Term scale;                // a float; None: 1 ÷ sqrt(D)
    std::vector<Term> biases;  // added to the scores, broadcast to [B, H, S, T]
    std::vector<Term> masks;   // bools, broadcast to [B, H, S, T]: false where nothing may be attended to
    bool isCausal = false;     // query i attends to the keys up to i + offset
    Term offset = 0;           // an int
    double softcap = 0;        // 0: none; else scores become softcap · tanh(scores ÷ softcap)
    bool hasGroups = false;    // whether H' may be smaller than H
};

struct Attended {
    Term output;  // [B, H, S, E]
    // [B, H, S, T] each, after that step.
    Term scores, masked, capped, weights;
};

Attended attended(Lowering& l, const Attention& attention);

// [B, S, H · D] → [B, H, S, D] and back.
Term splitHeads(Lowering& l, const Term& x, const Term& heads);
Term mergedHeads(Lowering& l, const Term& x);

// Rotates pairs of features by angles that depend on the place in the sequence (Su et al., "RoFormer", 2021). `x` is
// [B, S, H, D]; `cosine` and `sine` are [B, S, R / 2]. The first R features are rotated: neighbours, or (not
// interleaved) those of the first half of R with those of the second.
Term rotated(Lowering& l, const Term& x, const Term& cosine, const Term& sine, bool isInterleaved);

}  // namespace tenscope
